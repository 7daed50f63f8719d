package berth.rest;

import berth.engine.UseCases;
import berth.engine.instance.KnowGuest;
import berth.rest.http.Router;
import berth.rest.http.Seats;
import berth.rest.http.UnixServer;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** The door that guests see at {@code /dev/lxd/sock}: open from construction until it is closed. */
public final class GuestDoor implements AutoCloseable {
    /** Most connections of one guest; cloud-init and an agent or two need a handful. */
    static final int SEATS_OF_A_GUEST = 32;

    private static final int SEATS = 4096;

    private final UnixServer server;
    private final Seats seats;

    /**
     * Opens it.
     *
     * @param socket below a directory that is there for good, as guests hold it
     * @param callers tells which guest has connected
     */
    public GuestDoor(Path socket, UseCases engine, Function<SocketChannel, Optional<KnowGuest.Guest>> callers)
            throws IOException {
        seats = new Seats(callers, SEATS_OF_A_GUEST, SEATS);
        server = UnixServer.forGuests(new Router(new GuestRoutes(engine).routes()), socket, seats);
    }

    /** How many connections there are now. */
    int connections() {
        return seats.size();
    }

    /** Lets nobody in any more and removes the socket, but not its directory. */
    @Override
    public void close() {
        server.close();
    }
}
