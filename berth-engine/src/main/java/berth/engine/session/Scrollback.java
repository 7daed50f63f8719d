package berth.engine.session;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The last bytes of a stream, for any number of readers at their own speed. Adding never waits: a reader that falls behind
 * by more than the size loses what it has not read, and is told how much. Threads of any kind may wait here.
 */
public final class Scrollback {
    private final byte[] ring;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long end;
    private boolean over;

    /** Keeps that many bytes, at least one. */
    public Scrollback(int size) {
        this.ring = new byte[size];
    }

    /** What a reader gets. */
    public static final class Part {
        private final byte[] bytes;
        private final long lost;

        private Part(byte[] bytes, long lost) {
            this.bytes = bytes;
            this.lost = lost;
        }

        /** The bytes themselves, not a copy; empty only at the end of the stream. */
        public byte[] bytes() {
            return bytes;
        }

        /** How many bytes before these were gone already. */
        public long lost() {
            return lost;
        }

        /** Whether nothing will come any more. */
        public boolean isEnd() {
            return bytes.length == 0;
        }
    }

    /** A place in the stream from which somebody reads on. One thread at a time. */
    public final class Reader {
        private long at;

        private Reader(long at) {
            this.at = at;
        }

        /** The next bytes, at most so many; waits for some, or for the end. */
        public Part next(int most) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                while (at == end && !over) {
                    changed.await();
                }
                long first = Math.max(0, end - ring.length);
                long lost = Math.max(0, first - at);
                at += lost;
                var bytes = new byte[(int) Math.min(end - at, most)];
                for (int done = 0; done < bytes.length; ) {
                    int from = (int) ((at + done) % ring.length);
                    int part = Math.min(bytes.length - done, ring.length - from);
                    System.arraycopy(ring, from, bytes, done, part);
                    done += part;
                }
                at += bytes.length;
                return new Part(bytes, lost);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Adds bytes at the end. */
    public void add(byte[] from, int offset, int length) {
        lock.lock();
        try {
            int kept = Math.min(length, ring.length);
            int skipped = length - kept;
            end += skipped;
            for (int done = 0; done < kept; ) {
                int to = (int) (end % ring.length);
                int part = Math.min(kept - done, ring.length - to);
                System.arraycopy(from, offset + skipped + done, ring, to, part);
                done += part;
                end += part;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing will come any more. */
    public void end() {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A reader from the oldest byte that is still there. */
    public Reader fromOldest() {
        lock.lock();
        try {
            return new Reader(Math.max(0, end - ring.length));
        } finally {
            lock.unlock();
        }
    }

    /** A reader of what comes from now on. */
    public Reader fromNow() {
        lock.lock();
        try {
            return new Reader(end);
        } finally {
            lock.unlock();
        }
    }
}
