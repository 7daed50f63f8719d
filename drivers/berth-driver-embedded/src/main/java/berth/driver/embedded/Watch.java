package berth.driver.embedded;

import berth.spi.Store.Changed;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** One watcher: changes are queued in commit order and told by a thread of its own, so that a slow one delays nobody. */
final class Watch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Watch.class.getName());

    private static final Changed WAKE = new Changed("", null, 0);

    private final String prefix;
    private final Consumer<Changed> listener;
    private final Consumer<Watch> forget;
    private final LinkedBlockingQueue<Changed> queue = new LinkedBlockingQueue<>();
    private final Thread teller;
    private volatile boolean open = true;

    Watch(String prefix, Consumer<Changed> listener, Consumer<Watch> forget) {
        this.prefix = prefix;
        this.listener = listener;
        this.forget = forget;
        this.teller = Thread.ofVirtual().name("store watch " + prefix).unstarted(this::tell);
    }

    String prefix() {
        return prefix;
    }

    void start() {
        teller.start();
    }

    void offer(List<Changed> changes) {
        for (Changed change : changes) {
            if (change.key().startsWith(prefix)) {
                queue.add(change);
            }
        }
    }

    private void tell() {
        try {
            while (open) {
                Changed change = queue.take();
                try {
                    if (open) {
                        listener.accept(change);
                    }
                } catch (RuntimeException broken) {
                    LOG.log(Level.ERROR, "A watcher of " + prefix + " failed on " + change.key(), broken);
                }
            }
        } catch (InterruptedException ended) {
            LOG.log(Level.DEBUG, "The watch of {0} was interrupted and ends", prefix);
        }
    }

    /** Nothing is told after this has returned, but for a call that is under way: that is not interrupted. */
    @Override
    public void close() {
        open = false;
        forget.accept(this);
        queue.add(WAKE);
    }
}
