/**
 * Storage in plain directories: each root is an overlay over the one unpacked image that all share, with mapped ids.
 *
 * <p>In: calls by {@link berth.spi.StorageDriver}. Out: directories and mounts. Knows nothing of: the engine, other drivers.
 */
@org.jspecify.annotations.NullMarked
package berth.driver.dir;
