package berth.daemon;

import berth.host.Libc;
import berth.host.Notify;
import berth.model.Refused;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** {@code berthd}: starts the daemon, waits until it is ready, or asks it to shut down. */
public final class Main {
    static {
        System.setProperty("java.util.logging.manager", LastingLogs.class.getName());
    }

    private static final System.Logger LOG = System.getLogger(Main.class.getName());
    /** The version of Berth. */
    public static final String VERSION = "0.1.0";

    private Main() {}

    /** Runs; ends the process with 0, or 1 and one line that says why. */
    public static void main(String[] arguments) {
        try {
            var settings = DaemonSettings.of(List.of(arguments), System.getenv());
            int code = switch (settings.verb()) {
                case HELP -> say(DaemonSettings.HELP);
                case VERSION -> say("berthd " + VERSION + "\n");
                case WAITREADY -> new Waiting(settings).untilReady();
                case SHUTDOWN -> new Waiting(settings).untilShutDown();
                case SERVE -> serve(settings, System.getenv());
            };
            System.exit(code);
        } catch (Refused refused) {
            System.err.println("berthd: " + refused.problem().text());
            System.exit(1);
        } catch (IOException | RuntimeException failure) {
            System.err.println("berthd: cannot start: " + failure.getMessage());
            if (List.of(arguments).contains("--debug")) {
                failure.printStackTrace();
            }
            System.exit(1);
        }
    }

    private static int say(String text) {
        System.out.print(text);
        return 0;
    }

    private static int serve(DaemonSettings settings, Map<String, String> environment) throws IOException {
        long begun = System.nanoTime();
        LogLines.install(
                settings.logFile(), settings.debug(), environment.containsKey("JOURNAL_STREAM"), Clock.systemUTC());
        Path directory = settings.directory();
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        try (FileChannel channel = FileChannel.open(
                        directory.resolve("berthd.pid"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw Refused.failed("another berthd serves " + directory + " already; choose another --dir");
            }
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(ProcessHandle.current().pid() + "\n"));
            Tuning.raise(Path.of(environment.getOrDefault("BERTH_SYSCTLS", "/proc/sys")));
            var stop = new CountDownLatch(1);
            var house = House.build(settings, environment);
            var shutdown = new Shutdown(house, stop, environment.get("NOTIFY_SOCKET"));
            shutdown.listen();
            house.open(inherited(environment), shutdown::withGuests);
            Notify.send(environment.get("NOTIFY_SOCKET"), "READY=1\nSTATUS=serving " + directory);
            LOG.log(
                    System.Logger.Level.INFO,
                    "ready after {0} ms, serving {1}",
                    String.valueOf((System.nanoTime() - begun) / 1_000_000),
                    directory.resolve("unix.socket"));
            house.autostart();
            stop.await();
            return 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    /** Whether a service manager hands us the socket as descriptor 3 (sd_listen_fds(3)); it becomes our standard input. */
    private static boolean inherited(Map<String, String> environment) {
        boolean ours = String.valueOf(ProcessHandle.current().pid()).equals(environment.get("LISTEN_PID"))
                && "1".equals(environment.get("LISTEN_FDS"));
        if (ours) {
            Libc.must("take the inherited socket", 33, 3, 0, 0, 0, 0);
        }
        return ours;
    }

    /** Asks a process to power down its guests and itself: SIGPWR is 30 on Linux (signal(7)). */
    static void signalPower(long pid) {
        Libc.must("signal " + pid, 62, pid, 30, 0, 0, 0);
    }
}
