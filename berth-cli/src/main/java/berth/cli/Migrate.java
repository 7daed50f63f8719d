package berth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import berth.client.Json;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * {@code berth migrate}: the directory of a container that NixOS' or systemd's tools kept becomes the root of a guest. It is copied, by
 * the way of a backup, and never changed. Owners that were shifted for a user namespace are shifted back.
 */
final class Migrate implements Command {
    static final List<Flag> FLAGS = List.of(
            Flag.one("as", '\0', "NAME", "what the guest is called, if not as the directory"),
            Flag.one("system", '\0', "PATH", "the system of the Nix store that it runs, if its settings do not say it"),
            Flag.one("storage", 's', "POOL", "the storage pool of the instance"),
            Flag.on("dry-run", '\0', "only show what would be done"),
            Flag.on("yes", '\0', "do not ask"));

    private static final List<String> PLACES =
            List.of("/var/lib/machines", "/var/lib/nixos-containers", "/var/lib/containers");
    private static final List<String> SETTINGS = List.of("/etc/nixos-containers", "/etc/containers");
    private static final int RANGE = 65_536;
    private static final int NOBODY = 65_534;

    /** What was found in a directory. */
    private static final class Found {
        private final SortedSet<Integer> users = new TreeSet<>();
        private final SortedSet<Integer> groups = new TreeSet<>();
        private long files;
        private long bytes;
        private int base;

        /** What an owner becomes. */
        int shifted(int id) {
            if (base == 0) {
                return id;
            }
            return id >= base && id < base + RANGE ? id - base : NOBODY;
        }

        long foreign() {
            return base == 0
                    ? 0
                    : users.stream()
                                    .filter(it -> it < base || it >= base + RANGE)
                                    .count()
                            + groups.stream()
                                    .filter(it -> it < base || it >= base + RANGE)
                                    .count();
        }
    }

    @Override
    public int run(Call call) throws IOException {
        Path directory = directory(call.word(0));
        String name = call.option("as", String.valueOf(directory.getFileName()));
        if (!Nix.root()) {
            throw new Usage(directory + " can only be read as a whole by root: sudo berth migrate " + call.word(0));
        }
        String tar = new Nix(Map.of()).program("tar");
        if (tar.isEmpty()) {
            throw new Usage("tar is missing: apt-get install tar");
        }
        if (Files.exists(Path.of("/run/systemd/machines").resolve(String.valueOf(directory.getFileName())))) {
            throw new Usage(name + " runs; stop it first: machinectl poweroff " + directory.getFileName());
        }
        String system = system(call, String.valueOf(directory.getFileName()));
        Found found = look(directory);
        call.print(name + "   from " + directory + ": " + found.files + " files, " + Units.binary(found.bytes));
        call.print(
                found.base == 0
                        ? "      owners stay as they are"
                        : "      owners " + found.base + " to " + (found.base + RANGE - 1) + " become 0 to "
                                + (RANGE - 1));
        if (found.foreign() > 0) {
            call.print("      " + Sites.count(found.foreign(), "owner") + " outside of that become " + NOBODY);
        }
        if (!system.isEmpty()) {
            call.print("      it runs " + system);
        }
        call.print("      " + directory + " stays as it is");
        if (call.has("dry-run")) {
            return 0;
        }
        if (!call.has("yes")) {
            if (!call.terminal().ttyIn()) {
                throw new Usage("nobody is here to be asked; --yes copies without a question");
            }
            if (!call.terminal().agrees("Copy it?")) {
                call.say("Nothing was changed.");
                return 1;
            }
        }
        Path work = call.scratch(Path.of("/var/tmp"));
        Path archive = pack(tar, directory, work, found, index(name, system, call.option("storage", "default")));
        Backups.importOf(call, archive, name, call.find("storage"));
        call.say("It is not started. When it is well, the original may go: rm -r " + directory);
        return 0;
    }

