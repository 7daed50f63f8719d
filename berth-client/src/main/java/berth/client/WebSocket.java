package berth.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of a websocket (RFC 6455). One thread may read while others write. Pings are answered within
 * {@link #read}; fragments are joined.
 */
public final class WebSocket implements AutoCloseable {
    private static final int LONGEST = 64 * 1024 * 1024;
    private static final int CONTINUED = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final Connection connection;
    private final SecureRandom random;
    private final Object writing = new Object();
    private boolean closing;

    private WebSocket(Connection connection, SecureRandom random) {
        this.connection = connection;
        this.random = random;
    }

    /** One whole message. */
    public static final class Message {
        private final boolean binary;
        private final byte[] data;

        private Message(boolean binary, byte[] data) {
            this.binary = binary;
            this.data = data;
        }

        /** False for a text message. */
        public boolean binary() {
            return binary;
        }

        /** The bytes themselves, not a copy. */
        public byte[] data() {
            return data;
        }

        /** The data as text. */
        public String text() {
            return new String(data, StandardCharsets.UTF_8);
        }
    }

    static WebSocket open(Connection connection, String target) throws IOException {
        try {
            var random = new SecureRandom();
            var nonce = new byte[16];
            random.nextBytes(nonce);
            String key = Base64.getEncoder().encodeToString(nonce);
            var headers = new Headers()
                    .set("connection", "Upgrade")
                    .set("upgrade", "websocket")
                    .set("sec-websocket-version", "13")
                    .set("sec-websocket-key", key);
            var response = connection.exchange("GET", target, headers, null);
            if (response.status() != 101) {
                throw Server.errorOf(response.status(), response.bytes());
            }
            if (!response.headers().text("sec-websocket-accept").equals(acceptFor(key))) {
                throw new IOException("the server's websocket handshake is wrong");
            }
            return new WebSocket(connection, random);
        } catch (IOException | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    private static String acceptFor(String key) {
        try {
            var sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder()
                    .encodeToString(sha1.digest(
                            (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /** The next message, or null once the other side has closed, with or without saying so. */
    public @Nullable Message read() throws IOException {
        var joined = new ByteArrayOutputStream(0);
        int kind = CONTINUED;
        while (true) {
            int first = connection.read();
            if (first < 0) {
                return null;
            }
            int opcode = first & 15;
            byte[] data = payload();
            if (opcode == PING) {
                pong(data);
            } else if (opcode == CLOSE) {
                answerClose(data);
                return null;
            } else if (opcode != PONG) {
                boolean last = (first & 0x80) != 0;
                if (opcode != CONTINUED) {
                    kind = opcode;
                }
                if (last && joined.size() == 0) {
                    return new Message(kind == BINARY, data);
                }
                joined.write(data);
                if (joined.size() > LONGEST) {
                    throw new IOException("a websocket message of more than " + LONGEST + " bytes");
                }
                if (last) {
                    return new Message(kind == BINARY, joined.toByteArray());
                }
            }
        }
    }

    private void pong(byte[] data) {
        try {
            send(PONG, data, 0, data.length);
        } catch (IOException _) {
            // hung up already; what it said before is still to be read
        }
    }

    private byte[] payload() throws IOException {
        int second = one();
        long length = second & 127;
        if (length == 126) {
            length = number(2);
        } else if (length == 127) {
            length = number(8);
        }
        if (length < 0 || length > LONGEST) {
            throw new IOException("a websocket frame of " + length + " bytes");
        }
        var mask = new byte[4];
        if ((second & 0x80) != 0) {
            exactly(mask);
        }
        var data = new byte[(int) length];
        exactly(data);
        if ((second & 0x80) != 0) {
            for (int i = 0; i < data.length; i++) {
                data[i] ^= mask[i & 3];
            }
        }
        return data;
    }

    private long number(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | one();
        }
        return value;
    }

    private int one() throws IOException {
        int b = connection.read();
        if (b < 0) {
            throw new IOException("the websocket was cut within a frame");
        }
        return b;
    }

    private void exactly(byte[] into) throws IOException {
        for (int have = 0; have < into.length; ) {
            int n = connection.read(into, have, into.length - have);
            if (n < 0) {
                throw new IOException("the websocket was cut within a frame");
            }
            have += n;
        }
    }

    /** Sends one binary message. */
    public void send(byte[] data, int offset, int length) throws IOException {
        send(BINARY, data, offset, length);
    }

    /** Sends one text message. The empty one is LXD's sign for the end of a stream. */
    public void send(String text) throws IOException {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        send(TEXT, data, 0, data.length);
    }

    private void answerClose(byte[] reason) throws IOException {
        synchronized (writing) {
            if (!closing) {
                closing = true;
                try {
                    frame(CLOSE, reason, 0, Math.min(2, reason.length));
                } catch (IOException _) {
                    // the other side is gone already
                }
            }
        }
        connection.close();
    }

    private void send(int opcode, byte[] data, int offset, int length) throws IOException {
        synchronized (writing) {
            if (closing) {
                throw new IOException("the websocket is closed");
            }
            frame(opcode, data, offset, length);
        }
    }

    private void frame(int opcode, byte[] data, int offset, int length) throws IOException {
        var frame = ByteBuffer.allocate(length + 14);
        frame.put((byte) (0x80 | opcode));
        if (length < 126) {
            frame.put((byte) (0x80 | length));
        } else if (length < 0x10000) {
            frame.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(length);
        }
        var mask = new byte[4];
        random.nextBytes(mask);
        frame.put(mask);
        int start = frame.position();
        frame.put(data, offset, length);
        byte[] bytes = frame.array();
        for (int i = 0; i < length; i++) {
            bytes[start + i] ^= mask[i & 3];
        }
        connection.write(frame.flip());
    }

    /** Says goodbye and hangs up. */
    @Override
    public void close() throws IOException {
        synchronized (writing) {
            if (!closing) {
                closing = true;
                try {
                    frame(CLOSE, new byte[] {3, (byte) 0xe8}, 0, 2); // 1000, a normal end
                } catch (IOException _) {
                    // the other side is gone already
                }
            }
        }
        connection.close();
    }
}
