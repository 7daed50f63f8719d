package berth.host.file;

import berth.host.Errno;
import berth.host.Libc;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;

/**
 * The subvolumes below a directory on btrfs. Paths are relative to it, as {@link Beneath#own} has them. A guest may have made
 * subvolumes inside its own: they are carried along in snapshots, and deleted with it.
 */
public final class Subvolumes {
    /** What statfs(2) says of btrfs. */
    public static final long BTRFS = 0x9123683EL;

    private final Beneath top;

    /** Below a directory, which stays the caller's to close. */
    public Subvolumes(Beneath top) {
        this.top = top;
    }

    /** Whether a subvolume's root is at the path. */
    public boolean is(String path) {
        return top.lstat(path)
                .filter(it -> it.isDirectory() && it.inode() == 256)
                .isPresent();
    }

    /** Makes an empty one, owned by root. */
    public void create(String path) {
        String tried = "make subvolume " + path + " beneath " + top;
        atParent(path, (parent, name) -> BtrfsCalls.create(tried, parent, name));
    }

    /** The number of the subvolume at the path: no other of its file system has or will have it. */
    public long id(String path) {
        return with(path, it -> BtrfsCalls.id("ask the number of subvolume " + path, it));
    }

    /** Makes it read-only, or writable again. */
    public void setReadOnly(String path, boolean readOnly) {
        with(path, it -> {
            BtrfsCalls.setReadOnly("change subvolume " + path + " beneath " + top, it, readOnly);
            return true;
        });
    }

    /** Whether it is read-only. */
    public boolean isReadOnly(String path) {
        return with(path, it -> BtrfsCalls.isReadOnly("look at subvolume " + path, it));
    }

    /** Makes a copy that shares all blocks, at once and whole; EEXIST when something lies at the path. */
    public void snapshot(String from, String to, boolean readOnly) {
        List<String> nested = nested(from).stream().map(Nested::path).toList();
        if (nested.isEmpty()) {
            snapshotOne(from, to, readOnly);
            return;
        }
        String unfinished = to.substring(0, to.lastIndexOf('/') + 1) + Beneath.UNFINISHED + UUID.randomUUID();
        try {
            snapshotOne(from, unfinished, false);
            for (String path : nested) { // outer ones first; each has left an empty directory in the copy
                top.rmdir(unfinished + "/" + path);
                snapshotOne(from + "/" + path, unfinished + "/" + path, false);
            }
            if (readOnly) {
                nested.reversed().forEach(it -> setReadOnly(unfinished + "/" + it, true));
                setReadOnly(unfinished, true);
            }
            top.renameToNew(unfinished, to);
        } catch (RuntimeException failed) {
            delete(unfinished);
            throw failed;
        }
    }

    private void snapshotOne(String from, String to, boolean readOnly) {
        String tried = "snapshot subvolume " + from + " as " + to + " beneath " + top;
        with(from, source -> {
            atParent(to, (parent, name) -> BtrfsCalls.snapshot(tried, source, parent, name, readOnly));
            return true;
        });
    }

    /** Deletes it and all subvolumes in it; nothing there is no error. Its blocks are freed later, in the background. */
    public void delete(String path) {
        if (!is(path)) {
            top.deleteTree(path);
            return;
        }
        String tried = "delete subvolume " + path + " beneath " + top;
        List<Nested> nested = nested(path);
        if (!nested.isEmpty()) {
            makeWritable(path, nested);
            with(path, it -> {
                nested.reversed().forEach(each -> BtrfsCalls.destroy(tried, it, each.id()));
                return true;
            });
        }
        atParent(path, (parent, name) -> BtrfsCalls.destroy(tried, parent, name));
    }

    private void makeWritable(String path, List<Nested> nested) {
        setReadOnly(path, false);
        for (Nested each : nested) {
            try {
                setReadOnly(path + "/" + each.path(), false);
            } catch (Errno unnameable) {
                // a name that is not UTF-8: it is deleted by its number all the same
            }
        }
    }

    /** All subvolumes in a subvolume, outer ones first. */
    private List<Nested> nested(String path) {
        String tried = "look for subvolumes in " + path + " beneath " + top;
        return with(path, fd -> {
            var all = new ArrayList<Nested>();
            all.add(new Nested("", BtrfsCalls.id(tried, fd)));
            for (int i = 0; i < all.size(); i++) {
                Nested parent = all.get(i);
                String prefix = parent.path().isEmpty() ? "" : parent.path() + "/";
                BtrfsCalls.children(tried, fd, parent.id())
                        .forEach(it -> all.add(new Nested(prefix + it.path(), it.id())));
            }
            return List.copyOf(all.subList(1, all.size()));
        });
    }

    /** Limits the bytes that a subvolume may refer to, 0 = no limit; switches quota groups on when they are needed. */
    public void limit(String path, long bytes) {
        String tried = "limit subvolume " + path + " beneath " + top;
        with(path, fd -> {
            boolean on = BtrfsCalls.referred(tried, fd, BtrfsCalls.id(tried, fd)) >= 0;
            if (!on && bytes == 0) {
                return false;
            }
            if (!on) {
                BtrfsCalls.enableQuota(tried, fd);
            }
            BtrfsCalls.limit(tried, fd, bytes == 0 ? -1 : bytes);
            return true;
        });
    }

    /** Bytes that a subvolume refers to, shared ones included; -1 where quota groups are off. */
    public long referred(String path) {
        String tried = "measure subvolume " + path + " beneath " + top;
        return with(path, fd -> BtrfsCalls.referred(tried, fd, BtrfsCalls.id(tried, fd)));
    }

    /** Lets the file system use all of a device that has grown. */
    public void resizeToMost() {
        with(".", fd -> {
            BtrfsCalls.resizeToMost("grow the file system of " + top, fd);
            return true;
        });
    }

    private <T> T with(String path, IntFunction<T> work) {
        int fd = top.openDirectory(path);
        try {
            return work.apply(fd);
        } finally {
            Libc.close(fd);
        }
    }

    private void atParent(String path, At work) {
        int slash = path.lastIndexOf('/');
        with(slash < 0 ? "." : path.substring(0, slash), parent -> {
            work.at(parent, path.substring(slash + 1));
            return true;
        });
    }

    private record Nested(String path, long id) {}

    private interface At {
        void at(int parent, String name);
    }
}