    private static Path directory(String given) throws IOException {
        List<Path> tried = given.contains("/")
                ? List.of(Path.of(given).toAbsolutePath().normalize())
                : PLACES.stream().map(it -> Path.of(it, given)).toList();
        for (Path path : tried) {
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                return path;
            }
        }
        throw new Usage("there is no directory "
                + String.join(", none ", tried.stream().map(Path::toString).toList()));
    }

    /** The system that it is to run; empty for one that its root holds. */
    private static String system(Call call, String name) throws IOException {
        String said = call.option("system", "");
        for (String place : SETTINGS) {
            Path settings = Path.of(place, name + ".conf");
            if (said.isEmpty() && Files.isReadable(settings)) {
                said = Files.readAllLines(settings).stream()
                        .filter(it -> it.startsWith("SYSTEM_PATH="))
                        .map(it -> it.substring("SYSTEM_PATH=".length())
                                .replace("\"", "")
                                .strip())
                        .findFirst()
                        .orElse("");
            }
        }
        return said.isEmpty() || said.matches("/nix/store/[^/]+")
                ? said
                : Path.of(said).toRealPath().toString();
    }

    private static Found look(Path directory) throws IOException {
        var found = new Found();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes facts) throws IOException {
                return visitFile(path, facts);
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes facts) throws IOException {
                Map<String, Object> its = Files.readAttributes(path, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
                found.users.add((Integer) its.get("uid"));
                found.groups.add((Integer) its.get("gid"));
                found.files++;
                found.bytes += facts.isRegularFile() ? facts.size() : 0;
                return FileVisitResult.CONTINUE;
            }
        });
        int top = (Integer) Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        found.base = top >= RANGE ? top - top % RANGE : 0;
        return found;
    }

    private static Json root(String pool) {
        return Json.object().with("type", "disk").with("path", "/").with("pool", pool);
    }

    private static String index(String name, String system, String pool) {
        Json config = system.isEmpty() ? Json.object() : Json.object().with("user.berth.system", system);
        return Json.object()
                .with("name", name)
                .with("backend", "dir")
                .with("pool", pool)
                .with("optimized", Json.of(false))
                .with("optimized_header", Json.of(false))
                .with("type", "container")
                .with(
                        "config",
                        Json.object()
                                .with(
                                        "container",
                                        Json.object()
                                                .with("name", name)
                                                .with("type", "container")
                                                .with("architecture", "")
                                                .with("description", "")
                                                .with("ephemeral", Json.of(false))
                                                .with("profiles", Json.of(List.of("default")))
                                                .with("config", config)
                                                .with("devices", Json.object().with("root", root(pool)))))
                .line();
    }

    /** A backup of it, as one file. */
    private static Path pack(String tar, Path directory, Path work, Found found, String index) throws IOException {
        Path archive = work.resolve("backup.tar");
        Files.createDirectory(work.resolve("backup"));
        Files.writeString(work.resolve("backup/index.yaml"), index + "\n");
        Files.write(work.resolve("users"), map(found, found.users));
        Files.write(work.resolve("groups"), map(found, found.groups));
        run(List.of(
                tar,
                "--create",
                "--format=pax",
                "--file",
                archive.toString(),
                "-C",
                work.toString(),
                "backup/index.yaml"));
        run(List.of(
                tar,
                "--append",
                "--format=pax",
                "--file",
                archive.toString(),
                "--numeric-owner",
                "--owner-map=" + work.resolve("users"),
                "--group-map=" + work.resolve("groups"),
                "--xattrs",
                "--xattrs-include=*",
                "--one-file-system",
                "--warning=no-file-ignored",
                "--transform=s,^\\.,backup/container/rootfs,S",
                "-C",
                directory.toString(),
                "."));
        return archive;
    }

    private static List<String> map(Found found, SortedSet<Integer> ids) {
        return ids.stream()
                .filter(it -> found.shifted(it) != it)
                .map(it -> "+" + it + " id" + found.shifted(it) + ":" + found.shifted(it))
                .toList();
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new Usage("tar ended with " + process.exitValue() + ": " + said + "\nNothing was changed.");
            }
        } catch (InterruptedException _) {
            throw new IOException("interrupted while the directory was packed");
        }
    }
}
