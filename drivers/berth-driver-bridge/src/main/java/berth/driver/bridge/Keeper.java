package berth.driver.bridge;

import berth.host.process.PidFd;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Watches one dnsmasq by a pidfd, on a platform thread; when it ends unasked, starts another. */
final class Keeper {
    private static final System.Logger LOG = System.getLogger(Keeper.class.getName());
    private static final Duration HEALTHY = Duration.ofSeconds(10);

    /** Starts it again, unless nobody wants it any more; answers with the one that runs now, or null. */
    interface Restart {
        @Nullable
        PidFd again(Keeper asking);
    }

    private final String network;
    private final Restart restart;
    private volatile boolean wanted = true;
    private final Thread thread;

    Keeper(String network, PidFd process, Restart restart) {
        this.network = network;
        this.restart = restart;
        thread = Thread.ofPlatform()
                .name("dnsmasq of " + network)
                .daemon()
                .stackSize(256 * 1024)
                .unstarted(() -> watch(process));
    }

    Keeper start() {
        thread.start();
        return this;
    }

    /** The end that is about to come is wanted. */
    void letGo() {
        wanted = false;
    }

    boolean wanted() {
        return wanted;
    }

    private void watch(PidFd first) {
        PidFd process = first;
        int inARow = 0;
        while (process != null) {
            long since = System.nanoTime();
            try (PidFd watched = process) {
                watched.awaitEnd(Duration.ofDays(10_000));
            }
            process = null;
            inARow = System.nanoTime() - since > HEALTHY.toNanos() ? 0 : inARow;
            while (wanted && process == null) {
                if (!sleep(pause(inARow++))) {
                    return;
                }
                process = again();
            }
        }
    }

    private @Nullable PidFd again() {
        try {
            PidFd process = restart.again(this);
            wanted = process != null;
            return process;
        } catch (RuntimeException failed) {
            LOG.log(
                    Level.ERROR,
                    "dnsmasq of network {0} has ended and cannot be started: {1}",
                    network,
                    failed.getMessage());
            return null;
        }
    }

    /** The first restart is at once, then after 0.5, 1, 2 … 30 s for as long as it keeps ending. */
    private static Duration pause(int inARow) {
        return inARow == 0 ? Duration.ZERO : Duration.ofMillis(Math.min(30_000, 250L << Math.min(inARow, 10)));
    }

    private static boolean sleep(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException stopped) {
            return false;
        }
    }
}
