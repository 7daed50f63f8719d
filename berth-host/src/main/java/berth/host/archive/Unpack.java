package berth.host.archive;

import berth.host.file.Beneath;
import berth.host.file.Stat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Unpacks an archive into a fresh directory, ids as they are in it. Each entry is judged once more on its way, and a
 * {@link Confined} program writes the files, so that nothing outside of the directory can change.
 */
public final class Unpack {
    private static final byte[] END = new byte[1024];
    private static final Set<String> PARTS = Set.of("metadata.yaml", "rootfs", "rootfs.img", "templates");
    private static final List<String> UNSQUASH =
            List.of("unsquashfs", "-f", "-n", "-q", "-da", "64", "-fr", "64", "-d", Confined.TARGET, Confined.ARCHIVE);
    private static final List<String> TAR = List.of(
            "tar",
            "--extract",
            "--file=-",
            "--directory=" + Confined.TARGET,
            "--numeric-owner",
            "--same-owner",
            "--preserve-permissions",
            "--restrict",
            "--force-local",
            "--xattrs",
            "--xattrs-include=*",
            "--xattrs-exclude=trusted.*",
            "--warning=no-timestamp",
            "--quoting-style=escape");

    private final ArchiveLimits limits;
    private final boolean devices;

    /**
     * Unpacks within those limits.
     *
     * @param devices whether device nodes are made; without the right to make any (nested) they are left out
     */
    public Unpack(ArchiveLimits limits, boolean devices) {
        this.limits = limits;
        this.devices = devices;
    }

    /** Unpacks within those limits; devices if this process may make any: if it is root of the host, not of a container. */
    public static Unpack within(ArchiveLimits limits) {
        try {
            String map = Files.readString(Path.of("/proc/self/uid_map")).strip();
            return new Unpack(limits, map.split("\\s+")[2].equals("4294967295"));
        } catch (IOException noProc) {
            return new Unpack(limits, false);
        }
    }

