/**
 * The berth command: one class per command, and one table ({@link berth.cli.Catalogue}) that parsing, help, completion
 * and {@code docs/cli.md} are all made from.
 *
 * <p>In: arguments, a terminal. Out: requests to the daemon, lines, an exit code. Knows nothing of: how the daemon works.
 * On the way of everyday commands: no reflection, no formatter, no regular expression, no native access, for each costs
 * milliseconds at start-up.
 */
package berth.cli;
