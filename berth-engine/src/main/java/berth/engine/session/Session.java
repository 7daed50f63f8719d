package berth.engine.session;

import berth.spi.Execution;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A command on a terminal that the daemon holds. Viewers come and go; what was said lately is replayed to each. The terminal
 * is as small as the smallest window of those who type, so that nobody who types sees it cut off.
 */
public final class Session {
    /** How much of the output is kept for those who come later, in bytes. */
    public static final int SCROLLBACK = 256 * 1024;

    private static final System.Logger LOG = System.getLogger(Session.class.getName());

    private final Execution execution;
    private final Scrollback said = new Scrollback(SCROLLBACK);
    private final CompletableFuture<SessionRecord> end = new CompletableFuture<>();
    private final ReentrantLock typing = new ReentrantLock();
    private final List<Viewer> viewers = new ArrayList<>();
    private final boolean oneWriter;
    private int columns;
    private int rows;

    Session(Execution execution, boolean oneWriter, int columns, int rows) {
        this.execution = execution;
        this.oneWriter = oneWriter;
        this.columns = columns;
        this.rows = rows;
    }

    /** Somebody who looks at it, and may type if that is allowed. */
    public final class Viewer implements AutoCloseable {
        private final Scrollback.Reader reader = said.fromOldest();
        private boolean writer;
        private int width;
        private int height;

        private Viewer(boolean writer) {
            this.writer = writer;
        }

        /** What was said, from the oldest byte that is kept. */
        public Scrollback.Reader reader() {
            return reader;
        }

        /** Whether what this one types counts now: another may have taken the pen since. */
        public boolean mayType() {
            synchronized (viewers) {
                return writer;
            }
        }

        /** Gives the command what was typed; passed over when this one may not type or the command is over. Waits for it. */
        public void type(byte[] keys) throws IOException {
            if (!mayType() || end.isDone()) {
                return;
            }
            typing.lock();
            try {
                execution.input().write(keys);
                execution.input().flush();
            } finally {
                typing.unlock();
            }
        }

        /** This one's window now has so many columns and rows, each at least 1. */
        public void window(int newWidth, int newHeight) {
            synchronized (viewers) {
                width = newWidth;
                height = newHeight;
                fit();
            }
        }

        /** Sends the command a signal; passed over when this one may not type. */
        public void signal(int number) {
            if (mayType() && !end.isDone()) {
                execution.signal(number);
            }
        }

        @Override
        public void close() {
            synchronized (viewers) {
                viewers.remove(this);
                fit();
            }
        }
    }

    /**
     * Lets somebody look.
     *
     * @param write whether they want to type; of a session with one writer, they take the pen from whoever has it
     */
    public Viewer attach(boolean write) {
        synchronized (viewers) {
            if (write && oneWriter) {
                viewers.forEach(it -> it.writer = false);
            }
            var viewer = new Viewer(write);
            viewers.add(viewer);
            return viewer;
        }
    }

    private void fit() {
        int width = 0;
        int height = 0;
        for (Viewer viewer : viewers) {
            if (viewer.writer && viewer.width > 0 && viewer.height > 0) {
                width = width == 0 ? viewer.width : Math.min(width, viewer.width);
                height = height == 0 ? viewer.height : Math.min(height, viewer.height);
            }
        }
        if (width > 0 && (width != columns || height != rows)) {
            columns = width;
            rows = height;
            if (!end.isDone()) {
                execution.resize(width, height);
            }
        }
    }

    SessionView view(SessionRecord record) {
        synchronized (viewers) {
            int writers = (int) viewers.stream().filter(it -> it.writer).count();
            return new SessionView(record, viewers.size(), writers, columns, rows);
        }
    }

    /** How it ended; waits for that. */
    public SessionRecord ending() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    boolean endsWithin(Duration limit) throws InterruptedException {
        try {
            end.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    void signal(int number) {
        if (!end.isDone()) {
            execution.signal(number);
        }
    }

    /** Reads until nobody holds the terminal any more. */
    void readOutput() {
        var buffer = new byte[16 * 1024];
        try (var output = execution.output()) {
            for (int read = output.read(buffer); read >= 0; read = output.read(buffer)) {
                said.add(buffer, 0, read);
            }
        } catch (IOException closed) {
            LOG.log(System.Logger.Level.DEBUG, "the terminal of a session ended", closed);
        }
    }

    /** It is over: whoever looks is told. */
    void over(SessionRecord record) {
        end.complete(record);
        execution.close();
        said.end();
    }

    Execution execution() {
        return execution;
    }
}
