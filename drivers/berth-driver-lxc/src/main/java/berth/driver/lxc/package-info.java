/**
 * Containers by LXC's own programs: {@code lxc-start} runs one, {@code lxc-attach} a command inside, all else is asked of
 * the kernel directly. A container is a child of LXC's monitor, never of the daemon.
 *
 * <p>In: setups with every choice made. Out: running containers, exits, counters. Knows nothing of: storage, networks
 * beyond the name of a bridge, the engine.
 */
package berth.driver.lxc;
