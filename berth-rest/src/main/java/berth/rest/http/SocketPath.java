package berth.rest.http;

import berth.model.Problem;
import berth.model.Refused;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Where a unix socket appears. It is bound in a directory that only we can enter and moved to its place once its mode
 * and group are right: nobody can connect a moment too early, and a stale socket is replaced in one step.
 */
final class SocketPath {
    /** {@code sun_path} of unix(7), less the NUL. */
    private static final int LONGEST = 107;

    private final Path path;
    private final Path hidden;

    /** Prepares the hidden directory; refuses when the path is too long or somebody listens there. */
    SocketPath(Path path) throws IOException {
        this.path = path;
        Path directory = Files.createTempDirectory(
                path.toAbsolutePath().getParent(),
                ".door",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        this.hidden = directory.resolve("s");
        if (hidden.toString().length() > LONGEST || path.toString().length() > LONGEST) {
            Files.delete(directory);
            throw Refused.invalid("The socket's path " + path + " is too long (unix sockets allow " + LONGEST
                    + " bytes); choose a shorter state directory");
        }
        if (listened(path)) {
            Files.delete(directory);
            throw new Refused(new Problem.InUse(
                    "Another daemon listens at " + path + "; stop it first, or use another directory"));
        }
    }

    /** Where to bind. */
    Path hidden() {
        return hidden;
    }

    /** Gives the bound socket its mode ({@code rw-rw----}) and group and moves it to its place. */
    void reveal(@Nullable String group, String mode) throws IOException {
        if (group != null) {
            try {
                GroupPrincipal principal =
                        path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
                view(hidden).setGroup(principal);
            } catch (UserPrincipalNotFoundException unknown) {
                throw Refused.invalid("There is no group " + berth.model.Quoted.of(group)
                        + " on this host; make it (groupadd), or name another with --group");
            }
        }
        Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString(mode));
        Files.move(hidden, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.delete(hidden.getParent());
    }

    /** Takes the socket away. */
    void remove() throws IOException {
        Files.deleteIfExists(hidden);
        Files.deleteIfExists(hidden.getParent());
        Files.deleteIfExists(path);
    }

    private static PosixFileAttributeView view(Path path) {
        return Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean listened(Path path) {
        if (!Files.exists(path)) {
            return false;
        }
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException nobody) {
            return false;
        }
    }
}
