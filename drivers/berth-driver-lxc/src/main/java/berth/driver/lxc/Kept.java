package berth.driver.lxc;

import berth.host.Errno;
import berth.host.file.Beneath;
import berth.host.file.DeviceNodes;
import berth.host.file.IdExtent;
import berth.host.file.IdExtents;
import berth.host.file.LooseMount;
import berth.host.file.Mounts;
import berth.host.file.Stat;
import berth.model.IdMap;
import berth.model.Quoted;
import berth.model.Refused;
import berth.spi.Fitting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a guest's devices show inside, kept in a directory of ours for as long as it runs: a view of each disk, made ready
 * with all its attributes (so that they are not the guest's to change: mount_namespaces(7)), and each device node. LXC binds
 * them from there at the start, and again when the guest reboots.
 *
 * @param home the guest's directory; what is kept lies in one below it, reached by root and by the guest's root alone
 */
record Kept(Path home) {
    private static final String NAME = "devices";

    private Path directory() {
        return home.resolve(NAME);
    }

    /** Makes the directory. Only the guest's root may pass, by its group. */
    void open(@Nullable IdMap map) {
        try {
            Files.createDirectories(directory());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        try (Beneath top = Beneath.own(home)) {
            top.chown(NAME, 0, map == null ? 0 : map.base());
            top.chmod(NAME, map == null ? 0700 : 0710);
        }
    }

    /** Where a device's thing lies; names of devices may hold slashes. */
    Path place(String device) {
        return directory().resolve(name(device));
    }

    private static String name(String device) {
        return "of-" + device.replace('/', '+');
    }

    /** Makes a disk ready; nothing when its source is missing and that is no error. */
    Optional<Path> disk(Fitting.Mount mount, @Nullable IdMap map) {
        Optional<LooseMount> view = view(mount);
        if (view.isEmpty()) {
            return Optional.empty();
        }
        Path place = place(mount.device());
        try (LooseMount loose = view.get()) {
            release(mount.device());
            if (mount.shift() && map != null) {
                loose.mapIds(new IdExtents(map.users(IdExtent::new), map.groups(IdExtent::new)));
            }
            finish(mount, loose);
            if (loose.shown().isDirectory()) {
                Files.createDirectory(place);
            } else {
                Files.createFile(place);
            }
            loose.attach(place);
            return Optional.of(place);
        } catch (Errno failed) {
            throw refused(mount, failed);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A second view of a disk that is ready, to be attached in the guest. */
    LooseMount again(Fitting.Mount mount) {
        try {
            LooseMount view = LooseMount.of(place(mount.device()), mount.recursive());
            switch (mount.propagation()) {
                case UNBINDABLE -> view.propagate(LooseMount.Spread.UNBINDABLE, false);
                case RUNBINDABLE -> view.propagate(LooseMount.Spread.UNBINDABLE, true);
                case PRIVATE, SHARED, SLAVE, RPRIVATE, RSHARED, RSLAVE -> {}
            }
            return view;
        } catch (Errno failed) {
            throw refused(mount, failed);
        }
    }

    private static Optional<LooseMount> view(Fitting.Mount mount) {
        try {
            return Optional.of(LooseMount.of(mount.source(), mount.recursive()));
        } catch (Errno failed) {
            boolean missing = failed.number() == Errno.ENOENT || failed.number() == Errno.ENOTDIR;
            if (missing && mount.optional()) {
                return Optional.empty();
            }
            throw missing
                    ? Refused.invalid("Failed to start device " + Quoted.of(mount.device()) + ": Missing source path "
                            + Quoted.of(mount.source().toString()) + " for disk " + Quoted.of(mount.device()))
                    : refused(mount, failed);
        }
    }

    private static void finish(Fitting.Mount mount, LooseMount loose) {
        if (mount.readOnly()) {
            loose.makeReadOnly();
        }
        LooseMount.Spread spread = switch (mount.propagation()) {
            // What cannot be bound could not be shown to the guest either: that is said last, inside.
            case PRIVATE, RPRIVATE, UNBINDABLE, RUNBINDABLE -> LooseMount.Spread.PRIVATE;
            case SHARED, RSHARED -> LooseMount.Spread.SHARED;
            case SLAVE, RSLAVE -> LooseMount.Spread.SLAVE;
        };
        loose.propagate(spread, mount.propagation().compareTo(Fitting.Propagation.RPRIVATE) >= 0);
    }

    static Refused refused(Fitting.Mount mount, Errno failed) {
        return Refused.driver(
                "lxc",
                "show " + mount.source() + " as disk " + mount.device() + " at " + mount.target(),
                String.valueOf(failed.getMessage()));
    }

    /**
     * Makes a device node.
     *
     * @param first the host's number for the guest's id 0
     */
    Path node(Fitting.Node node, long first) {
        release(node.device());
        try (Beneath top = Beneath.own(directory())) {
            DeviceNodes.make(
                    top,
                    name(node.device()),
                    new DeviceNodes.Numbers(node.block(), node.major(), node.minor()),
                    first + node.uid(),
                    first + node.gid(),
                    node.mode());
        }
        return place(node.device());
    }

    /** A device's node, if there is one. */
    Optional<Stat> kept(String device) {
        if (!Files.isDirectory(directory())) {
            return Optional.empty();
        }
        try (Beneath top = Beneath.own(directory())) {
            return top.lstat(name(device));
        }
    }

    /** A view of a device's node, not attached yet. */
    LooseMount view(String device) {
        try (Beneath top = Beneath.own(directory())) {
            return LooseMount.beneath(top, name(device));
        }
    }

    /** Lets go of one device's thing; nothing there is no error. */
    void release(String device) {
        Path place = place(device);
        Mounts.detach(place);
        try {
            Files.deleteIfExists(place);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Lets go of all of it. */
    void close() {
        if (!Files.isDirectory(directory())) {
            return;
        }
        Mounts.under(directory()).forEach(it -> Mounts.detach(it.target()));
        try (Beneath top = Beneath.own(home)) {
            top.deleteTree(NAME);
        }
    }
}
