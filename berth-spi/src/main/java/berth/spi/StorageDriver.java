package berth.spi;

import berth.model.Fingerprint;
import berth.model.IdMap;
import berth.model.Pool;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps volumes. A volume's directory holds {@code rootfs/}, {@code metadata.yaml} and {@code templates/} as LXD lays
 * them out (reference/storage "On-disk layout"). Ids on disk are the guest's own, never shifted: the shift is the mount's.
 */
public non-sealed interface StorageDriver extends Driver {
    /** Checks and completes the configuration of a pool to be made: normalised {@code source}, default {@code size}. */
    Pool complete(Pool wanted);

    /** Makes the pool (file system, loop file, directories) and opens it. */
    void createPool(Pool pool);

    /** Removes the pool and all in it that we made. */
    void deletePool(Pool pool);

    /** Makes an existing pool usable after a boot: mounts what must be mounted. */
    void openPool(Pool pool);

    /** Releases what {@link #openPool} took, if nothing runs from it. */
    void closePool(Pool pool);

    /** Changed keys of a pool: grows a loop file when {@code size} grew; refuses what cannot be changed. */
    void updatePool(Pool before, Pool after);

    /** Space and inodes of the pool's file system. */
    PoolSpace space(Pool pool);

    /** Whether the unpacked image is in the pool. */
    boolean hasImage(Pool pool, Fingerprint image);

    /** Unpacks an image into the pool, once; the filler writes into the directory it is given. */
    void createImage(Pool pool, Fingerprint image, Filler filler);

    /** Removes the unpacked image; a no-op when it is not there. Volumes that stand on it go on, whatever that takes. */
    void deleteImage(Pool pool, Fingerprint image);

    /** Makes a volume, from an image, from another volume or snapshot, or empty. Costs milliseconds, whatever its size. */
    void createVolume(Pool pool, VolumeRef volume, Source source);

    /** Removes the volume with its snapshots; a no-op when it is not there. It is not mounted. */
    void deleteVolume(Pool pool, VolumeRef volume);

    /** Gives the volume another name, and its snapshots with it. It is not mounted. */
    void renameVolume(Pool pool, VolumeRef from, VolumeRef to);

    /**
     * Makes the root of the volume usable at the path that is returned, with ids mapped.
     *
     * @param idMap null for a privileged guest
     * @return the directory to use as root
     */
    Path mount(Pool pool, VolumeRef volume, @Nullable IdMap idMap);

    /** Takes the mount away; a no-op when there is none. */
    void unmount(Pool pool, VolumeRef volume);

    /**
     * The volume's own directory ({@code metadata.yaml}, {@code templates/}), without id mapping. Files in it are replaced as
     * a whole, never written in place: volumes may share them.
     */
    Path directory(Pool pool, VolumeRef volume);

    /** The volume's root with unshifted ids, usable while the guest is stopped; call {@link #unmount} afterwards. */
    Path stoppedRoot(Pool pool, VolumeRef volume);

    /** Puts a source's content in the place of the volume's, all at once; its snapshots stay. It is not mounted. */
    void replaceVolume(Pool pool, VolumeRef volume, Source source);

    /**
     * Shows a volume, or a snapshot of it, for the time of the work: read-only, with the ids that are on disk, and without a
     * link that can be followed. A guest may be running on it.
     */
    <T> T show(Pool pool, VolumeRef volume, @Nullable String snapshot, Function<Shown, T> work);

    /** Takes a read-only snapshot. */
    default void createSnapshot(Pool pool, VolumeRef volume, String snapshot) {
        giveSnapshot(pool, volume, snapshot, new Source.FromVolume(volume, null));
    }

    /** Gives a volume a snapshot with that content, read-only; a no-op when it has one of that name. */
    void giveSnapshot(Pool pool, VolumeRef volume, String snapshot, Source source);

    /** Removes a snapshot; a no-op when it is not there. */
    void deleteSnapshot(Pool pool, VolumeRef volume, String snapshot);

    /** Renames a snapshot. */
    void renameSnapshot(Pool pool, VolumeRef volume, String from, String to);

    /** Puts the volume back to the snapshot. It is not mounted. */
    default void restoreSnapshot(Pool pool, VolumeRef volume, String snapshot) {
        replaceVolume(pool, volume, new Source.FromVolume(volume, snapshot));
    }

    /** Limits the root to so many bytes, 0 = no limit; says false where the file system cannot. */
    boolean limit(Pool pool, VolumeRef volume, long bytes);

    /** Bytes in use by the volume, -1 where it cannot be told cheaply. */
    long usage(Pool pool, VolumeRef volume);

    /** The keys of volumes there are on disk: for the leftover check. */
    List<VolumeRef> volumes(Pool pool);

    /** Writes an image's or a volume's content into a fresh directory. */
    interface Filler {
        /** Fills it; throws when that failed, and the directory is removed. */
        void fill(Path directory);
    }

    /** Where a new volume's content comes from. */
    sealed interface Source {
        /** Nothing. */
        record Empty() implements Source {}

        /** An unpacked image of the same pool. */
        record FromImage(Fingerprint image) implements Source {}

        /** Another volume of the same pool, or one of its snapshots. */
        record FromVolume(VolumeRef volume, @Nullable String snapshot) implements Source {}

        /**
         * From elsewhere: the filler writes it, as a volume's directory is laid out. Of an instance's volume only
         * {@link PoolLayout#PARTS} are kept. It is on the disk before the volume has its name.
         */
        record Filled(Filler filler) implements Source {}
    }

    /**
     * A volume's content while it is shown.
     *
     * @param about holds {@code metadata.yaml} and {@code templates/} of an instance's volume, and may hold anything else
     * @param root the root, or the custom volume
     */
    record Shown(Path about, Path root) {}

    /** Bytes and inodes. */
    record PoolSpace(long usedBytes, long totalBytes, long usedInodes, long totalInodes) {}
}
