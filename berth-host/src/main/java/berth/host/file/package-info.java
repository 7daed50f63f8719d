/**
 * Directories, mounts, loop devices and btrfs subvolumes. {@link berth.host.file.Beneath} is the one way to a path that a
 * guest or an image had a hand in.
 *
 * <p>In: plain values. Out: plain values, {@link berth.host.Errno}. Knows nothing of: instances, drivers, LXD.
 */
@org.jspecify.annotations.NullMarked
package berth.host.file;
