package berth.engine.instance;

import berth.host.Errno;
import berth.host.file.Beneath;
import berth.host.file.Entry;
import berth.host.file.IdExtents;
import berth.host.file.Stat;
import berth.model.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A guest's files for as long as some work on them goes on, piece by piece: {@link InstanceFiles#together}. Paths and owners
 * are the guest's, none leads out of its root (security C1). What does not go is told by {@link Failed}.
 */
public final class GuestTree implements AutoCloseable {
    private static final int LONGEST_LIST = 100_000;

    private final Beneath inside;
    private final IdExtents ids;
    private final Map<Channel, FileChannel> channels = new HashMap<>();

    GuestTree(Beneath inside, IdExtents ids) {
        this.inside = inside;
        this.ids = ids;
    }

    /** Why something did not go. */
    public enum Trouble {
        /** Nothing lies at the path. */
        NOTHING_THERE,
        /** It may not be. */
        NOT_ALLOWED,
        /** Anything else. */
        OTHER
    }

    /** Something did not go; nothing was changed by it, or what was, is told. */
    public static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final Trouble trouble;

        Failed(Trouble trouble, String why) {
            super(why, null, false, false);
            this.trouble = trouble;
        }

        /** Of which kind. */
        public Trouble trouble() {
            return trouble;
        }

        /** In words. */
        public String why() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * What there is to know of a file.
     *
     * @param mode type and permission bits
     */
    public record Attributes(
            int mode, long uid, long gid, long size, int links, Instant modified, long device, long inode) {
        /** Whether it is a directory. */
        public boolean isDirectory() {
            return (mode & 0170000) == 0040000;
        }
    }

    /**
     * A file that was opened once; whoever comes back with it means that very file. The number of its device tells nothing:
     * the files of a stopped guest are mounted anew for each visit, and each mount has the first number that is free.
     *
     * @param append whether what is written goes behind what is there, whatever place is said
     */
    public record Opened(String path, long inode, boolean read, boolean write, boolean append) {}

    /** How a file is opened: open(2)'s flags by their names. */
    public record How(
            boolean read, boolean write, boolean append, boolean create, boolean exclusive, boolean truncate) {}

    /** What shall be another; null leaves it. Times are seconds since 1970. */
    public record Change(
            @Nullable Long size,
            @Nullable Owners owners,
            @Nullable Integer permissions,
            @Nullable Times times) {}

    /** User and group. */
    public record Owners(long uid, long gid) {}

    /** When it was read and changed. */
    public record Times(long accessed, long modified) {}

    /** Bytes and inodes: all, and those that are free. */
    public record Space(long totalBytes, long freeBytes, long totalInodes, long freeInodes) {}

    private record Channel(Opened file, StandardOpenOption how) {}

    /** What lies at the path, or with {@code follow} what it leads to. */
    public Attributes look(String path, boolean follow) {
        return tried(() -> {
            try (Entry entry = entry(path, follow)) {
                return attributes(entry.stat());
            }
        });
    }

    /** The names in a directory; at most 100,000. */
    public List<String> names(String path) {
        return tried(() -> {
            try (Entry entry = entry(path, true)) {
                if (!entry.stat().isDirectory()) {
                    throw new Failed(Trouble.OTHER, "not a directory");
                }
                return entry.names().stream().limit(LONGEST_LIST).toList();
            }
        });
    }

    /** Opens a plain file, or makes one that belongs to the guest's root. */
    public Opened open(String path, How how, int permissions) {
        return tried(() -> {
            var there = inside.target(path);
            there.ifPresent(Entry::close);
            if (there.isEmpty() || how.exclusive() && how.create()) {
                if (!how.create()) {
                    throw nothingThere();
                }
                inside.write(
                        path,
                        permissions,
                        InstanceFiles.outside(ids.users(), 0),
                        InstanceFiles.outside(ids.groups(), 0),
                        0,
                        true,
                        _ -> {});
            }
            try (Entry entry = entry(path, true)) {
                Stat stat = entry.stat();
                entry.checkPlain();
                if (how.truncate() && how.write()) {
                    entry.resize(0);
                }
                return new Opened(path, stat.inode(), how.read(), how.write(), how.append());
            }
        });
    }

