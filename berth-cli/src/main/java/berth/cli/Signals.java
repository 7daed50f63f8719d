package berth.cli;

import java.lang.reflect.Proxy;

/**
 * The process's signals. By reflection, because the compiler warns of {@code sun.misc.Signal} without a way to tell it that
 * we know: it is the module jdk.unsupported's promise, and there is no other.
 */
final class Signals {
    private Signals() {}

    /**
     * Does something whenever a signal comes, instead of what it does by itself.
     *
     * @param name without SIG, as {@code INT}
     * @return false if the virtual machine keeps this signal for itself
     */
    static boolean handle(String name, Runnable action) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var identity = new Object();
            Object proxy = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (_, method, _) -> switch (method.getName()) {
                        case "handle" -> {
                            action.run();
                            yield null;
                        }
                        case "equals" -> false;
                        case "hashCode" -> identity.hashCode();
                        default -> name;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            return true;
        } catch (ReflectiveOperationException _) {
            return false;
        }
    }
}
