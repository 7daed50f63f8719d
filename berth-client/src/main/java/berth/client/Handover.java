package berth.client;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A connection that speaks another protocol from here on: bytes, both ways. One thread may read while another writes. */
public final class Handover implements AutoCloseable {
    private final Connection connection;

    private Handover(Connection connection) {
        this.connection = connection;
    }

    static Handover open(Connection connection, String target, String protocol) throws IOException {
        try {
            var headers = new Headers().set("connection", "Upgrade").set("upgrade", protocol);
            var response = connection.exchange("GET", target, headers, null);
            if (response.status() != 101) {
                throw Server.errorOf(response.status(), response.bytes());
            }
            return new Handover(connection);
        } catch (IOException | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    /** What has come, as far as there is room; how many bytes, or -1 once the other side has hung up. */
    public int read(byte[] into) throws IOException {
        return connection.read(into, 0, into.length);
    }

    /** Sends the first bytes of these. */
    public void write(byte[] bytes, int length) throws IOException {
        connection.write(ByteBuffer.wrap(bytes, 0, length));
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