    /** Bytes of a file from a place on; fewer than asked for at its end, none behind it. */
    public ByteBuffer read(Opened file, long place, int length) {
        return tried(() -> {
            if (!file.read()) {
                throw new Failed(Trouble.NOT_ALLOWED, "not opened for reading");
            }
            var into = ByteBuffer.allocate(length);
            var channel = channel(file, StandardOpenOption.READ);
            try {
                while (into.hasRemaining() && channel.read(into, place + into.position()) >= 0) {
                    // as much as there is
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            return into.flip();
        });
    }

    /** Writes bytes to a file at a place, or behind its end. */
    public void write(Opened file, long place, ByteBuffer bytes) {
        tried(() -> {
            if (!file.write()) {
                throw new Failed(Trouble.NOT_ALLOWED, "not opened for writing");
            }
            var channel = channel(file, StandardOpenOption.WRITE);
            try {
                long at = file.append() ? channel.size() : place;
                while (bytes.hasRemaining()) {
                    at += channel.write(bytes, at);
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            return true;
        });
    }

    /** What a file that was opened is like now. */
    public Attributes look(Opened file) {
        return tried(() -> {
            try (Entry entry = entry(file)) {
                return attributes(entry.stat());
            }
        });
    }

    /** Changes what a file that was opened is like. */
    public void change(Opened file, Change change) {
        tried(() -> {
            try (Entry entry = entry(file)) {
                return change(entry, change);
            }
        });
    }

    /** Changes what the thing that the path leads to is like. */
    public void change(String path, Change change) {
        tried(() -> {
            try (Entry entry = entry(path, true)) {
                return change(entry, change);
            }
        });
    }

    /** Makes a directory that belongs to the guest's root. */
    public void makeDirectory(String path, int permissions) {
        tried(() -> {
            inside.mkdir(
                    path, permissions, InstanceFiles.outside(ids.users(), 0), InstanceFiles.outside(ids.groups(), 0));
            return true;
        });
    }

    /** Removes a file or a link. */
    public void remove(String path) {
        tried(() -> removed(inside.unlink(path)));
    }

    /** Removes an empty directory. */
    public void removeDirectory(String path) {
        tried(() -> removed(inside.rmdir(path)));
    }

    /** Gives something another name; without {@code replace} only one that is free. */
    public void rename(String from, String to, boolean replace) {
        tried(() -> {
            if (replace) {
                inside.rename(from, to);
            } else {
                inside.renameToNew(from, to);
            }
            return true;
        });
    }

    /** Makes a symbolic link. */
    public void makeLink(String path, String target) {
        tried(() -> {
            inside.symlink(target, path);
            return true;
        });
    }

    /** Gives a plain file one more name. */
    public void addName(String path, String name) {
        tried(() -> {
            inside.link(path, inside, name);
            return true;
        });
    }

    /** What a symbolic link says. */
    public String target(String path) {
        return tried(() -> {
            try (Entry entry = entry(path, false)) {
                if (!entry.stat().isLink()) {
                    throw new Failed(Trouble.OTHER, "not a symbolic link");
                }
                return entry.target();
            }
        });
    }

    /** How much room there is where the path leads to. */
    public Space space(String path) {
        return tried(() -> {
            try (Entry entry = entry(path, true)) {
                var space = entry.space();
                return new Space(
                        space.totalBytes(),
                        space.freeBytes(),
                        space.totalInodes(),
                        space.totalInodes() - space.usedInodes());
            }
        });
    }

    @Override
    public void close() {
        channels.values().forEach(it -> {
            try {
                it.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
        channels.clear();
    }

    private FileChannel channel(Opened file, StandardOpenOption how) {
        return channels.computeIfAbsent(new Channel(file, how), _ -> {
            try (Entry entry = entry(file)) {
                return entry.channel(how);
            }
        });
    }

    private Entry entry(String path, boolean follow) {
        return (follow ? inside.target(path) : inside.entry(path)).orElseThrow(GuestTree::nothingThere);
    }

    private Entry entry(Opened file) {
        Entry entry = entry(file.path(), true);
        if (entry.stat().inode() != file.inode()) {
            entry.close();
            throw new Failed(Trouble.OTHER, "another file lies there now");
        }
        return entry;
    }

    private boolean change(Entry entry, Change change) {
        if (change.size() != null) {
            entry.resize(change.size());
        }
        if (change.owners() != null) {
            entry.chown(
                    InstanceFiles.outside(ids.users(), change.owners().uid()),
                    InstanceFiles.outside(ids.groups(), change.owners().gid()));
        }
        if (change.permissions() != null) {
            entry.chmod(change.permissions());
        }
        if (change.times() != null) {
            entry.touch(change.times().accessed(), change.times().modified());
        }
        return true;
    }

    private Attributes attributes(Stat stat) {
        return new Attributes(
                stat.mode(),
                InstanceFiles.inside(ids.users(), stat.uid()),
                InstanceFiles.inside(ids.groups(), stat.gid()),
                stat.size(),
                stat.links(),
                stat.modified(),
                stat.device(),
                stat.inode());
    }

    private static boolean removed(boolean found) {
        if (!found) {
            throw nothingThere();
        }
        return true;
    }

    private static Failed nothingThere() {
        return new Failed(Trouble.NOTHING_THERE, "no such file or directory");
    }

    private static <T> T tried(Supplier<T> work) {
        try {
            return work.get();
        } catch (Errno failed) {
            throw new Failed(
                    switch (failed.number()) {
                        case Errno.ENOENT -> Trouble.NOTHING_THERE;
                        case Errno.EACCES, Errno.EPERM -> Trouble.NOT_ALLOWED;
                        default -> Trouble.OTHER;
                    },
                    failed.reason());
        } catch (Refused refused) {
            throw new Failed(Trouble.OTHER, refused.problem().text());
        } catch (UncheckedIOException failed) {
            throw new Failed(Trouble.OTHER, String.valueOf(failed.getMessage()));
        }
    }
}
