package berth.driver.lxc;

import berth.host.net.Links;
import berth.host.process.PidFd;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end of a run: waits for PID 1 and the monitor by events of the kernel, then sees to it that the control groups and
 * the veth pairs are gone, which the monitor does itself unless it was killed.
 */
record Ending(Groups groups, List<String> hostNames) {
    private static final Duration SWEEP = Duration.ofSeconds(2);

    /** False when the time is over first; at least one look is always taken. */
    boolean await(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<Long> someone = groups.monitor().or(() -> groups.init().map(it -> it.pid()));
            if (someone.isEmpty()) {
                break;
            }
            if (!ended(someone.get(), end)) {
                return false;
            }
        }
        if (groups.exist()) {
            groups.payload().kill();
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            if (!groups.remove(left.compareTo(SWEEP) < 0 ? left.plusMillis(50) : SWEEP)) {
                return false;
            }
        }
        hostNames.forEach(Links::delete);
        return true;
    }

    private static boolean ended(long pid, long end) {
        Optional<PidFd> held = PidFd.open(pid);
        if (held.isEmpty()) {
            return true;
        }
        try (PidFd process = held.get()) {
            var gone = new CountDownLatch(1);
            process.onExit(gone::countDown);
            return gone.await(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
