package berth.client;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The unix socket of a server. Keeps one idle connection for the next request; a websocket or a second request meanwhile
 * opens another. Several threads may use it.
 */
public final class Door implements AutoCloseable {
    private final Path socket;
    private @Nullable Connection idle;

    /** A door that has not been knocked at yet. */
    public Door(Path socket) {
        this.socket = socket;
    }

    /** Where it is. */
    public Path socket() {
        return socket;
    }

    /**
     * Sends one request and reads the head of its answer.
     *
     * @throws DoorClosed when nobody listens there
     */
    public Response send(String method, String target, Headers headers, @Nullable Body body) throws IOException {
        // Only what may be sent twice goes over a connection that may have died while it idled.
        var kept = method.equals("GET") ? takeIdle() : null;
        if (kept != null) {
            try {
                return kept.exchange(method, target, headers, body);
            } catch (Connection.Stale _) {
                kept.close();
            }
        }
        return connect().exchange(method, target, headers, body);
    }

    /**
     * Opens a websocket.
     *
     * @throws ServerError when the server does not switch protocols
     */
    public WebSocket websocket(String target) throws IOException {
        return WebSocket.open(connect(), target);
    }

    /**
     * Opens a connection for another protocol.
     *
     * @throws ServerError when the server does not switch to it
     */
    public Handover handover(String target, String protocol) throws IOException {
        return Handover.open(connect(), target, protocol);
    }

    private Connection connect() throws IOException {
        try {
            var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
                return new Connection(channel, this);
            } catch (IOException | RuntimeException failure) {
                channel.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw new DoorClosed("cannot reach the daemon at " + socket + ": " + reason(failure), failure);
        }
    }

    private String reason(IOException failure) {
        String said = String.valueOf(failure.getMessage());
        if (Files.notExists(socket)) {
            return "there is no such socket. Is berthd running? (systemctl status berth; --dir or BERTH_DIR names another"
                    + " place)";
        }
        if (said.contains("Permission denied") || !Files.isWritable(socket)) {
            return "permission denied. Use sudo, or join the group that owns the socket";
        }
        return said.contains("refused") ? "nobody answers there. Is berthd running? (systemctl status berth)" : said;
    }

    synchronized void keep(Connection connection) throws IOException {
        if (idle == null) {
            idle = connection;
        } else {
            connection.close();
        }
    }

    private synchronized @Nullable Connection takeIdle() {
        var taken = idle;
        idle = null;
        return taken;
    }

    @Override
    public void close() throws IOException {
        var kept = takeIdle();
        if (kept != null) {
            kept.close();
        }
    }
}
