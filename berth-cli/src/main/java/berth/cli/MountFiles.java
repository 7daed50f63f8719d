package berth.cli;

import berth.client.Handover;
import berth.client.Server;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code berth file mount}: sshfs on the instance's files, spoken to through its standard input and output. Goes on until it
 * is interrupted, the directory is unmounted or the instance is deleted.
 */
final class MountFiles implements Command {
    @Override
    public int run(Call call) throws IOException {
        String word = call.word(0);
        var files = GuestPath.of(word.contains("/") ? word : word + "/");
        Path target = Path.of(call.word(1)).toAbsolutePath();
        if (!Files.isDirectory(target)) {
            throw new Usage(target + " is no directory; make it first");
        }
        try (Handover sftp = call.server().handover(Server.path("instances", files.instance(), "sftp"), "sftp")) {
            Process sshfs = sshfs(files, target);
            try {
                call.say(files + " is mounted at " + target + "; ctrl+c, or umount, ends it");
                Thread.ofVirtual().start(() -> hand(sftp, sshfs.getOutputStream()));
                hand(sshfs.getInputStream(), sftp);
                return sshfs.waitFor() == 0 ? 0 : 1;
            } finally {
                sshfs.destroy();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static Process sshfs(GuestPath files, Path target) throws Usage {
        var command = List.of("sshfs", "-f", "-o", "passive", files.instance() + ":" + files.path(), target.toString());
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException missing) {
            throw new Usage("sshfs cannot be run: " + missing.getMessage() + "; install the package sshfs");
        }
    }

    private static void hand(Handover from, OutputStream to) {
        var buffer = new byte[64 << 10];
        try (to) {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                to.write(buffer, 0, read);
                to.flush();
            }
        } catch (IOException over) {
            // sshfs ends when its input does, and says why.
        }
    }

    private static void hand(InputStream from, Handover to) {
        var buffer = new byte[64 << 10];
        try (from) {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                to.write(buffer, read);
            }
        } catch (IOException over) {
            // As above: what is left is to wait for its end.
        }
    }
}
