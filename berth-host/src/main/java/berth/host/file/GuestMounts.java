package berth.host.file;

import berth.host.Errno;
import berth.host.Libc;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Mounts inside a running guest, put there and taken away from outside. The target is resolved by the kernel in the guest's
 * own root and then held, so that a guest that swaps links meanwhile gets the mount somewhere in its own tree or nowhere
 * (security C1, C13); the mount itself is made in the guest's namespace, where nothing of the host's is to be seen.
 */
public final class GuestMounts {
    private static final long MOVE_MOUNT = 429;
    private static final long BY_DESCRIPTORS = 0x4 | 0x40;
    private static final long FCHDIR = 81;
    private static final long UMOUNT = 166;
    private static final long DETACH_NO_FOLLOW = 2 | 8;

    private final long pid;
    private final long startTicks;

    private GuestMounts(long pid, long startTicks) {
        this.pid = pid;
        this.startTicks = startTicks;
    }

    /** Those of the guest whose first process that is, as the host numbers it; field 22 of its {@code stat} goes with it. */
    public static GuestMounts of(long pid, long startTicks) {
        return new GuestMounts(pid, startTicks);
    }

    /** Whether that very thing is shown at the target right now. */
    public boolean shows(Stat thing, String target) {
        try (GuestRoot root = GuestRoot.of(pid, startTicks)) {
            return root.inside().stat(target).filter(it -> same(it, thing)).isPresent();
        }
    }

    private static boolean same(Stat there, Stat thing) {
        return there.mountRoot() && there.device() == thing.device() && there.inode() == thing.inode();
    }

    /**
     * Shows it at the target. Missing directories on the way, and the target, are made for the guest's root; when the mount
     * fails after that, they are taken away again. Shown there already: nothing happens.
     */
    public void attach(LooseMount mount, String target) {
        try (GuestRoot root = GuestRoot.of(pid, startTicks)) {
            if (root.inside().stat(target).filter(it -> same(it, mount.shown())).isPresent()) {
                return;
            }
            Deque<String> made = new ArrayDeque<>();
            try {
                ActingAs.ids(
                        root.rootUser(),
                        root.rootGroup(),
                        () -> makeTarget(root.inside(), target, mount.shown().isDirectory(), made));
                move(mount, root.inside(), target);
            } catch (RuntimeException failed) {
                takeAway(root, made, failed);
                throw failed;
            }
        }
    }

    private static void takeAway(GuestRoot root, Deque<String> made, RuntimeException failed) {
        try {
            ActingAs.ids(
                    root.rootUser(),
                    root.rootGroup(),
                    () -> made.forEach(it -> {
                        boolean directory = root.inside()
                                .lstat(it)
                                .filter(Stat::isDirectory)
                                .isPresent();
                        if (directory) {
                            root.inside().rmdir(it);
                        } else {
                            root.inside().unlink(it);
                        }
                    }));
        } catch (RuntimeException alsoFailed) {
            failed.addSuppressed(alsoFailed);
        }
    }

    private static void makeTarget(Beneath inside, String target, boolean directory, Deque<String> made) {
        List<String> names =
                List.of(target.split("/")).stream().filter(it -> !it.isEmpty()).toList();
        var sofar = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            sofar.append('/').append(names.get(i));
            String path = sofar.toString();
            if (inside.stat(path).isPresent()) {
                continue;
            }
            if (i < names.size() - 1 || directory) {
                inside.mkdir(path, 0755);
            } else {
                inside.create(path, new byte[0], 0644);
            }
            made.push(path);
        }
    }

    private void move(LooseMount mount, Beneath inside, String target) {
        String tried = "mount at " + target + " in the guest";
        int place = Kernel.open(tried, inside.fd(), target, Kernel.O_PATH, 0, Kernel.IN_ROOT | Kernel.NO_MAGICLINKS);
        try (Arena arena = Arena.ofShared()) {
            if (Kernel.stat(tried, place, "", false).isDirectory()
                    != mount.shown().isDirectory()) {
                throw new Errno(tried, mount.shown().isDirectory() ? Errno.ENOTDIR : Errno.EISDIR);
            }
            long empty = arena.allocateFrom("").address();
            Visit.in(
                    Visit.Namespace.MOUNTS,
                    pid,
                    startTicks,
                    () -> Libc.must(tried, MOVE_MOUNT, mount.fd(), empty, place, empty, BY_DESCRIPTORS));
        } finally {
            Libc.close(place);
        }
    }

    /**
     * Takes it away from the target, if that very thing is shown there; whoever uses it inside goes on with it until he lets
     * go. Says whether it was there.
     */
    public boolean detach(Stat thing, String target) {
        try (GuestRoot root = GuestRoot.of(pid, startTicks)) {
            if (root.inside().stat(target).filter(it -> same(it, thing)).isEmpty()) {
                return false;
            }
            String tried = "unmount " + target + " in the guest";
            int place = Kernel.open(
                    tried, root.inside().fd(), target, Kernel.O_PATH, 0, Kernel.IN_ROOT | Kernel.NO_MAGICLINKS);
            try {
                if (!same(Kernel.stat(tried, place, "", false), thing)) {
                    return false;
                }
                unmount(tried, root.inside(), place, thing.isDirectory());
                return true;
            } finally {
                Libc.close(place);
            }
        }
    }

    /**
     * By the thing itself where it is a directory; a file is named from the directory it is in, which is held. What the guest
     * may swap meanwhile is of its own namespace: the worst it can reach is a mount of its own that is taken away.
     */
    private void unmount(String tried, Beneath inside, int place, boolean directory) {
        if (directory) {
            unmountFrom(tried, place, ".");
            return;
        }
        String path = Kernel.readlink(tried, Kernel.HERE, "/proc/self/fd/" + place);
        int slash = path.lastIndexOf('/');
        int parent = Kernel.open(
                tried,
                inside.fd(),
                slash <= 0 ? "/" : path.substring(0, slash),
                Kernel.O_PATH | Kernel.O_DIRECTORY,
                0,
                Kernel.IN_ROOT | Kernel.NO_MAGICLINKS);
        try {
            unmountFrom(tried, parent, path.substring(slash + 1));
        } finally {
            Libc.close(parent);
        }
    }

    private void unmountFrom(String tried, int directory, String name) {
        try (Arena arena = Arena.ofShared()) {
            long at = arena.allocateFrom(name).address();
            Visit.in(Visit.Namespace.MOUNTS, pid, startTicks, () -> {
                Libc.must(tried, FCHDIR, directory, 0, 0, 0, 0);
                return Libc.must(tried, UMOUNT, at, DETACH_NO_FOLLOW, 0, 0, 0);
            });
        }
    }
}
