/**
 * Everything that touches Linux: system calls, programs, mounts, files, namespaces. The only room that may use the
 * foreign-function interface, start a process or open a path that a guest or an image had a hand in.
 *
 * <p>In: plain values. Out: plain values and {@link berth.host.Errno}. Knows nothing of: instances, drivers, LXD.
 */
package berth.host;
