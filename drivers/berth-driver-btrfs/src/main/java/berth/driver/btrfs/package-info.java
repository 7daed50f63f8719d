/**
 * Storage on btrfs: an image is a read-only subvolume, a volume a snapshot of it, shown with mapped ids.
 *
 * <p>In: calls by {@link berth.spi.StorageDriver}. Out: file systems, subvolumes and mounts. Knows nothing of: the engine,
 * other drivers.
 */
@org.jspecify.annotations.NullMarked
package berth.driver.btrfs;
