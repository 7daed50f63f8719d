package berth.driver.lxc;

import berth.host.file.Beneath;
import berth.spi.Handle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the driver keeps things. Instance names and project names are strict words, so that their paths are ours alone.
 *
 * @param lxcPath LXC's own directory, one below it per container; part of the name of LXC's command socket
 * @param logs one directory below it per container
 * @param guestApi directory with the guest API's socket, which guests see at {@code /dev/lxd}; null: there is none
 */
record Places(Path lxcPath, Path logs, @Nullable Path guestApi) {
    static final String CONF = "lxc.conf";
    static final String LOG = "lxc.log";
    static final String OLD_LOG = "lxc.log.old";
    static final String CONSOLE = "console.log";
    /** What LXC calls the console's log once it is full and a new one is begun. */
    static final String OLD_CONSOLE = "console.log.1";

    private static final List<String> KNOWN = List.of(CONF, LOG, OLD_LOG, CONSOLE);
    /** What a command said, kept by its operation's id. */
    private static final Pattern RECORDED = Pattern.compile("exec_[0-9a-f-]{36}\\.std(out|err)");

    private static final Path LOCKS = Path.of("/run/lxc/lock");

    Path home(Handle handle) {
        return lxcPath.resolve(handle.key());
    }

    Path seccomp(Handle handle) {
        return home(handle).resolve("seccomp");
    }

    /** What the host's ends of its cards are given at each of its starts. */
    Path hostWires(Handle handle) {
        return home(handle).resolve("wires.host");
    }

    /** What those are held to. */
    Path limitWires(Handle handle) {
        return home(handle).resolve("wires.limits");
    }

    /** What its own ends are given. */
    Path insideWires(Handle handle) {
        return home(handle).resolve("wires.inside");
    }

    /** Why that went wrong, if it did. */
    Path wiresSaid(Handle handle) {
        return home(handle).resolve("wires.said");
    }

    /** What its devices show inside, while it runs. */
    Kept kept(Handle handle) {
        return new Kept(home(handle));
    }

    Path logs(Handle handle) {
        return logs.resolve(handle.key());
    }

    Path conf(Handle handle) {
        return logs(handle).resolve(CONF);
    }

    Path log(Handle handle) {
        return logs(handle).resolve(LOG);
    }

    Path console(Handle handle) {
        return logs(handle).resolve(CONSOLE);
    }

    /** The names of those that exist. */
    List<String> existingLogs(Handle handle) {
        if (!Files.isDirectory(logs(handle))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(logs(handle))) {
            return files.filter(it -> Files.isRegularFile(it, LinkOption.NOFOLLOW_LINKS))
                    .map(it -> it.getFileName().toString())
                    .filter(it -> KNOWN.contains(it) || RECORDED.matcher(it).matches())
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * Makes both directories and puts the last run's log aside. Logs are for root only; LXC demands that a guest's root
     * can pass through its own directory.
     */
    void prepare(Handle handle) {
        try {
            make(home(handle), "rwx--x--x");
            make(logs(handle), "rwx------");
            if (Files.exists(log(handle))) {
                Files.move(
                        log(handle), logs(handle).resolve(OLD_LOG), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void make(Path directory, String mode) throws IOException {
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
    }

    /** Removes all of it, LXC's lock file too. Nothing that is mounted there is gone into. */
    void forget(Handle handle) {
        kept(handle).close();
        delete(lxcPath, handle.key());
        delete(logs, handle.key());
        delete(LOCKS.resolve(lxcPath.toAbsolutePath().toString().substring(1)), "." + handle.key());
    }

    private static void delete(Path top, String name) {
        if (Files.isDirectory(top)) {
            try (Beneath there = Beneath.own(top)) {
                there.deleteTree(name);
            }
        }
    }
}
