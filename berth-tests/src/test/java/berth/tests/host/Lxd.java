package berth.tests.host;

import berth.tests.http.Door;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Debian's own LXD on a host of its own: the peer whose answers are the measure. */
public final class Lxd implements AutoCloseable {
    private final HostOfItsOwn host;
    private final Path directory;

    private Lxd(HostOfItsOwn host, Path directory) {
        this.host = host;
        this.directory = directory;
    }

    /** Whether the package is installed. */
    public static boolean installed() {
        return Files.isExecutable(Path.of("/usr/bin/lxd")) || Files.isExecutable(Path.of("/usr/sbin/lxd"));
    }

    /** How its backups can be compressed here: by a squashfs only where the package squashfs-tools-ng is. */
    public static List<String> compressions() {
        return Files.isExecutable(Path.of("/usr/bin/tar2sqfs")) ? List.of("gzip", "squashfs") : List.of("gzip");
    }

    /** Starts it with an empty state and waits until it answers. */
    public static Lxd start(String name) throws Exception {
        var host = HostOfItsOwn.start(name);
        Path directory = Files.createDirectory(host.directory().resolve("lxd"));
        host.spawn(
                Map.of("LXD_DIR", directory.toString(), "PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
                host.directory().resolve("lxd.log").toFile(),
                "lxd");
        host.run("env", "LXD_DIR=" + directory, "lxd", "waitready", "--timeout", "60")
                .orFail();
        return new Lxd(host, directory);
    }

    /** Where it listens. */
    public Door door() {
        return new Door(directory.resolve("unix.socket"));
    }

    /** Its state directory. */
    public Path directory() {
        return directory;
    }

    /** The host it runs on. */
    public HostOfItsOwn host() {
        return host;
    }

    @Override
    public void close() {
        host.close();
    }
}
