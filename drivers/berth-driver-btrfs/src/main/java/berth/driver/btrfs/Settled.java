package berth.driver.btrfs;

import berth.host.file.Beneath;
import berth.host.file.Mounts;
import berth.host.file.Places;
import berth.host.file.Stat;
import berth.host.file.Subvolumes;
import berth.model.Pool;
import berth.model.Settings;
import berth.spi.PoolKeys;
import berth.spi.PoolLayout;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** Checks a pool's configuration and completes it, so that nothing is left to choose when the pool is made. */
final class Settled {
    static final Set<String> KEYS = Set.of("size", "btrfs.mount_options");
    private static final Pattern OPTIONS = Pattern.compile("[A-Za-z0-9_=:./-]+(,[A-Za-z0-9_=:./-]+)*");
    /** Written for a subvolume among the daemon's own files. */
    private static final String SUBVOLUME = "subvolume";

    private static final long GIB = 1L << 30;

    private final Path state;
    private final PoolLayout layout;
    private final Pool wanted;

    Settled(Path state, Pool asked) {
        this.state = state;
        this.layout = new PoolLayout(state, asked.name());
        this.wanted = SUBVOLUME.equals(asked.config().get("source"))
                ? with(asked, "source", layout.top().toString())
                : asked;
    }

    Pool settle() {
        check(wanted);
        return switch (Ground.of(wanted, layout)) {
            case Ground.LoopFile(Path file) -> onFile(file);
            case Ground.Device(String uuid, Path device) -> onDevice(uuid, device);
            case Ground.Subvolume(Path path) -> onSubvolume(path);
        };
    }

    static void check(Pool pool) {
        PoolKeys.check(pool, KEYS);
        String size = pool.config().get("size");
        if (size != null) {
            PoolKeys.size(pool, "size", size);
        }
        String options = pool.config().get("btrfs.mount_options");
        if (options != null && !OPTIONS.matcher(options).matches()) {
            throw PoolKeys.invalid(pool, "btrfs.mount_options", "write mount options with commas and no blanks");
        }
    }

    private Pool onFile(Path file) {
        Pool pool = with(wanted, "source", file.toString());
        return pool.config().containsKey("size") ? pool : with(pool, "size", usualSize() + "GiB");
    }

    /** A fifth of what is free, at least 5 and at most 30 GiB (LXD's rule). */
    private long usualSize() {
        Places.make(state, 0711);
        try (Beneath directory = Beneath.own(state)) {
            return Math.clamp(directory.space().freeBytes() / 5 / GIB, 5, 30);
        }
    }

    private Pool onDevice(String uuid, Path device) {
        noSize();
        if (uuid.isEmpty()) {
            Stat stat = Places.stat(device);
            if (stat == null || (stat.mode() & 0170000) != 0060000) {
                throw PoolKeys.invalid(wanted, "source", "'" + device + "' isn't a block device");
            }
            Pool chosen = with(wanted, "source", UUID.randomUUID().toString());
            return with(chosen, "volatile.initial_source", device.toString());
        }
        if (device.toString().isEmpty()) {
            throw PoolKeys.invalid(wanted, "source", "give the device, for instance /dev/sdb, not the UUID on it");
        }
        return wanted;
    }

    private Pool onSubvolume(Path path) {
        noSize();
        boolean ours = path.equals(layout.top());
        if (ours) {
            Places.make(state.resolve("storage-pools"), 0711);
        }
        if (!ours && (path.startsWith(state) || state.startsWith(path))) {
            throw PoolKeys.invalid(wanted, "source", "Source path '" + path + "' is within the state directory");
        }
        if (!Mounts.isMounted(layout.top())) {
            checkEmpty(path);
        }
        return wanted.config().containsKey("volatile.initial_source")
                ? wanted
                : with(wanted, "volatile.initial_source", path.toString());
    }

    private void checkEmpty(Path path) {
        boolean there = Places.isDirectory(path);
        Path holder = there || path.getParent() == null ? path : path.getParent();
        if (!Places.isDirectory(holder)) {
            throw PoolKeys.invalid(wanted, "source", "Source path '" + holder + "' doesn't exist");
        }
        try (Beneath directory = Beneath.own(holder)) {
            if (directory.fileSystem() != Subvolumes.BTRFS) {
                throw PoolKeys.invalid(wanted, "source", "Source path '" + holder + "' isn't on btrfs");
            }
            if (there && !new Subvolumes(directory).is(".")) {
                throw PoolKeys.invalid(wanted, "source", "Source path '" + path + "' isn't a btrfs subvolume");
            }
            if (there && !directory.list(".").isEmpty() && !directory.exists(FileSystem.OURS)) {
                throw PoolKeys.invalid(wanted, "source", "Source path '" + path + "' isn't empty");
            }
        }
    }

    private void noSize() {
        if (wanted.config().containsKey("size")) {
            throw PoolKeys.invalid(wanted, "size", "only a pool on a file of Berth's own has a size");
        }
    }

    private static Pool with(Pool pool, String key, String value) {
        return new Pool(
                pool.name(),
                pool.driver(),
                pool.description(),
                Settings.with(pool.config(), key, value),
                pool.declared());
    }
}
