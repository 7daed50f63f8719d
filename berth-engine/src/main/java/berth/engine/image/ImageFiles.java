package berth.engine.image;

import berth.host.file.Beneath;
import berth.model.Fingerprint;
import berth.model.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where the bytes of images lie: {@code images/<fingerprint>} and, of split ones, {@code images/<fingerprint>.rootfs}. */
public final class ImageFiles {
    private static final System.Logger LOG = System.getLogger(ImageFiles.class.getName());
    private static final String UPLOAD = "upload-";
    private static final String ROOT = ".rootfs";
    private static final String WORKPLACE = "build-";
    private static final String CACHE = "packages";

    private final Path directory;

    /** Files of images in that directory, made when it is not there; only root may look into it. */
    public ImageFiles(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException impossible) {
            throw Refused.failed("cannot make " + directory + ": " + impossible.getMessage());
        }
    }

    /** A new empty file (0600) to receive an upload; whoever asks hands it to {@link ImportImage} or deletes it. */
    public Path newUpload() {
        Path file = directory.resolve(UPLOAD + UUID.randomUUID());
        try {
            return Files.createFile(
                    file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException impossible) {
            throw Refused.failed("cannot make " + file + ": " + impossible.getMessage());
        }
    }

    /** A new empty directory (0700) to build an image in; whoever asks deletes it. */
    public Path newWorkplace() {
        Path workplace = directory.resolve(WORKPLACE + UUID.randomUUID());
        try {
            return Files.createDirectory(
                    workplace, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException impossible) {
            throw Refused.failed("cannot make " + workplace + ": " + impossible.getMessage());
        }
    }

    /** Deletes such a directory with all that is in it. */
    public void deleteWorkplace(Path workplace) {
        try (var own = Beneath.own(directory)) {
            own.deleteTree(String.valueOf(workplace.getFileName()));
        }
    }

    /** Where packages of distributions are kept for the next build; may be emptied at any time. */
    Path packageCache() {
        return directory.resolve(CACHE);
    }

    /** The only file of a unified image, the metadata of a split one. */
    public Path main(Fingerprint image) {
        return directory.resolve(image.text());
    }

    /** The root of a split image. */
    public Path root(Fingerprint image) {
        return directory.resolve(image.text() + ROOT);
    }

    /** SHA-256 over the file, then over the second one if there is one (reference/images "Formats"). */
    public static Fingerprint fingerprint(Path file, @Nullable Path second) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            add(digest, file);
            if (second != null) {
                add(digest, second);
            }
            return new Fingerprint(HexFormat.of().formatHex(digest.digest()));
        } catch (IOException unreadable) {
            throw Refused.failed("cannot read the upload: " + unreadable.getMessage());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Puts uploads in their final place, safe from a power cut. A no-op for one that is there already. */
    void place(Fingerprint image, String upload, @Nullable String rootUpload) {
        move(directory.resolve(upload), main(image));
        if (rootUpload != null) {
            move(directory.resolve(rootUpload), root(image));
        }
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException failed) {
            throw Refused.failed("cannot sync " + directory + ": " + failed.getMessage());
        }
    }

    /** Removes the files of an image; a no-op when they are gone. */
    void remove(Fingerprint image) {
        delete(main(image));
        delete(root(image));
    }

    /** Removes a file of ours; a no-op when it is gone. */
    public static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw Refused.failed("cannot delete " + file + ": " + failed.getMessage());
        }
    }

    /** Removes what interrupted uploads and builds left behind; only while none is under way. */
    void sweep() {
        try (var own = Beneath.own(directory)) {
            for (String name : own.list(".")) {
                if (name.startsWith(UPLOAD) || name.startsWith(WORKPLACE)) {
                    LOG.log(System.Logger.Level.INFO, "{0}/{1}, left by the last daemon, is removed", directory, name);
                    own.deleteTree(name);
                }
            }
        } catch (RuntimeException failed) {
            LOG.log(System.Logger.Level.WARNING, "cannot tidy " + directory + ": " + failed.getMessage());
        }
    }

    private static void move(Path from, Path to) {
        try {
            if (!Files.exists(from) && Files.exists(to)) {
                return; // a run that was interrupted got this far
            }
            Files.setPosixFilePermissions(from, PosixFilePermissions.fromString("rw-------"));
            try (FileChannel file = FileChannel.open(from, StandardOpenOption.WRITE)) {
                file.force(true);
            }
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw Refused.failed("cannot put the image at " + to + ": " + failed.getMessage());
        }
    }

    private static void add(MessageDigest digest, Path file) throws IOException {
        byte[] buffer = new byte[256 * 1024];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
    }
}
