package berth.daemon;

import berth.engine.instance.KnowGuest;
import berth.host.process.SocketPeer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.Function;

/** Which guest has connected: by the process that the kernel noted for the socket, and that process' control group. */
record Callers(KnowGuest guests) implements Function<SocketChannel, Optional<KnowGuest.Guest>> {
    @Override
    public Optional<KnowGuest.Guest> apply(SocketChannel channel) {
        return SocketPeer.of(channel).flatMap(peer -> {
            try (peer) {
                var guest = guests.of(peer.pid());
                // Only if it lives still was it this process, not a later one of its number, that we looked at.
                return peer.ended() ? Optional.empty() : guest;
            }
        });
    }
}
