package berth.rest.http;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.jspecify.annotations.Nullable;

/** Serves a router on a unix socket: each request on a virtual thread of its own. */
public final class UnixServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(UnixServer.class.getName());
    private final Server server;
    private final @Nullable SocketPath path;
    private final @Nullable Seats seats;

    /**
     * Opens the door; returns when it is open.
     *
     * @param group that may connect beside root; null: the group of the daemon
     * @param inherited the socket is our standard input already (socket activation); {@code path} is then left alone
     */
    public UnixServer(Router router, Path path, @Nullable String group, boolean inherited) throws IOException {
        this(router, path, group, inherited, null);
    }

    /** Opens a door for guests: everybody may connect, but only who gets a seat is listened to. Errors are plain text. */
    public static UnixServer forGuests(Router router, Path path, Seats seats) throws IOException {
        return new UnixServer(router, path, null, false, seats);
    }

    private UnixServer(Router router, Path path, @Nullable String group, boolean inherited, @Nullable Seats seats)
            throws IOException {
        this.seats = seats;
        var threads = new QueuedThreadPool(16, 4);
        threads.setName("door");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("request-", 0).factory()));
        server = new Server(threads);
        server.setStopTimeout(1000);
        server.setErrorHandler(new PlainErrors());
        var connector = new UnixDomainServerConnector(server, 1, 1, new HttpConnectionFactory(http(seats != null)));
        connector.setAcceptQueueSize(1024);
        connector.setIdleTimeout(0); // a local peer that dies is noticed; one that waits may wait
        if (seats != null) {
            connector.setIdleTimeout(Seats.IDLE.toMillis());
            connector.addBean(seats);
        }
        this.path = inherited ? null : new SocketPath(path);
        if (this.path == null) {
            connector.setInheritChannel(true);
        } else {
            connector.setUnixDomainPath(this.path.hidden());
        }
        server.addConnector(connector);
        server.setHandler(new Entrance(router, seats));
        var websockets = ServerWebSocketContainer.ensure(server);
        websockets.setIdleTimeout(Duration.ZERO);
        websockets.setMaxBinaryMessageSize(0);
        websockets.setMaxTextMessageSize(0);
        websockets.setMaxFrameSize(0);
        try {
            server.start();
            if (this.path != null) {
                this.path.reveal(group, seats == null ? "rw-rw----" : "rw-rw-rw-");
            }
        } catch (Exception failed) {
            close();
            if (failed instanceof RuntimeException passed) {
                throw passed;
            }
            throw failed instanceof IOException io ? io : new IOException("the door does not open at " + path, failed);
        }
    }

    private static HttpConfiguration http(boolean small) {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(small ? 8 << 10 : 32 << 10);
        http.setUriCompliance(UriCompliance.UNSAFE); // we route on the encoded path and decode strictly ourselves
        // On a unix socket the Host header means nothing, and some clients (pylxd) send "localhost:None".
        http.setHttpCompliance(HttpCompliance.RFC9110.with(
                "local", HttpCompliance.Violation.UNSAFE_HOST_HEADER, HttpCompliance.Violation.MISMATCHED_AUTHORITY));
        return http;
    }

    /** Lets nobody in any more, ends what goes on, removes the socket. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception late) {
            // What a client keeps open must not keep the daemon from ending in good order.
            LOG.log(System.Logger.Level.WARNING, "requests that would not end were cut off: {0}", late.toString());
        } finally {
            try {
                if (path != null) {
                    path.remove();
                }
            } catch (IOException left) {
                LOG.log(System.Logger.Level.WARNING, "the socket was not removed: {0}", left.toString());
            }
        }
    }

    /** Every request comes in here. */
    private static final class Entrance extends Handler.Abstract {
        private final Router router;
        private final @Nullable Seats seats;

        Entrance(Router router, @Nullable Seats seats) {
            this.router = router;
            this.seats = seats;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (seats != null) {
                request.setAttribute(Seats.PEER, seats.peer(request).orElse(null));
            }
            new Answering(request, response, callback, seats != null).answer(router);
            return true;
        }
    }

    /** What the library itself refuses, a malformed request line for instance, as LXD's error envelope. */
    private final class PlainErrors implements Request.Handler {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            int status = Math.max(400, response.getStatus());
            new Answering(request, response, callback, seats != null)
                    .error(status, status < 500 ? "Bad Request" : "Internal error");
            return true;
        }
    }
}
