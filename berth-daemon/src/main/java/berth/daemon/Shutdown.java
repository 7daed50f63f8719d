package berth.daemon;

import berth.host.Notify;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Ends the daemon orderly. SIGTERM and SIGINT: guests go on, untouched (mission S0-40). SIGPWR, which {@code berthd
 * shutdown} and a host that powers down send: guests are stopped first, keeping their wish to run (S0-39).
 */
final class Shutdown {
    private static final System.Logger LOG = System.getLogger(Shutdown.class.getName());

    private final House house;
    private final CountDownLatch stop;
    private final @Nullable String notifySocket;
    private final AtomicBoolean begun = new AtomicBoolean();

    Shutdown(House house, CountDownLatch stop, @Nullable String notifySocket) {
        this.house = house;
        this.stop = stop;
        this.notifySocket = notifySocket;
    }

    void listen() {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> end(false)));
        onPower(this::withGuests);
    }

    /** Begins to take guests and daemon down; returns at once. */
    void withGuests() {
        Thread.ofPlatform().name("power").start(() -> {
            end(true);
            stop.countDown();
        });
    }

    private void end(boolean withGuests) {
        if (!begun.compareAndSet(false, true)) {
            return;
        }
        Notify.send(notifySocket, "STOPPING=1");
        LOG.log(System.Logger.Level.INFO, withGuests ? "shutting down, guests first" : "shutting down, guests go on");
        try {
            house.close(withGuests);
            LOG.log(System.Logger.Level.INFO, "down");
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.ERROR, "down, but not orderly: " + failure.getMessage());
        }
    }

    /** The JDK offers signals only through a class that javac warns of; reflection keeps the build free of warnings. */
    private static void onPower(Runnable work) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler calls = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    work.run();
                }
                return method.getReturnType() == int.class ? (Object) 0 : null;
            };
            Object ours = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, calls);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("PWR"), ours);
        } catch (ReflectiveOperationException | IllegalArgumentException absent) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "SIGPWR cannot be handled here ({0}): a host that powers down kills its guests",
                    absent.getMessage());
        }
    }
}
