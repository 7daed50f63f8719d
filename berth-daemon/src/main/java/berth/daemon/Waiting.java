package berth.daemon;

import berth.model.Refused;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Waits for a daemon from outside. */
final class Waiting {
    private static final long PAUSE_MILLIS = 25;

    private final DaemonSettings settings;

    Waiting(DaemonSettings settings) {
        this.settings = settings;
    }

    /** Until it answers: 0, or 1 when the time ran out. */
    int untilReady() {
        long end = end();
        while (!answers()) {
            if (System.nanoTime() - end > 0) {
                System.err.println("berthd: not ready after " + settings.timeoutSeconds() + " s at "
                        + settings.directory().resolve("unix.socket") + "; see its log");
                return 1;
            }
            pause();
        }
        return 0;
    }

    /** Asks it to stop guests and itself, and waits until it has: 0, or 1 when the time ran out. */
    int untilShutDown() throws IOException {
        ProcessHandle daemon = daemon().orElseThrow(() -> Refused.failed("no berthd serves " + settings.directory()));
        Main.signalPower(daemon.pid());
        long end = end();
        while (daemon.isAlive()) {
            if (System.nanoTime() - end > 0) {
                System.err.println("berthd: still shutting down after " + settings.timeoutSeconds() + " s");
                return 1;
            }
            pause();
        }
        return 0;
    }

    private long end() {
        return settings.timeoutSeconds() < 0
                ? System.nanoTime() + Long.MAX_VALUE / 2
                : System.nanoTime() + settings.timeoutSeconds() * 1_000_000_000L;
    }

    private Optional<ProcessHandle> daemon() throws IOException {
        Path file = settings.directory().resolve("berthd.pid");
        if (!answers()) {
            return Optional.empty();
        }
        Object key = fileKey(file);
        if (key == null) {
            return Optional.empty();
        }
        return ProcessHandle.allProcesses().filter(each -> holds(each, key)).findFirst();
    }

    /**
     * Whether a process has the file open, so that it is the daemon which keeps it locked. The number in the file says
     * nothing when the daemon runs in another pid namespace: it may be some other process of ours.
     */
    private static boolean holds(ProcessHandle process, Object key) {
        try (DirectoryStream<Path> open =
                Files.newDirectoryStream(Path.of("/proc", String.valueOf(process.pid()), "fd"))) {
            for (Path descriptor : open) {
                if (key.equals(fileKey(descriptor))) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException goneOrNotOurs) {
            return false;
        }
        return false;
    }

    private static @Nullable Object fileKey(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException closedMeanwhile) {
            return null;
        }
    }

    private boolean answers() {
        var address = UnixDomainSocketAddress.of(settings.directory().resolve("unix.socket"));
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(address);
            channel.write(
                    StandardCharsets.US_ASCII.encode("GET /1.0 HTTP/1.1\r\nHost: berth\r\nConnection: close\r\n\r\n"));
            ByteBuffer head = ByteBuffer.allocate(12);
            while (head.hasRemaining() && channel.read(head) >= 0) {
                // until the status is there
            }
            return new String(head.array(), StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Refused.failed("interrupted");
        }
    }
}
