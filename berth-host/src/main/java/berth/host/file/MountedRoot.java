package berth.host.file;

import berth.host.Errno;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * The place where a guest's root is mounted: {@code <holder>/rootfs}. The holder belongs to the guest's root alone and can
 * only be passed through (0100), so that no other user of the host reaches a file of the guest's, set-uid ones above all.
 *
 * <p>Beside the mount lies an empty directory whose name says what is mounted, so that a later process knows its predecessor's
 * mount, and replaces one that is not what is wanted.
 *
 * @param holder a directory that is made and removed here; those above it are made too (0711)
 */
public record MountedRoot(Path holder) {
    private static final String MARK = ".is-";

    /** Where the root is once it is mounted. */
    public Path root() {
        return holder.resolve("rootfs");
    }

    /**
     * Mounts unless that very thing is mounted already.
     *
     * @param what names the content and the map; letters, digits, dashes
     * @param owner who may pass through the holder: the guest's root as the host knows it
     * @param mount mounts at its second argument, with its first as an empty directory to work with
     */
    public Path mount(String what, long owner, BiConsumer<Path, Path> mount) {
        if (Mounts.isMounted(root())) {
            try (Beneath place = Beneath.own(holder)) {
                if (place.exists(MARK + what)) {
                    return root();
                }
            }
        }
        remove();
        Places.make(above(), 0711);
        try (Beneath parent = Beneath.own(above())) {
            String name = name();
            parent.mkdir(name, 0700);
            try (Beneath place = parent.sub(name)) {
                place.mkdir("rootfs", 0700);
                place.mkdir("scratch", 0700);
                mount.accept(holder.resolve("scratch"), root());
                place.rmdir("scratch");
                place.mkdir(MARK + what, 0);
                parent.chown(name, owner, owner);
                parent.chmod(name, 0100);
            }
        } catch (RuntimeException failed) {
            try {
                remove();
            } catch (RuntimeException left) {
                failed.addSuppressed(left);
            }
            throw failed;
        }
        return root();
    }

    /** Takes the mount and its place away; nothing there is no error. */
    public void remove() {
        Mounts.detach(holder.resolve("scratch"));
        Mounts.detach(root());
        try (Beneath parent = Beneath.own(above())) {
            parent.deleteTree(name());
        } catch (Errno failed) {
            if (failed.number() != Errno.ENOENT) {
                throw failed;
            }
        }
    }

    private Path above() {
        return Objects.requireNonNull(holder.getParent(), "a holder is no root directory");
    }

    private String name() {
        return String.valueOf(holder.getFileName());
    }
}
