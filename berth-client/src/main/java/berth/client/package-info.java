/**
 * Talks to a door: HTTP and websockets over its unix socket, JSON as light values, operations waited for.
 *
 * <p>In: a socket's path and requests. Out: JSON values, {@link berth.client.ServerError} when the server refuses. Knows
 * nothing of: commands, terminals, what the values mean. Starts quickly: no reflection, no native access, no loggers.
 */
package berth.client;
