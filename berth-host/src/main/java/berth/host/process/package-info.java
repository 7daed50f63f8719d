/**
 * Processes: starting one with a terminal or pipes of its own, and learning of the end of any.
 *
 * <p>In: argument lists, process ids. Out: streams, exit codes, call-backs. Knows nothing of: instances, LXC.
 */
package berth.host.process;
