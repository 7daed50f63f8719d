package berth.rest.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.jspecify.annotations.Nullable;

/**
 * A websocket of Jetty's. Public, as its method handles want it, but for this room only. The next frame is asked for
 * when the last one was taken, so a slow receiver slows down its sender.
 */
public final class JettySocket implements Session.Listener, Socket {
    private static final System.Logger LOG = System.getLogger(JettySocket.class.getName());
    private static final int LONGEST_TEXT = 64 << 10;
    private static final int PING_SECONDS = 10;
    private static final int FAREWELL_SECONDS = 5;

    private final Reply.Upgrade upgrade;
    private final Scheduler scheduler;
    private final LinkedBlockingQueue<Optional<Message>> incoming = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final AtomicBoolean pinging = new AtomicBoolean();
    private final AtomicBoolean asked = new AtomicBoolean(); // the library refuses a second demand
    private final AtomicReference<Scheduler.@Nullable Task> patience = new AtomicReference<>();
    private volatile @Nullable Session session;
    private volatile boolean leaving;
    private boolean owing;

    private JettySocket(Reply.Upgrade upgrade, Scheduler scheduler) {
        this.upgrade = upgrade;
        this.scheduler = scheduler;
    }

    /** Goes on as a websocket, or answers why not. */
    static void upgrade(
            Request request,
            Response response,
            org.eclipse.jetty.util.Callback callback,
            Reply.Upgrade upgrade,
            Answering answering) {
        var server = request.getConnectionMetaData().getConnector().getServer();
        var container = ServerWebSocketContainer.ensure(server);
        var socket = new JettySocket(upgrade, server.getScheduler());
        if (!container.upgrade((_, _, _) -> socket, request, response, callback)) {
            upgrade.abandoned().run();
            answering.badRequest();
        }
    }

    @Override
    public void onWebSocketOpen(Session opened) {
        session = opened;
        demand();
        if (upgrade.keepAlive()) {
            ping();
        }
        Thread.ofVirtual().name("websocket").start(this::talk);
    }

    private void talk() {
        try {
            upgrade.work().talk(this);
            leave(1000, "");
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "a websocket's client went away", gone);
            cut();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            cut();
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "a websocket broke", bug);
            leave(1011, "internal error");
        }
    }

    /**
     * Closes for good: nobody takes frames any more, so what still comes is dropped until the client has closed as well. One
     * that does not is cut off, or its connection would be kept for ever.
     */
    private void leave(int code, String reason) {
        patience.set(scheduler.schedule(this::cut, FAREWELL_SECONDS, TimeUnit.SECONDS));
        leaving = true;
        close(code, reason);
        demand();
    }

    private void take(Message message) {
        if (leaving) {
            demand();
        } else {
            incoming.add(Optional.of(message));
            if (leaving) {
                demand();
            }
        }
    }

    private void ping() {
        var open = session;
        if (open != null && open.isOpen()) {
            if (pinging.compareAndSet(false, true)) { // a reader that does not read gets no second one
                open.sendPing(
                        ByteBuffer.wrap("keepalive".getBytes(StandardCharsets.US_ASCII)),
                        Callback.from(() -> pinging.set(false), _ -> {}));
            }
            scheduler.schedule(this::ping, PING_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void onWebSocketPartialBinary(ByteBuffer payload, boolean last, Callback callback) {
        asked.set(false);
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        callback.succeed();
        take(new Message.Binary(ByteBuffer.wrap(bytes), last));
    }

    @Override
    public void onWebSocketPartialText(String payload, boolean last) {
        asked.set(false);
        if (text.length() + payload.length() > LONGEST_TEXT) {
            text.setLength(0);
            leave(1009, "text message is too long");
            return;
        }
        text.append(payload);
        if (last) {
            take(new Message.Text(text.toString()));
            text.setLength(0);
        } else {
            demand();
        }
    }

    @Override
    public void onWebSocketPing(ByteBuffer payload) {
        asked.set(false);
        demand();
    }

    @Override
    public void onWebSocketPong(ByteBuffer payload) {
        asked.set(false);
        demand();
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        incoming.add(Optional.empty());
    }

    @Override
    public void onWebSocketClose(int code, String reason, Callback callback) {
        incoming.add(Optional.empty());
        callback.succeed();
        Scheduler.Task cutting = patience.get();
        if (cutting != null) {
            cutting.cancel();
        }
    }

    @Override
    public @Nullable Message receive() throws InterruptedException {
        if (owing) {
            owing = false;
            demand();
        }
        Optional<Message> next = incoming.take();
        if (next.isEmpty()) {
            incoming.add(next); // closed it stays
            return null;
        }
        owing = true;
        return next.get();
    }

    private void demand() {
        var open = session;
        if (open != null && asked.compareAndSet(false, true)) {
            open.demand();
        }
    }

    @Override
    public void binary(byte[] bytes, int offset, int length) throws IOException {
        sent((open, done) -> open.sendBinary(ByteBuffer.wrap(bytes, offset, length), done));
    }

    @Override
    public void text(String message) throws IOException {
        sent((open, done) -> open.sendText(message, done));
    }

    private interface Sending {
        void send(Session open, Callback done);
    }

    private void sent(Sending sending) throws IOException {
        var open = session;
        if (open == null || !open.isOpen()) {
            throw new IOException("the websocket is closed");
        }
        var done = new CompletableFuture<@Nullable Void>();
        sending.send(open, Callback.from(() -> done.complete(null), done::completeExceptionally));
        try {
            done.get();
        } catch (ExecutionException failed) {
            throw new IOException("the websocket's client went away", failed.getCause());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while sending", stopping);
        }
    }

    @Override
    public void close(int code, String reason) {
        var open = session;
        if (open != null && open.isOpen()) {
            open.close(code, reason, Callback.NOOP);
        }
    }

    @Override
    public void cut() {
        var open = session;
        if (open != null) {
            open.disconnect();
        }
        incoming.add(Optional.empty());
    }
}
