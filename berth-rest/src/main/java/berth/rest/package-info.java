/**
 * The door: which request means which use-case, LXD's words for our things, and their order on the wire.
 *
 * <p>In: requests from {@link berth.rest.http}. Out: calls of the engine's use-cases, and nothing else: a handler is a
 * few lines, a {@code …Translation} turns wire records into ours and back. Knows nothing of: drivers, stores, steps.
 */
package berth.rest;
