package berth.host.file;

import berth.host.Errno;
import berth.host.Libc;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Shows a directory at another place with other ids, without changing a file (mount_setattr(2), Linux 5.12; overlays on
 * them 5.19). The first mount of a map costs a child process, each further one some 20 microseconds.
 */
public final class IdMappedMount {
    private static final long READ_ONLY = 0x1;
    private static final long IDMAP = 0x100000;
    private static final long NO_SYMLINKS = 0x200000;

    private IdMappedMount() {}

    /**
     * Attaches a directory, and what is mounted below it, at the target.
     *
     * @param source the directory; a last link is not followed
     * @param target an existing directory of ours
     * @param map {@link IdExtents#SAME} for the same ids
     */
    public static void attach(Beneath source, Path target, IdExtents map) {
        String tried = "show " + source + " at " + target + " with mapped ids";
        int tree = Mounts.clone(tried, source.fd(), "", false);
        try {
            map(tried, tree, map);
            Mounts.attach(tried, tree, target);
        } finally {
            Libc.close(tree);
        }
    }

    /** Attaches a read-only view in which no symbolic link can be followed: for copying a tree that a guest may change. */
    public static void attachForCopying(Beneath source, Path target) {
        String tried = "show " + source + " at " + target;
        int tree = Mounts.clone(tried, source.fd(), "", false);
        try {
            Mounts.setAttributes(tried, tree, READ_ONLY | NO_SYMLINKS, 0);
            Mounts.attach(tried, tree, target);
        } finally {
            Libc.close(tree);
        }
    }

    /**
     * Attaches a read-only view of layers, the upmost first, as {@link #attachForCopying} does: of an overlay that is mounted
     * elsewhere and in use, too.
     *
     * @param common a directory that holds the layers
     * @param target an existing directory of ours
     */
    public static void overlayForCopying(Beneath common, List<String> layers, Path target) {
        var held = layers.stream().map(common::sub).toList();
        try {
            String lower = held.stream().map(it -> it.held().toString()).collect(Collectors.joining(":"));
            Mounts.mount(
                    "overlay",
                    "berth",
                    target,
                    List.of("ro", "lowerdir=" + lower, "redirect_dir=follow", "index=off", "metacopy=off"));
        } finally {
            held.forEach(Beneath::close);
        }
        try (Beneath merged = Beneath.own(target)) {
            attachForCopying(merged, target);
        }
    }

    /**
     * Mounts an overlay whose layers are shown with mapped ids, so that all files keep their own ids on disk.
     *
     * <p>The kernel makes the overlay's work directory as us, so we must have a name among the mapped ids: one more id, just
     * after the guest's last, stands for our own 0.
     *
     * @param common a directory that holds both layers
     * @param lower from there, the shared, read-only tree
     * @param upper from there, a directory with {@code upper} and {@code work} in it, which become the changes
     * @param scratch an existing empty directory that is used for the time of the call
     * @param target where the overlay goes
     * @param map {@link IdExtents#SAME} for the same ids
     */
    public static void overlay(Beneath common, String lower, String upper, Path scratch, Path target, IdExtents map) {
        if (map.isSame()) {
            overlay(common, lower, upper, target);
            return;
        }
        attach(common, scratch, map.withOurselves()); // the overlay keeps mounts of its own of what it was given
        try (Beneath shown = Beneath.own(scratch)) {
            overlay(shown, lower, upper, target);
        } finally {
            Mounts.detach(scratch);
        }
    }

    private static void overlay(Beneath common, String lower, String upper, Path target) {
        try (Beneath below = common.sub(lower);
                Beneath above = common.sub(upper)) {
            Mounts.mount(
                    "overlay",
                    "berth",
                    target,
                    List.of(
                            "lowerdir=" + below.held(),
                            "upperdir=" + above.held() + "/upper",
                            "workdir=" + above.held() + "/work",
                            "redirect_dir=on",
                            "index=off",
                            "metacopy=off"));
        }
    }

    private static void map(String tried, int tree, IdExtents map) {
        if (map.isSame()) {
            return;
        }
        int namespace = UserNamespaces.of(map);
        try {
            Mounts.setAttributes(tried, tree, IDMAP, namespace);
        } catch (Errno failed) {
            if (failed.number() == Errno.EINVAL) {
                throw new Errno(tried + " (its file system cannot, or the kernel is older than 5.12)", Errno.EINVAL);
            }
            throw failed;
        } finally {
            Libc.close(namespace);
        }
    }
}
