package berth.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A door behind which a test decides, byte by byte, what comes back. */
final class StubDoor implements AutoCloseable {
    final Path socket;
    final List<String> requests = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();
    private final ServerSocketChannel door;

    /** What happens on a connection, after each head has been read. Returns false to hang up. */
    interface Script {
        boolean answer(String head, Guest guest) throws IOException;
    }

    StubDoor(Path directory, Script script) throws IOException {
        socket = directory.resolve("unix.socket");
        door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        door.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    var channel = door.accept();
                    connections.incrementAndGet();
                    Thread.ofPlatform().daemon().start(() -> serve(channel, script));
                }
            } catch (IOException _) {
                // closed
            }
        });
    }

    private void serve(SocketChannel channel, Script script) {
        try (channel) {
            var guest = new Guest(channel);
            for (String head = guest.head(); !head.isEmpty(); head = guest.head()) {
                requests.add(head.substring(0, head.indexOf(" HTTP/1.1")));
                if (!script.answer(head, guest)) {
                    return;
                }
            }
        } catch (IOException _) {
            // hung up
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }

    static String json(int status, String body) {
        return "HTTP/1.1 " + status + " X\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    static String sync(String metadata) {
        return json(200, "{\"type\":\"sync\",\"status_code\":200,\"operation\":\"\",\"metadata\":" + metadata + "}");
    }

    /** The other end of one connection. */
    static final class Guest {
        private final SocketChannel channel;
        final InputStream in;

        Guest(SocketChannel channel) {
            this.channel = channel;
            this.in = Channels.newInputStream(channel);
        }

        String head() throws IOException {
            var head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int b = in.read();
                if (b < 0) {
                    return "";
                }
                head.write(b);
            }
            return head.toString(StandardCharsets.ISO_8859_1);
        }

        boolean send(String latin) throws IOException {
            return send(latin.getBytes(StandardCharsets.ISO_8859_1));
        }

        boolean send(byte[] bytes) throws IOException {
            var buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            return true;
        }

        byte[] read(int n) throws IOException {
            return in.readNBytes(n);
        }
    }
}
