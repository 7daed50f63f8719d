package berth.driver.lxc;

import berth.host.process.PidFd;
import berth.host.process.ProcessStat;
import berth.spi.ExitListener;
import berth.spi.Handle;
import berth.spi.Life;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Holds every PID 1 and tells the listener when one ends; follows reboots to their next PID 1. */
final class Watch {
    private static final int SIGHUP = 1;
    private static final int SIGKILL = 9;
    private static final long REBOOT_SECONDS = 30;

    private final Map<Handle, Run> runs = new ConcurrentHashMap<>();
    private final Map<Handle, CountDownLatch> rebooting = new ConcurrentHashMap<>();
    private final Set<Handle> killed = ConcurrentHashMap.newKeySet();
    private final Predicate<Handle> starves;
    private final Set<Handle> starved = ConcurrentHashMap.newKeySet();
    private volatile ExitListener listener = (handle, life, again) -> {};

    /** @param starves whether the kernel has killed processes of it for want of memory; asked the moment it ends */
    Watch(Predicate<Handle> starves) {
        this.starves = starves;
    }

    /** Whether the last run that ended had processes killed for want of memory. */
    boolean starved(Handle handle) {
        return starved.contains(handle);
    }

    void listen(ExitListener listener) {
        this.listener = listener;
    }

    @Nullable
    Life life(Handle handle) {
        Run run = runs.get(handle);
        return run == null ? null : run.life();
    }

    /** Watches this run, once; one that has ended already is told of at once. */
    void begin(Handle handle, Life life) {
        runs.compute(handle, (_, known) -> {
            if (known != null && known.life().equals(life)) {
                return known;
            }
            if (known != null) {
                known.init().close();
            }
            killed.remove(handle);
            starved.remove(handle);
            long monitor = ProcessStat.of(life.pid()).map(ProcessStat::parent).orElse(0L);
            PidFd init = PidFd.open(life.pid(), life.startTicks()).orElse(null);
            if (init == null) {
                Thread.ofVirtual().start(() -> listener.exited(handle, life, false));
                return null;
            }
            var run = new Run(life, init, monitor);
            init.onExit(() -> {
                if (starves.test(handle)) { // now: the monitor is about to remove the control group that tells it
                    starved.add(handle);
                }
                Thread.ofVirtual().name("exit of " + handle.key()).start(() -> ended(handle, run));
            });
            return run;
        });
    }

    /** It is about to be killed: its end is no reboot, and need not be looked into. */
    void killing(Handle handle) {
        killed.add(handle);
    }

    private void ended(Handle handle, Run run) {
        var done = new CountDownLatch(1);
        rebooting.put(handle, done);
        try {
            if (!run.equals(runs.get(handle))) {
                return;
            }
            Optional<Life> next = mayReboot(handle, run) ? next(run) : Optional.empty();
            if (!runs.remove(handle, run)) {
                return;
            }
            run.init().close();
            listener.exited(handle, run.life(), next.isPresent());
            next.ifPresent(it -> begin(handle, it));
        } finally {
            rebooting.remove(handle, done);
            done.countDown();
        }
    }

    /**
     * A guest that reboots dies of SIGHUP, one that halts of SIGINT; but once the monitor has awaited it the kernel only
     * tells SIGKILL for both. Any other end is none.
     */
    private boolean mayReboot(Handle handle, Run run) {
        OptionalInt status = run.init().waitStatus();
        int signal = status.isPresent() ? status.getAsInt() & 0x7f : SIGKILL;
        return !killed.contains(handle) && (signal == SIGHUP || signal == SIGKILL);
    }

    /**
     * The PID 1 after this one, which the monitor starts some 30 ms later; empty as soon as the monitor has ended instead.
     */
    private static Optional<Life> next(Run run) {
        Optional<PidFd> held = PidFd.open(run.monitor());
        if (held.isEmpty()) {
            return Optional.empty();
        }
        try (PidFd monitor = held.get()) {
            var gone = new CountDownLatch(1);
            monitor.onExit(gone::countDown);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(REBOOT_SECONDS);
            do {
                Optional<Life> found = ProcessStat.children(run.monitor()).stream()
                        .flatMap(it -> Groups.asInit(it).stream())
                        .filter(it -> !it.equals(run.life()))
                        .findFirst();
                if (found.isPresent()) {
                    return found;
                }
            } while (!gone.await(2, TimeUnit.MILLISECONDS) && System.nanoTime() < end);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    /** While it is being found out whether one is rebooting, and until it has: waits. */
    void awaitReboot(Handle handle) {
        CountDownLatch latch = rebooting.get(handle);
        if (latch != null) {
            try {
                latch.await(REBOOT_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