    /** Unpacks the file into the empty directory; throws {@link BadArchive}, with the directory half full. */
    public void into(Path directory, Path file, Layout layout) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new IllegalArgumentException(directory + " is no directory");
        }
        ArchiveFormat format = ArchiveFormat.of(file);
        if (format == ArchiveFormat.SQUASHFS && layout != Layout.METADATA) {
            unsquash(directory, file, layout);
        } else {
            untar(directory, file, format, new EntryRules(layout, limits), TAR);
        }
        if (layout != Layout.ROOT) {
            settle(directory, true);
        }
    }

    /**
     * Unpacks one part of a backup into the empty directory: what lies below {@code backup/container}, or below
     * {@code backup/snapshots/<name>}. Throws {@link BadArchive}, with the directory half full.
     */
    public void partInto(Path directory, Path file, List<String> part) {
        if (ArchiveFormat.of(file) == ArchiveFormat.SQUASHFS) {
            unsquashPart(directory, file, part);
            keepParts(directory);
            settle(directory, false);
            return;
        }
        var tar = new ArrayList<>(TAR);
        tar.add("--strip-components=" + part.size());
        var rules = new EntryRules(Layout.BACKUP, limits, part, Layout.UNIFIED);
        untar(directory, file, ArchiveFormat.of(file), rules, tar);
        settle(directory, false);
    }

    /**
     * Unpacks what lies below {@code backup/volume}, or {@code backup/volume-snapshots/<name>}, into the empty directory, which
     * gets the mode and the owner that its namesake in the archive has. Throws {@link BadArchive}, with the directory half full.
     */
    public void volumeInto(Path directory, Path file, List<String> part) {
        if (ArchiveFormat.of(file) == ArchiveFormat.SQUASHFS) {
            Stat top = unsquashPart(directory, file, part);
            try (Beneath own = Beneath.own(directory)) {
                own.chown(".", top.uid(), top.gid());
                own.chmod(".", top.mode() & 07777);
            }
            return;
        }
        var tar = new ArrayList<>(TAR);
        String anyNames = "[^/]*/".repeat(part.size() - 1) + "[^/]*";
        tar.add("--transform=s,^" + anyNames + ",.,S"); // unlike --strip-components it keeps the directory itself
        var rules = new EntryRules(Layout.BACKUP, limits, part, Layout.ROOT);
        untar(directory, file, ArchiveFormat.of(file), rules, tar);
    }

    private void unsquash(Path directory, Path file, Layout layout) {
        new Squashfs(limits).inspect(file, layout);
        unsquash(directory, file, UNSQUASH);
        if (layout == Layout.UNIFIED) {
            keepParts(directory);
        }
    }

    /** Unpacks what lies below that directory of a backup; what the directory itself is in the archive. */
    private Stat unsquashPart(Path directory, Path file, List<String> part) {
        new Squashfs(limits).check(file);
        String name = String.join("/", part);
        var program = new ArrayList<>(UNSQUASH);
        program.add(1, "-no-wildcards");
        program.add(name);
        unsquash(directory, file, program);
        String aside = Beneath.UNFINISHED + UUID.randomUUID(); // what is in it may have any name, also the top's
        try (Beneath own = Beneath.own(directory)) {
            if (!own.exists(part.get(0))) {
                throw new BadArchive(name + " is missing");
            }
            own.rename(part.get(0), aside);
            String from = aside + name.substring(part.get(0).length());
            Stat top = own.lstat(from)
                    .filter(Stat::isDirectory)
                    .orElseThrow(() -> new BadArchive(name + " is missing, or no directory"));
            own.chmod(from, 0700);
            own.list(from).forEach(it -> own.rename(from + "/" + it, it));
            own.deleteTree(aside);
            return top;
        }
    }

    private void unsquash(Path directory, Path file, List<String> program) {
        Process process = Confined.start(program, limits, file, directory);
        try {
            CompletableFuture<String> complaints = complaints(process);
            close(process.getOutputStream());
            CompletableFuture<String> output = text(process.getInputStream());
            int exit = await(process);
            output.join();
            // 2: something that does not matter to the content could not be set, such as trusted.* attributes.
            if (exit != 0 && !(exit == 2 && harmless(complaints.join()))) {
                throw new BadArchive("unsquashfs ended with " + exit + ": " + complaints.join());
            }
        } finally {
            Confined.end(process);
        }
    }

    /** What else lies at the top of an image is left out, as it is of a tarball. */
    private static void keepParts(Path directory) {
        try (Beneath own = Beneath.own(directory)) {
            own.list(".").stream().filter(it -> !PARTS.contains(it)).forEach(own::deleteTree);
        }
    }

    private boolean harmless(String complaints) {
        return complaints
                .lines()
                .filter(it -> !it.isBlank())
                .allMatch(
                        it -> it.contains("write_xattr") || !devices && it.contains("create_inode: could not create"));
    }

    private void untar(Path directory, Path file, ArchiveFormat format, EntryRules rules, List<String> program) {
        try (var archive = Decompressed.open(file, format, limits)) {
            Process process = Confined.start(program, limits, null, directory);
            CompletableFuture<String> complaints = complaints(process);
            CompletableFuture<String> output = text(process.getInputStream());
            try {
                boolean whole = hand(archive, rules, process.getOutputStream());
                int exit = await(process);
                output.join();
                if (exit != 0 || !whole) {
                    throw new BadArchive("tar ended with " + exit + ": " + complaints.join());
                }
                archive.finish(limits.trailingBytes());
            } catch (IOException broken) {
                throw archive.endedEarly(String.valueOf(broken.getMessage()));
            } finally {
                Confined.end(process);
            }
        }
    }

    /** Hands on what the rules keep; false when the program stopped reading. */
    private boolean hand(Decompressed archive, EntryRules rules, OutputStream to) throws IOException {
        var tar = new TarReader(archive.content());
        try (var out = new Told(to)) {
            for (var next = tar.next(); next.isPresent(); next = tar.next()) {
                TarEntry entry = next.get();
                if (rules.judge(entry) == EntryRules.Verdict.KEEP
                        && (devices || !entry.type().isDevice())) {
                    out.write(tar.headers());
                    tar.pass(out);
                }
                if (out.refused()) {
                    return false;
                }
            }
            out.write(END);
            out.flush();
            return !out.refused();
        }
    }

    /** What we read ourselves later belongs to us: root's, plain files, nobody else's to write. */
    private static void settle(Path directory, boolean mustTell) {
        var own = new ArrayList<Path>();
        Path metadata = directory.resolve("metadata.yaml");
        if (mustTell || Files.exists(metadata, LinkOption.NOFOLLOW_LINKS)) {
            own.add(metadata);
        }
        Path templates = directory.resolve("templates");
        try {
            if (Files.exists(templates, LinkOption.NOFOLLOW_LINKS)) {
                try (var tree = Files.walk(templates)) {
                    tree.forEach(own::add);
                }
            }
            for (Path path : own) {
                boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
                if (!folder && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw new BadArchive(path.getFileName() + " is missing, or no regular file");
                }
                Files.setAttribute(path, "unix:uid", 0, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(path, "unix:gid", 0, LinkOption.NOFOLLOW_LINKS);
                Files.setPosixFilePermissions(
                        path, PosixFilePermissions.fromString(folder ? "rwxr-xr-x" : "rw-r--r--"));
            }
            for (String name : List.of("rootfs", "templates")) {
                Path path = directory.resolve(name);
                if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                        && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw new BadArchive(name + " is no directory");
                }
            }
        } catch (IOException unexpected) {
            throw new BadArchive("cannot settle " + directory + ": " + unexpected.getMessage(), unexpected);
        }
    }

    private int await(Process process) {
        try {
            if (!process.waitFor(limits.time().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new BadArchive(
                        "unpacking took longer than " + limits.time().toSeconds() + " s and was stopped");
            }
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BadArchive("interrupted", interrupted);
        }
    }

    private static CompletableFuture<String> complaints(Process process) {
        return text(process.getErrorStream());
    }

    /** The first 4 KiB of what a stream says, on one thread of its own; the rest is read and dropped. */
    static CompletableFuture<String> text(InputStream stream) {
        var text = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> {
            try (stream) {
                String said = new String(stream.readNBytes(4096), StandardCharsets.UTF_8).strip();
                stream.transferTo(OutputStream.nullOutputStream());
                text.complete(said);
            } catch (IOException gone) {
                text.complete("");
            }
        });
        return text;
    }

    private static void close(OutputStream stream) {
        try {
            stream.close();
        } catch (IOException gone) {
            // It ended.
        }
    }

    /** A stream to a program that remembers, instead of throwing, that the program stopped reading. */
    private static final class Told extends OutputStream {
        private final OutputStream to;
        private boolean refused;

        Told(OutputStream to) {
            this.to = to;
        }

        boolean refused() {
            return refused;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int at, int length) {
            try {
                if (!refused) {
                    to.write(bytes, at, length);
                }
            } catch (IOException closed) {
                refused = true;
            }
        }

        @Override
        public void flush() {
            try {
                to.flush();
            } catch (IOException closed) {
                refused = true;
            }
        }

        @Override
        public void close() {
            Unpack.close(to);
        }
    }
}
