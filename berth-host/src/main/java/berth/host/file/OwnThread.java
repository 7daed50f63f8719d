package berth.host.file;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Runs work that makes many or slow system calls on a platform thread, so that it does not hold one of the few carriers of
 * the virtual threads meanwhile. Costs some 50 microseconds; on a platform thread already it costs nothing.
 */
public final class OwnThread {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("host-", 0).factory());

    private OwnThread() {}

    /** The result of the work; what it throws is thrown here. An interrupt does not cut it short: its effect must be known. */
    public static <T> T call(Supplier<T> work) {
        if (!Thread.currentThread().isVirtual()) {
            return work.get();
        }
        return result(THREADS.submit(work::get));
    }

    /** Waits for it, come what may: what it does must be known. */
    static <T> T result(Future<T> result) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case RuntimeException passed -> throw passed;
                case Error passed -> throw passed;
                case null, default -> throw new IllegalStateException(failed);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
