package berth.driver.btrfs;

import berth.host.Program;
import berth.host.file.Beneath;
import berth.host.file.LoopDevice;
import berth.host.file.Mounts;
import berth.host.file.Places;
import berth.host.file.Subvolumes;
import berth.model.Pool;
import berth.model.Refused;
import berth.model.Size;
import berth.spi.PoolLayout;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** The file system of a pool: made, mounted at {@code <state>/storage-pools/<pool>}, grown, removed. */
final class FileSystem {
    /** Says that we made the subvolume in which it lies, and so may delete it. */
    static final String OURS = ".berth-made";

    private final Pool pool;
    private final PoolLayout layout;

    FileSystem(Pool pool, PoolLayout layout) {
        this.pool = pool;
        this.layout = layout;
    }

    void make() {
        switch (Ground.of(pool, layout)) {
            case Ground.LoopFile(Path file) -> makeFile(file);
            case Ground.Device(String uuid, Path device) -> makeOnDevice(uuid, device);
            case Ground.Subvolume(Path path) -> makeSubvolume(path);
        }
    }

    private void makeFile(Path file) {
        Path disks = above(file);
        Places.make(disks, 0700);
        try (Beneath directory = Beneath.own(disks)) {
            removeUnfinished(directory);
            String name = String.valueOf(file.getFileName());
            if (directory.exists(name)) {
                return;
            }
            String unfinished = unfinished() + UUID.randomUUID();
            try {
                directory.create(unfinished, new byte[0], 0600);
                setLength(disks.resolve(unfinished), Size.bytes(pool.config().getOrDefault("size", "5GiB")));
                format(List.of(), disks.resolve(unfinished));
                directory.rename(unfinished, name);
            } catch (RuntimeException failed) {
                directory.unlink(unfinished);
                throw failed;
            }
        }
    }

    private String unfinished() {
        return Beneath.UNFINISHED + pool.name() + "-";
    }

    private void removeUnfinished(Beneath disks) {
        int length = unfinished().length() + 36;
        disks.list(".").stream()
                .filter(it -> it.startsWith(unfinished()) && it.length() == length)
                .forEach(disks::unlink);
    }

    private void makeOnDevice(String uuid, Path device) {
        if (uuidOf(device).equals(uuid)) {
            return;
        }
        format(List.of("--uuid", uuid), device); // refuses by itself when the device holds anything
    }

    private static String uuidOf(Path device) {
        return Program.of("blkid", "--probe", "--match-tag", "UUID", "--output", "value", device.toString())
                .run()
                .out()
                .strip();
    }

    private void format(List<String> more, Path target) {
        var argv = new ArrayList<>(List.of(
                "mkfs.btrfs", "--quiet", "--nodiscard", "--label", pool.name().text()));
        argv.addAll(more);
        argv.add(target.toString());
        Program.of(argv).within(Duration.ofMinutes(5)).must();
    }

    private void makeSubvolume(Path path) {
        if (!Places.isDirectory(path)) {
            Path above = above(path);
            Places.make(above, 0711);
            try (Beneath parent = Beneath.own(above)) {
                var subvolumes = new Subvolumes(parent);
                String name = String.valueOf(path.getFileName());
                subvolumes.create(name);
                parent.create(name + "/" + OURS, new byte[0], 0600);
            }
        }
    }

    void open() {
        if (Mounts.isMounted(layout.top())) {
            return;
        }
        switch (Ground.of(pool, layout)) {
            case Ground.LoopFile(Path file) -> openFile(file);
            case Ground.Device(String uuid, Path first) -> mount(deviceOf(uuid, first));
            case Ground.Subvolume(Path path) -> {
                if (!path.equals(layout.top())) {
                    Places.make(layout.top(), 0700);
                    Mounts.bind(path, layout.top());
                }
            }
        }
    }

    private void openFile(Path file) {
        if (Places.stat(file) == null) {
            throw Refused.failed("Storage pool " + pool.name() + " cannot be opened: its file " + file
                    + " is gone; put it back, or delete the pool");
        }
        var attached = LoopDevice.of(file);
        if (attached.isPresent()) { // never twice: the kernel would see two devices with one UUID
            mount(attached.get());
            return;
        }
        try (var device = LoopDevice.attach(file)) {
            mount(device.path());
        }
    }

    private Path deviceOf(String uuid, Path first) {
        if (uuidOf(first).equals(uuid)) {
            return first;
        }
        String found = Program.of("blkid", "--uuid", uuid).run().out().strip();
        if (found.isEmpty()) {
            throw Refused.failed("Storage pool " + pool.name() + " cannot be opened: no block device has the UUID "
                    + uuid + "; it was made on " + first);
        }
        return Path.of(found);
    }

    private void mount(Path device) {
        Places.make(layout.top(), 0700);
        String options = pool.config().getOrDefault("btrfs.mount_options", "user_subvol_rm_allowed");
        Mounts.mount("btrfs", device.toString(), layout.top(), List.of(options.split(",")));
    }

    void close() {
        Mounts.unmount(layout.top());
    }

    void grow(long bytes) {
        if (Ground.of(pool, layout) instanceof Ground.LoopFile(Path file)) {
            setLength(file, bytes);
            LoopDevice.of(file).ifPresent(LoopDevice::grow);
            try (Beneath top = Beneath.own(layout.top())) {
                new Subvolumes(top).resizeToMost();
            }
        }
    }

    /** Removes what {@link #make} made; the volumes are gone already. */
    void remove() {
        switch (Ground.of(pool, layout)) {
            case Ground.LoopFile(Path file) -> {
                close();
                if (Places.isDirectory(above(file))) {
                    try (Beneath disks = Beneath.own(above(file))) {
                        disks.unlink(String.valueOf(file.getFileName()));
                        removeUnfinished(disks);
                    }
                }
            }
            case Ground.Device(String uuid, Path first) -> {
                close();
                if (uuidOf(first).equals(uuid)) {
                    Program.of("wipefs", "--all", "--quiet", first.toString()).must();
                }
            }
            case Ground.Subvolume(Path path) -> {
                close();
                removeSubvolume(path);
            }
        }
        removeEmpty(layout.top());
    }

    private static void removeSubvolume(Path path) {
        if (Places.isDirectory(path)) {
            try (Beneath parent = Beneath.own(above(path))) {
                String name = String.valueOf(path.getFileName());
                if (parent.exists(name + "/" + OURS)) {
                    new Subvolumes(parent).delete(name);
                }
            }
        }
    }

    private static void removeEmpty(Path directory) {
        if (Places.isDirectory(directory)) {
            try (Beneath parent = Beneath.own(above(directory))) {
                parent.rmdir(String.valueOf(directory.getFileName()));
            }
        }
    }

    private static void setLength(Path file, long bytes) {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException("give " + file + " a size of " + bytes + " bytes", failed);
        }
    }

    private static Path above(Path path) {
        return Objects.requireNonNull(path.getParent(), "the root directory cannot be a pool");
    }
}
