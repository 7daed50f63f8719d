/**
 * The roof: reads settings, assembles the house, opens the door; no logic of its own.
 *
 * <p>In: arguments, environment, signals. Out: a running daemon. Knows nothing of: how any of it is done.
 */
package berth.daemon;
