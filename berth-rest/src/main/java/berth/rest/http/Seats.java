package berth.rest.http;

import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/**
 * Who sits at which connection, and for how many there is room. A connection's caller is found out once, when it comes;
 * one that nobody knows, or whose caller has taken all its seats, is closed without a word.
 */
public final class Seats implements Connection.Listener {
    /** A connection that is silent for so long is closed, unless it is a websocket. */
    static final Duration IDLE = Duration.ofSeconds(60);

    static final String PEER = Seats.class.getName() + ".peer";
    private static final System.Logger LOG = System.getLogger(Seats.class.getName());

    private final Function<SocketChannel, ? extends Optional<?>> who;
    private final int each;
    private final int all;
    private final Map<EndPoint, Object> taken = new HashMap<>();
    private final Map<Object, Integer> counts = new HashMap<>();

    /**
     * Room for so many.
     *
     * @param who tells who has connected; two equal answers are one caller
     * @param each most connections of one caller
     * @param all most connections together
     */
    public Seats(Function<SocketChannel, ? extends Optional<?>> who, int each, int all) {
        this.who = who;
        this.each = each;
        this.all = all;
    }

    @Override
    public void onOpened(Connection connection) {
        EndPoint end = connection.getEndPoint();
        synchronized (this) {
            if (taken.containsKey(end)) {
                return; // it went on as a websocket
            }
        }
        if (!(end.getTransport() instanceof SocketChannel channel) || !seated(end, channel)) {
            end.close();
        }
    }

    private boolean seated(EndPoint end, SocketChannel channel) {
        Optional<?> caller;
        try {
            caller = who.apply(channel);
        } catch (RuntimeException gone) {
            LOG.log(System.Logger.Level.DEBUG, "nobody knows who called", gone);
            return false;
        }
        if (caller.isEmpty()) {
            return false;
        }
        synchronized (this) {
            int before = counts.getOrDefault(caller.get(), 0);
            if (before >= each || taken.size() >= all) {
                return false;
            }
            counts.put(caller.get(), before + 1);
            taken.put(end, caller.get());
            return true;
        }
    }

    @Override
    public void onClosed(Connection connection) {
        EndPoint end = connection.getEndPoint();
        if (end.isOpen()) {
            return; // it goes on as a websocket
        }
        synchronized (this) {
            Object caller = taken.remove(end);
            if (caller != null) {
                counts.computeIfPresent(caller, (_, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    /** How many connections there are. */
    public synchronized int size() {
        return taken.size();
    }

    synchronized Optional<Object> peer(Request request) {
        return Optional.ofNullable(
                taken.get(request.getConnectionMetaData().getConnection().getEndPoint()));
    }
}
