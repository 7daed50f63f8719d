package berth.rest.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** A connection that speaks no HTTP any more: its bytes, as streams that block. */
final class HandedOver extends AbstractConnection implements Connection.UpgradeTo {
    private static final System.Logger LOG = System.getLogger(HandedOver.class.getName());
    private final Reply.Handover handover;

    /** What was read and not taken yet; between position and limit. */
    private final ByteBuffer read = BufferUtil.allocate(64 << 10);

    private HandedOver(EndPoint end, Request request, Reply.Handover handover) {
        super(end, request.getComponents().getExecutor());
        this.handover = handover;
    }

    /** Answers 101 and goes on with the stream. */
    static void begin(Request request, Response response, Callback callback, Reply.Handover handover) {
        var end = request.getConnectionMetaData().getConnection().getEndPoint();
        request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, new HandedOver(end, request, handover));
        response.setStatus(101);
        response.getHeaders().put(HttpHeader.UPGRADE, handover.protocol());
        response.getHeaders().put(HttpHeader.CONNECTION, "Upgrade");
        callback.succeeded();
    }

    @Override
    public void onUpgradeTo(ByteBuffer already) {
        BufferUtil.append(read, already);
    }

    @Override
    public void onOpen() {
        super.onOpen();
        Thread.ofVirtual().name(handover.protocol()).start(this::talk);
    }

    private void talk() {
        try (var in = new In();
                var out = new Out()) {
            handover.stream().talk(in, out);
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "a client went away", gone);
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "a connection of " + handover.protocol() + " broke", bug);
        } finally {
            close();
        }
    }

    @Override
    public void onFillable() {
        throw new IllegalStateException("whoever reads asks with a callback");
    }

    /** Begins something and waits for its end. */
    private static void done(Consumer<Callback> work) throws IOException {
        var done = new CompletableFuture<Boolean>();
        work.accept(Callback.from(() -> done.complete(true), done::completeExceptionally));
        try {
            done.get();
        } catch (ExecutionException failed) {
            throw new IOException("the client went away", failed.getCause());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private final class In extends InputStream {
        @Override
        public int available() throws IOException {
            if (!read.hasRemaining()) {
                BufferUtil.clear(read);
                getEndPoint().fill(read);
            }
            return read.remaining();
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0; // and no waiting for more than was asked for
            }
            while (!read.hasRemaining()) {
                BufferUtil.clear(read);
                int filled = getEndPoint().fill(read);
                if (filled < 0) {
                    return -1;
                }
                if (filled == 0) {
                    done(it -> getEndPoint().fillInterested(it));
                }
            }
            int taken = Math.min(length, read.remaining());
            read.get(into, offset, taken);
            return taken;
        }
    }

    private final class Out extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            done(it -> getEndPoint().write(it, ByteBuffer.wrap(bytes, offset, length)));
        }
    }
}
