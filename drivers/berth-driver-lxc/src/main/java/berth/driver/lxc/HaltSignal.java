package berth.driver.lxc;

import berth.host.process.ProcessStat;
import berth.spi.Life;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The signal that asks a guest's first process to end. The kernel drops what that process has no handler for
 * (pid_namespaces(7)), so one that has just begun is given time to set its handlers up.
 */
final class HaltSignal {
    static final int SIGPWR = 30;
    /** SIGRTMIN+3: halt, to systemd (systemd(1)). */
    static final int SYSTEMD_HALT = 37;

    private static final int SIGTRAP = 5;

    private static final Duration YOUNG = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);
    private static final double TICKS_PER_SECOND = 100;

    private HaltSignal() {}

    /**
     * The one that this process takes; when it takes none, SIGPWR.
     *
     * <p>Returns at once when the process is older than ten seconds or listens already, else within two seconds: no event
     * tells when a process sets up a handler.
     */
    static int of(Life life) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            long blocked = mask(life.pid(), "SigBlk");
            if (has(blocked, SIGTRAP)) {
                blocked = 0; // who blocks all of them is about to fork, and opens them again
            }
            if (has(blocked, SYSTEMD_HALT)) {
                return SYSTEMD_HALT; // systemd keeps it blocked, for it reads its signals from a descriptor
            }
            boolean listens = has(blocked | mask(life.pid(), "SigCgt"), SIGPWR);
            if (listens || System.nanoTime() >= end || !isYoung(life)) {
                return SIGPWR;
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private static long mask(long pid, String name) {
        return ProcessStat.status(pid, name)
                .map(it -> Long.parseUnsignedLong(it, 16))
                .orElse(0L);
    }

    private static boolean has(long mask, int signal) {
        return (mask >>> (signal - 1) & 1) == 1;
    }

    private static boolean isYoung(Life life) {
        try {
            double uptime =
                    Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0]);
            boolean alive = ProcessStat.of(life.pid())
                    .filter(it -> it.startTicks() == life.startTicks() && it.state() != 'Z')
                    .isPresent();
            return alive && uptime - life.startTicks() / TICKS_PER_SECOND < YOUNG.toSeconds();
        } catch (IOException unreadable) {
            return false;
        }
    }
}
