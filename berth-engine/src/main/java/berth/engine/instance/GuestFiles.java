package berth.engine.instance;

import berth.engine.driver.Drivers;
import berth.host.file.ActingAs;
import berth.host.file.Beneath;
import berth.host.file.GuestRoot;
import berth.host.file.IdExtents;
import berth.model.Instance;
import berth.model.Pool;
import berth.model.Refused;
import berth.model.wanted.GuestFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Puts declared files into guests, running or stopped; never outside of their roots (security C1). */
public final class GuestFiles {
    private static final List<String> EMPTY =
            List.of("dev", "etc", "nix/store", "nix/var/nix", "proc", "run", "sys", "tmp", "var/lib");

    /** A declared file is no way to copy disks around. */
    private static final long LARGEST = 64L * 1024 * 1024;

    private final Drivers drivers;
    private final Pulses pulses;
    private final Roots roots;

    /** Puts files into those. */
    public GuestFiles(Drivers drivers, Pulses pulses, Roots roots) {
        this.drivers = drivers;
        this.pulses = pulses;
        this.roots = roots;
    }

    /** Writes the files; folders that are missing are made, owned by the guest's root. Those that
     * are gone are taken away. May be called again. */
    public void put(Instance instance, List<GuestFile> files) {
        if (files.isEmpty()) {
            return;
        }
        var pulse = pulses.of(instance.id());
        if (pulse.isPresent()) {
            var life = pulse.get().life();
            try (var guest = GuestRoot.of(life.pid(), life.startTicks())) {
                ActingAs.ids(guest.rootUser(), guest.rootGroup(), () -> write(guest.inside(), files, guest.ids()));
            }
        } else {
            Pool pool = roots.pool(instance);
            var storage = drivers.keeping(pool);
            try (Beneath inside = Beneath.guest(storage.stoppedRoot(pool, Roots.volume(instance)))) {
                write(inside, files, IdExtents.SAME);
            } finally {
                storage.unmount(pool, Roots.volume(instance));
            }
        }
    }

    /** Makes of an empty root what a system of NixOS needs to begin: it makes all else itself. May be called again. */
    void layOut(Instance instance) {
        Pool pool = roots.pool(instance);
        var storage = drivers.keeping(pool);
        try (Beneath inside = Beneath.guest(storage.stoppedRoot(pool, Roots.volume(instance)))) {
            for (String directory : EMPTY) {
                inside.makeDirectories(directory, 0755);
            }
            for (String file : List.of("etc/os-release", "etc/machine-id")) {
                inside.write(file, new byte[0], 0644);
            }
        } finally {
            storage.unmount(pool, Roots.volume(instance));
        }
    }

    private static void write(Beneath inside, List<GuestFile> files, IdExtents ids) {
        for (GuestFile file : files) {
            String path = file.path();
            if (file.content() instanceof GuestFile.Content.Gone) {
                inside.deleteTree(path);
                continue;
            }
            byte[] bytes = bytes(file);
            int slash = path.lastIndexOf('/');
            if (slash > 0) {
                inside.makeDirectories(path.substring(0, slash), 0755);
            }
            long uid = IdExtents.shown(ids.users(), file.uid()).orElse(file.uid());
            long gid = IdExtents.shown(ids.groups(), file.gid()).orElse(file.gid());
            inside.write(path, file.mode(), uid, gid, LARGEST, false, out -> out.write(bytes));
        }
    }

    private static byte[] bytes(GuestFile file) {
        return switch (file.content()) {
            case GuestFile.Content.Text(var text) -> text.getBytes(StandardCharsets.UTF_8);
            case GuestFile.Content.FromHost(var path) -> read(path);
            case GuestFile.Content.Gone() -> new byte[0];
        };
    }

    private static byte[] read(String path) {
        try {
            Path file = Path.of(path);
            if (Files.size(file) > LARGEST) {
                throw Refused.failed(path + " is larger than 64 MiB; put it into an image or a volume instead");
            }
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw Refused.failed("cannot read " + path + " for a guest: " + unreadable.getMessage());
        }
    }
}
