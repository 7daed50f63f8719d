package berth.host.process;

import berth.host.Errno;
import berth.host.Libc;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Our end of a pipe or a terminal, used in one direction by one thread at a time. It never blocks in the kernel: waiting
 * is parking, so a virtual thread may wait. Closing wakes the one that waits.
 */
final class Descriptor implements AutoCloseable {
    private static final long READ = 0;
    private static final long WRITE = 1;
    private static final long FCNTL = 72;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 0x800;
    private static final int MOST = 64 * 1024;

    private final int fd;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;
    private @Nullable CompletableFuture<Boolean> waiter;
    private long ticket;

    /** Takes over the descriptor; it is closed with this. */
    Descriptor(int fd) {
        this.fd = fd;
        long flags = Libc.must("fcntl", FCNTL, fd, F_GETFL, 0, 0, 0);
        Libc.must("fcntl", FCNTL, fd, F_SETFL, flags | O_NONBLOCK, 0, 0);
    }

    int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.min(length, MOST));
            long n = retry(READ, buffer.address(), buffer.byteSize(), Poller.READABLE);
            if (n <= 0) {
                return -1;
            }
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, offset, (int) n);
            return (int) n;
        }
    }

    void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.max(1, Math.min(length, MOST)));
            int done = 0;
            while (done < length) {
                int part = Math.min(length - done, MOST);
                MemorySegment.copy(from, offset + done, buffer, ValueLayout.JAVA_BYTE, 0, part);
                int written = 0;
                while (written < part) {
                    written += (int) retry(WRITE, buffer.address() + written, part - written, Poller.WRITABLE);
                }
                done += part;
            }
        }
    }

    /** The call's result; -EIO, which is how a terminal ends, counts as end of file when reading. */
    private long retry(long call, long address, long size, int events) throws IOException {
        while (true) {
            CompletableFuture<Boolean> ready;
            lock.lock();
            try {
                if (closed) {
                    throw new IOException("the stream is closed");
                }
                long n = Libc.call(call, fd, address, size, 0, 0, 0);
                if (n >= 0 || (n == -Errno.EIO && call == READ)) {
                    return Math.max(n, 0);
                }
                if (n == -Errno.EINTR) {
                    continue;
                }
                if (n != -Errno.EAGAIN) {
                    throw new IOException(new Errno(call == READ ? "read" : "write", (int) -n).getMessage());
                }
                var fresh = new CompletableFuture<Boolean>();
                ready = fresh;
                waiter = fresh;
                ticket = Poller.one().watch(fd, events, () -> fresh.complete(true));
            } finally {
                lock.unlock();
            }
            park(ready);
        }
    }

    private void park(CompletableFuture<Boolean> ready) throws IOException {
        try {
            ready.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a stream");
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            lock.lock();
            try {
                stopWaiting();
            } finally {
                lock.unlock();
            }
        }
    }

    private void stopWaiting() {
        var waiting = waiter;
        if (waiting != null) {
            waiter = null;
            Poller.one().forget(fd, ticket);
            waiting.complete(false);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                stopWaiting();
                closed = true;
                Libc.close(fd);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Does something quick with the descriptor, unless it is closed. */
    void whileOpen(IntConsumer work) {
        lock.lock();
        try {
            if (!closed) {
                work.accept(fd);
            }
        } finally {
            lock.unlock();
        }
    }

    InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return Descriptor.this.read(into, offset, length);
            }

            @Override
            public void close() {
                Descriptor.this.close();
            }
        };
    }

    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                Descriptor.this.write(from, offset, length);
            }

            @Override
            public void close() {
                Descriptor.this.close();
            }
        };
    }
}
