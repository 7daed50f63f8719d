package berth.host.file;

import berth.host.Errno;
import berth.host.Libc;
import berth.host.Program;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * User namespaces that exist only to describe an id map to mount_setattr(2). Each is made by a short-lived child (a process
 * with threads, such as this one, cannot enter one) and then kept by a descriptor; the most recently used ones are kept.
 */
final class UserNamespaces {
    private static final int KEPT = 128;
    private static final LinkedHashMap<IdExtents, Integer> KNOWN = new LinkedHashMap<>(16, 0.75f, true);

    private UserNamespaces() {}

    /** A descriptor of a namespace with exactly this map; the caller closes it. */
    static int of(IdExtents map) {
        synchronized (KNOWN) {
            Integer known = KNOWN.get(map);
            if (known != null) {
                return duplicate(known);
            }
        }
        int made = make(map); // two at a time may make the same: harmless, one is closed
        synchronized (KNOWN) {
            Integer other = KNOWN.put(map, duplicate(made));
            if (other != null) {
                Libc.close(other);
            }
            if (KNOWN.size() > KEPT) {
                Map.Entry<IdExtents, Integer> oldest = KNOWN.pollFirstEntry();
                Libc.close(oldest.getValue());
            }
        }
        return made;
    }

    private static int duplicate(int fd) {
        return (int) Libc.must("duplicate a descriptor", 72, fd, 1030 /* F_DUPFD_CLOEXEC */, 0, 0, 0);
    }

    private static int make(IdExtents map) {
        // cat answers once it runs, which is after unshare has entered the new namespace, and ends when its input does
        Process child = Program.of("unshare", "--user", "cat").start();
        try {
            child.getOutputStream().write('x');
            child.getOutputStream().flush();
            if (child.getInputStream().read() != 'x') {
                String said =
                        new String(child.getErrorStream().readNBytes(500), java.nio.charset.StandardCharsets.UTF_8);
                throw new Errno("make a user namespace for an id map: " + said.strip(), Errno.EPERM);
            }
            Path process = Path.of("/proc/" + child.pid());
            Files.writeString(process.resolve("uid_map"), lines(map.users()));
            Files.writeString(process.resolve("gid_map"), lines(map.groups()));
            String namespace = process.resolve("ns/user").toString();
            try (Arena arena = Arena.ofConfined()) {
                long path = arena.allocateFrom(namespace).address();
                return (int) Libc.must("open " + namespace, 257, Kernel.HERE, path, Kernel.O_CLOEXEC, 0, 0);
            }
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException("make a user namespace with the id map " + map, failed);
        } finally {
            end(child);
        }
    }

    private static String lines(List<IdExtent> map) {
        var lines = new StringBuilder();
        map.forEach(it -> lines.append(it.disk() + " " + it.shown() + " " + it.count() + "\n"));
        return lines.toString();
    }

    private static void end(Process child) {
        try {
            child.getOutputStream().close();
            if (!child.waitFor(2, TimeUnit.SECONDS)) {
                child.destroyForcibly();
            }
        } catch (IOException gone) {
            child.destroyForcibly();
        } catch (InterruptedException interrupted) {
            child.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
