package berth.host.file;

import berth.host.Errno;
import berth.host.Libc;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A directory that is held open, and everything below it: the one way to a path that a guest or an image had a hand in
 * (security class C1). Each path is resolved by the kernel from the descriptor that is held (openat2(2)), so that neither a
 * link nor a race leads outside.
 *
 * <p>{@link #guest} is for a guest's root: links are followed as the guest would follow them, {@code /} being the root.
 * {@link #own} is for directories whose layout is ours: no link is followed at all, anywhere.
 *
 * <p>Paths are relative, or absolute from this directory; names hold no NUL. Files that are read or written are plain ones:
 * a FIFO, socket or device is never opened. Failures are {@link Errno}.
 */
public final class Beneath implements AutoCloseable {
    /** How names of unfinished files begin; whoever opens a pool removes them. */
    public static final String UNFINISHED = ".berth-tmp-";

    private static final long AS_GUEST = Kernel.IN_ROOT | Kernel.NO_MAGICLINKS;
    private static final long AS_OWNER = Kernel.BENEATH | Kernel.NO_SYMLINKS;

    private final int fd;
    private final long resolve;
    private final String shown;

    private Beneath(int fd, long resolve, String shown) {
        this.fd = fd;
        this.resolve = resolve;
        this.shown = shown;
    }

    /** A guest's root; the path itself is the host's, and its last component no link. */
    public static Beneath guest(Path top) {
        return new Beneath(top(top), AS_GUEST, top.toString());
    }

    /** The root of a running guest, seen from its PID 1 as the host numbers it (proc(5), {@code /proc/PID/root}). */
    static Beneath guestOf(long pid) {
        String shown = "/proc/" + pid + "/root";
        int root = Kernel.open("open directory " + shown, Kernel.HERE, shown, Kernel.O_PATH | Kernel.O_DIRECTORY, 0, 0);
        return new Beneath(root, AS_GUEST, shown);
    }

    /** A directory of ours; the path itself is the host's, and its last component no link. */
    public static Beneath own(Path top) {
        return new Beneath(top(top), AS_OWNER, top.toString());
    }

    private static int top(Path top) {
        return Kernel.open(
                "open directory " + top,
                Kernel.HERE,
                top.toString(),
                Kernel.O_PATH | Kernel.O_DIRECTORY | Kernel.O_NOFOLLOW,
                0,
                Kernel.NO_MAGICLINKS);
    }

    /** A directory below, to be used with the same rule. */
    public Beneath sub(String path) {
        return new Beneath(directory(path), resolve, shown + "/" + path);
    }

    /** A directory below, as a guest's root. */
    public Beneath guestRoot(String path) {
        return new Beneath(directory(path), AS_GUEST, shown + "/" + path);
    }

    /** A name of the directory for as long as it is held: not even a rename or a race changes what it leads to. */
    public Path held() {
        return Path.of("/proc/self/fd/" + fd);
    }

    int fd() {
        return fd;
    }

    /** What the path leads to, if anything. */
    public Optional<Stat> stat(String path) {
        return look(path, true);
    }

    /** What lies at the path, a last link not followed, if anything. */
    public Optional<Stat> lstat(String path) {
        return look(path, false);
    }

    /** Whether something lies at the path, be it a dangling link. */
    public boolean exists(String path) {
        return look(path, false).isPresent();
    }

    private Optional<Stat> look(String path, boolean follow) {
        try {
            int found = open("look at", path, Kernel.O_PATH | (follow ? 0 : Kernel.O_NOFOLLOW), 0);
            try {
                return Optional.of(Kernel.stat(tried("look at", path), found, "", false));
            } finally {
                Libc.close(found);
            }
        } catch (Errno failed) {
            if (failed.number() == Errno.ENOENT || failed.number() == Errno.ENOTDIR) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    /** What lies at the path, a last link not followed, held open; empty when there is nothing. */
    public Optional<Entry> entry(String path) {
        return entry(path, false);
    }

    /** What the path leads to, held open; empty when there is nothing. */
    public Optional<Entry> target(String path) {
        return entry(path, true);
    }

    private Optional<Entry> entry(String path, boolean follow) {
        int found;
        try {
            found = open("look at", path, Kernel.O_PATH | (follow ? 0 : Kernel.O_NOFOLLOW), 0);
        } catch (Errno failed) {
            if (failed.number() == Errno.ENOENT || failed.number() == Errno.ENOTDIR) {
                return Optional.empty();
            }
            throw failed;
        }
        try {
            String tried = tried("read", path);
            return Optional.of(new Entry(tried, found, Kernel.stat(tried, found, "", false)));
        } catch (RuntimeException failed) {
            Libc.close(found);
            throw failed;
        }
    }

    /** The names in a directory, sorted; at most 100,000 of them, what comes later is left out. */
    public List<String> list(String path) {
        int directory = open("list", path, Kernel.O_DIRECTORY, 0);
        try {
            var names = new ArrayList<String>();
            for (byte[] name : Kernel.names(tried("list", path), directory, 100_000)) {
                names.add(Kernel.text(name));
            }
            names.sort(null);
            return names;
        } finally {
            Libc.close(directory);
        }
    }

    /** All bytes of a plain file; refuses (EFBIG) when they are more than the limit. */
    public byte[] read(String path, int limit) {
        try (InputStream in = input(path)) {
            byte[] bytes = in.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new Errno(tried("read at most " + limit + " bytes of", path), 27);
            }
            return bytes;
        } catch (IOException failed) {
            throw new UncheckedIOException(tried("read", path) + ": " + failed.getMessage(), failed);
        }
    }

    /** A plain file as UTF-8 text of at most so many bytes. */
    public String text(String path, int limit) {
        return new String(read(path, limit), StandardCharsets.UTF_8);
    }

    /** A plain file to read; whoever reads sets the limit. */
    public InputStream input(String path) {
        int found = open("read", path, Kernel.O_PATH, 0);
        try {
            Stat stat = Kernel.stat(tried("read", path), found, "", false);
            if (!stat.isFile()) {
                throw new Errno(
                        tried("read, as it is no plain file,", path), stat.isDirectory() ? Errno.EISDIR : Errno.EINVAL);
            }
            checkNoInterface(tried("read", path), found);
            return Channels.newInputStream(
                    FileChannel.open(Path.of("/proc/self/fd/" + found), StandardOpenOption.READ));
        } catch (IOException failed) {
            throw new UncheckedIOException(tried("read", path) + ": " + failed.getMessage(), failed);
        } finally {
            Libc.close(found);
        }
    }

    /** Writes a whole file and puts it in place at once, replacing what lies there (a link itself, not its target). */
    public void write(String path, byte[] bytes, int mode) {
        write(path, mode, -1, -1, bytes.length, false, out -> out.write(bytes));
    }

    /** Writes a whole new file and puts it in place at once; EEXIST when something lies there. */
    public void create(String path, byte[] bytes, int mode) {
        write(path, mode, -1, -1, bytes.length, true, out -> out.write(bytes));
    }

    /**
     * Writes a whole file, to the disk too, and puts it in place at once: a reader, a crash or a power cut sees the old one
     * or the new one.
     *
     * @param uid owner; -1 leaves it ours
     * @param gid group; -1 leaves it ours
     * @param limit the most bytes that the content may have (EFBIG)
     * @param mustBeNew whether something at the path is an error (EEXIST)
     */
    public void write(String path, int mode, long uid, long gid, long limit, boolean mustBeNew, Content content) {
        String tried = tried("write", path);
        try (var place = place("write", path)) {
            String unfinished = UNFINISHED + UUID.randomUUID();
            int file = Kernel.open(
                    tried,
                    place.parent,
                    unfinished,
                    Kernel.O_CREAT | Kernel.O_EXCL | Kernel.O_WRONLY | Kernel.O_NOFOLLOW,
                    0600,
                    AS_OWNER);
            try {
                fill(file, tried, limit, content);
                if (uid >= 0 || gid >= 0) {
                    Kernel.chown(tried, file, uid, gid);
                }
                Libc.must(tried, 91, file, mode, 0, 0, 0); // fchmod, after chown, which clears set-id bits
                Kernel.sync(tried, file);
                Kernel.rename(tried, place.parent, unfinished, place.parent, place.name, mustBeNew ? 1 : 0);
            } catch (RuntimeException failed) {
                Kernel.unlink(tried, place.parent, unfinished, false);
                throw failed;
            } finally {
                Libc.close(file);
            }
            place.sync(tried);
        }
    }

    /**
     * Writes into the plain file that the path leads to: who owns it, who may read it and its other names stay. Unlike
     * {@link #write(String, byte[], int)} this is seen while it goes on, and stays half done when it fails.
     *
     * @param append whether the content goes behind what is there
     * @return false when there is nothing at the path
     */
    public boolean writeInto(String path, boolean append, Content content) {
        String tried = tried("write into", path);
        int found;
        try {
            found = open("write into", path, Kernel.O_PATH, 0);
        } catch (Errno failed) {
            if (failed.number() == Errno.ENOENT) {
                return false;
            }
            throw failed;
        }
        try {
            Stat stat = Kernel.stat(tried, found, "", false);
            if (!stat.isFile()) {
                throw new Errno(tried, stat.isDirectory() ? Errno.EISDIR : Errno.EINVAL);
            }
            checkNoInterface(tried, found);
            fill(found, tried, append ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING, content);
            return true;
        } finally {
            Libc.close(found);
        }
    }

    private static void fill(int file, String tried, StandardOpenOption how, Content content) {
        try (var channel = FileChannel.open(Path.of("/proc/self/fd/" + file), StandardOpenOption.WRITE, how);
                var out = Channels.newOutputStream(channel)) {
            content.writeTo(out);
        } catch (IOException failed) {
            throw new UncheckedIOException(tried + ": " + failed.getMessage(), failed);
        }
    }

    private static void fill(int file, String tried, long limit, Content content) {
        try (var channel = FileChannel.open(Path.of("/proc/self/fd/" + file), StandardOpenOption.WRITE);
                var out = new Limited(Channels.newOutputStream(channel), file, tried, limit)) {
            content.writeTo(out);
        } catch (IOException failed) {
            throw new UncheckedIOException(tried + ": " + failed.getMessage(), failed);
        }
    }

    /** Makes a directory; EEXIST when something lies there. */
    public void mkdir(String path, int mode) {
        try (var place = place("make directory", path)) {
            Kernel.mkdir(tried("make directory", path), place.parent, place.name, mode);
            chmod(path, mode);
        }
    }

    /**
     * Makes a directory; EEXIST when something lies there. What gets the owner is what was made, or nothing: a guest may
     * put something else in its place, but nothing of another file system.
     *
     * @param uid owner; -1 leaves it ours
     * @param gid group; -1 leaves it ours
     */
    public void mkdir(String path, int mode, long uid, long gid) {
        String tried = tried("make directory", path);
        try (var place = place("make directory", path)) {
            Kernel.mkdir(tried, place.parent, place.name, 0700);
            int made = Kernel.open(
                    tried,
                    place.parent,
                    place.name,
                    Kernel.O_PATH | Kernel.O_DIRECTORY | Kernel.O_NOFOLLOW,
                    0,
                    AS_OWNER | Kernel.NO_XDEV);
            try {
                Kernel.chown(tried, made, uid, gid);
                Kernel.chmod(tried, made, mode);
            } finally {
                Libc.close(made);
            }
        }
    }

    /** Makes a directory and those above it, where they are missing. */
    public void makeDirectories(String path, int mode) {
        var sofar = new StringBuilder();
        for (String name : path.split("/", -1)) {
            if (!name.isEmpty()) {
                sofar.append(sofar.isEmpty() ? "" : "/").append(name);
                if (stat(sofar.toString()).filter(Stat::isDirectory).isEmpty()) {
                    mkdir(sofar.toString(), mode);
                }
            }
        }
    }

    /** Makes a symbolic link. */
    public void symlink(String target, String path) {
        try (var place = place("make link", path)) {
            Kernel.symlink(tried("make link", path), target, place.parent, place.name);
        }
    }

    /** What a symbolic link says. */
    public String readlink(String path) {
        int found = open("read link", path, Kernel.O_PATH | Kernel.O_NOFOLLOW, 0);
        try {
            return Kernel.readlink(tried("read link", path), found, "");
        } finally {
            Libc.close(found);
        }
    }

    /** One more name, in another directory, for a plain file here; links are not followed, and are refused (EINVAL). */
    public void link(String path, Beneath other, String name) {
        if (lstat(path).filter(Stat::isFile).isEmpty()) {
            throw new Errno(tried("link, as it is no plain file,", path), Errno.EINVAL);
        }
        try (var from = place("link", path);
                var to = other.place("link", name)) {
            Kernel.link(tried("link", path), from.parent, from.name, to.parent, to.name);
        }
    }

    /** Removes a file or a link; false when there was none. */
    public boolean unlink(String path) {
        return remove("remove", path, false);
    }

    /** Removes an empty directory; false when there was none. */
    public boolean rmdir(String path) {
        return remove("remove directory", path, true);
    }

    private boolean remove(String verb, String path, boolean asDirectory) {
        try (var place = place(verb, path)) {
            Kernel.unlink(tried(verb, path), place.parent, place.name, asDirectory);
            return true;
        } catch (Errno failed) {
            if (failed.number() == Errno.ENOENT) {
                return false;
            }
            throw failed;
        }
    }

    /** Renames; what lies at the new path is replaced as rename(2) has it. */
    public void rename(String from, String to) {
        rename(from, to, 0);
    }

    /** Renames; EEXIST when something lies at the new path. */
    public void renameToNew(String from, String to) {
        rename(from, to, 1);
    }

    /** Lets two entries change places at once. */
    public void exchange(String one, String other) {
        rename(one, other, 2);
    }

    private void rename(String from, String to, long flags) {
        try (var source = place("rename", from);
                var target = place("rename to", to)) {
            Kernel.rename(
                    tried("rename", from) + " to " + to, source.parent, source.name, target.parent, target.name, flags);
        }
    }

    /** Sets the permission bits; a last link is refused. */
    public void chmod(String path, int mode) {
        int found = open("change mode of", path, Kernel.O_PATH | Kernel.O_NOFOLLOW, 0);
        try {
            if (Kernel.stat(tried("change mode of", path), found, "", false).isLink()) {
                throw new Errno(tried("change mode of", path), Errno.ELOOP);
            }
            Kernel.chmod(tried("change mode of", path), found, mode);
        } finally {
            Libc.close(found);
        }
    }

    /** Sets owner and group (of a last link itself); -1 leaves one. */
    public void chown(String path, long uid, long gid) {
        int found = open("change owner of", path, Kernel.O_PATH | Kernel.O_NOFOLLOW, 0);
        try {
            Kernel.chown(tried("change owner of", path), found, uid, gid);
        } finally {
            Libc.close(found);
        }
    }

    /**
     * Removes a file, or a directory with all in it. Follows no link and goes into no other mount (EBUSY or EXDEV then).
     * Nothing there is no error.
     */
    public void deleteTree(String path) {
        try (var place = place("delete", path)) {
            DeadTree.delete(tried("delete", path), place.parent, place.name);
        } catch (Errno failed) {
            if (failed.number() != Errno.ENOENT) {
                throw failed;
            }
        }
    }

    /** Writes all that the file system of this directory still has in memory to the disk (syncfs(2)). */
    public void syncFileSystem() {
        int directory = directory(".", 0);
        try {
            Libc.must("sync file system of " + shown, 306, directory, 0, 0, 0, 0);
        } finally {
            Libc.close(directory);
        }
    }

    /** Bytes and inodes of its file system. */
    public Space space() {
        return Space.of("measure " + shown, fd);
    }

    /** The kernel's number for the type of its file system, for instance 0x9123683E for btrfs. */
    public long fileSystem() {
        return Kernel.statfs("ask the file system of " + shown, fd)[0];
    }

    @Override
    public void close() {
        Libc.close(fd);
    }

    @Override
    public String toString() {
        return shown;
    }

    private int open(String verb, String path, long flags, long mode) {
        String relative = path.isEmpty() ? "." : path;
        if (resolve == AS_OWNER) {
            while (relative.startsWith("/")) {
                relative = relative.length() == 1 ? "." : relative.substring(1);
            }
        }
        checkNul(path);
        return Kernel.open(tried(verb, path), fd, relative, flags, mode, resolve);
    }

    private int directory(String path) {
        return directory(path, Kernel.O_PATH);
    }

    /** A descriptor of a directory that can be listed and told things (ioctl(2)); the caller closes it. */
    int openDirectory(String path) {
        return directory(path, 0);
    }

    private int directory(String path, long flags) {
        return open("open directory", path, flags | Kernel.O_DIRECTORY, 0);
    }

    private Place place(String verb, String path) {
        checkNul(path);
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        String clean = path.substring(0, end);
        int slash = clean.lastIndexOf('/');
        String name = clean.substring(slash + 1);
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new Errno(tried(verb, path), Errno.EINVAL);
        }
        var place = new Place(directory(slash < 0 ? "." : clean.substring(0, slash)), name);
        try {
            checkNoInterface(tried(verb, path), place.parent);
            return place;
        } catch (RuntimeException refused) {
            place.close();
            throw refused;
        }
    }

    private void checkNoInterface(String tried, int found) {
        if (resolve == AS_GUEST) {
            Kernel.checkNoInterface(tried, found);
        }
    }

    private void checkNul(String path) {
        if (path.indexOf('\0') >= 0) {
            throw new Errno("use a name with a NUL beneath " + shown, Errno.EINVAL);
        }
    }

    private String tried(String verb, String path) {
        return verb + " " + path + " beneath " + shown;
    }

    /** Writes a file's content. */
    public interface Content {
        /** Writes all of it. */
        void writeTo(OutputStream out) throws IOException;

        /** Content that is in memory already. */
        static Content of(ByteArrayOutputStream bytes) {
            return bytes::writeTo;
        }
    }

    /**
     * Bytes and inodes of a file system.
     *
     * @param freeBytes what may still be written by others than root
     */
    public record Space(long usedBytes, long totalBytes, long freeBytes, long usedInodes, long totalInodes) {
        static Space of(String tried, int fd) {
            long[] fields = Kernel.statfs(tried, fd);
            long unit = fields[1];
            return new Space(
                    (fields[2] - fields[3]) * unit,
                    fields[2] * unit,
                    fields[4] * unit,
                    fields[5] - fields[6],
                    fields[5]);
        }
    }

    /** A name in a directory that is held open. */
    private record Place(int parent, String name) implements AutoCloseable {
        void sync(String tried) {
            int readable = Kernel.open(tried, parent, ".", Kernel.O_DIRECTORY, 0, AS_OWNER);
            try {
                Kernel.sync(tried, readable);
            } finally {
                Libc.close(readable);
            }
        }

        @Override
        public void close() {
            Libc.close(parent);
        }
    }

    /**
     * Counts what is written and stops at the limit. What is going to be waited for on the disk begins to go there while more
     * comes in.
     */
    private static final class Limited extends FilterOutputStream {
        private static final long STRETCH = 8 << 20;

        private final int file;
        private final String tried;
        private final long limit;
        private long written;
        private long begun;

        Limited(OutputStream out, int file, String tried, long limit) {
            super(out);
            this.file = file;
            this.tried = tried;
            this.limit = limit;
        }

        @Override
        public void write(int b) throws IOException {
            take(1);
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            take(length);
            out.write(bytes, from, length);
            if (written - begun >= STRETCH) {
                Kernel.beginSync(file, begun, written - begun);
                begun = written;
            }
        }

        private void take(int length) {
            written += length;
            if (written > limit) {
                throw new Errno(tried + " within its limit", 27);
            }
        }
    }
}
