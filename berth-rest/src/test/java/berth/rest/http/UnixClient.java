package berth.rest.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A small HTTP and websocket client on a unix socket, for tests: a connection per request, as {@code lxc} does it. */
public final class UnixClient {
    private final Path socket;

    public UnixClient(Path socket) {
        this.socket = socket;
    }

    /** An answer; header names in lower case. */
    public record Answer(int status, Map<String, String> headers, byte[] bytes) {
        public String body() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        /** The JSON body. */
        public tools.jackson.databind.JsonNode json() {
            return tools.jackson.databind.json.JsonMapper.shared().readTree(bytes);
        }

        public tools.jackson.databind.JsonNode metadata() {
            return json().get("metadata");
        }
    }

    public Answer get(String path) throws IOException {
        return send("GET", path, Map.of(), new byte[0]);
    }

    public Answer send(String method, String path, String json) throws IOException {
        return send(method, path, Map.of("Content-Type", "application/json"), json.getBytes(StandardCharsets.UTF_8));
    }

    public Answer send(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            var head =
                    new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: unix.socket\r\nConnection: close\r\n");
            headers.forEach((k, v) -> head.append(k).append(": ").append(v).append("\r\n"));
            if (body.length > 0) {
                head.append("Content-Length: ").append(body.length).append("\r\n");
            }
            try {
                write(channel, head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
                write(channel, body);
            } catch (IOException answeredEarly) {
                // a refusal may come before all of the body is read
            }
            return read(Channels.newInputStream(channel), method.equals("HEAD"));
        }
    }

    /** Bytes as they are, and what comes back until the end. */
    public String raw(byte[] request) throws IOException {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            write(channel, request);
            channel.shutdownOutput();
            var all = new ByteArrayOutputStream();
            InputStream in = Channels.newInputStream(channel);
            try {
                for (int b = in.read(); b >= 0; b = in.read()) {
                    all.write(b);
                }
            } catch (IOException reset) {
                // a server that does not read all of a bad request resets the connection after its answer
            }
            return all.toString(StandardCharsets.UTF_8);
        }
    }

    /** A connection that stays open from one request to the next. */
    public Kept keep() throws IOException {
        return new Kept(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /** The client's end of such a connection; requests are sent as they are. */
    public static final class Kept implements AutoCloseable {
        private final SocketChannel channel;

        Kept(SocketChannel channel) {
            this.channel = channel;
        }

        public void send(String bytes) throws IOException {
            write(channel, bytes.getBytes(StandardCharsets.UTF_8));
        }

        public Answer receive() throws IOException {
            return read(Channels.newInputStream(channel), false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the server closed the connection after " + line);
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }

    private static Answer read(InputStream in, boolean head) throws IOException {
        int status = Integer.parseInt(line(in).split(" ")[1]);
        var headers = new TreeMap<String, String>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body;
        if (head || status == 101) {
            body = new byte[0];
        } else if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            var all = new ByteArrayOutputStream();
            for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
                all.write(in.readNBytes(size));
                line(in);
            }
            body = all.toByteArray();
        } else if (headers.containsKey("content-length")) {
            body = in.readNBytes(Integer.parseInt(headers.get("content-length")));
        } else {
            body = in.readAllBytes();
        }
        return new Answer(status, headers, body);
    }

    /** Goes on as a websocket; fails when the answer is not 101. */
    public Websocket websocket(String path) throws IOException {
        var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        write(
                channel,
                ("GET " + path + " HTTP/1.1\r\nHost: unix.socket\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        InputStream in = Channels.newInputStream(channel);
        Answer answer = read(in, false);
        if (answer.status() != 101) {
            channel.close();
            throw new IOException(answer.status() + " " + answer.body());
        }
        return new Websocket(channel, new DataInputStream(in));
    }

    /** A frame that came in. */
    public record Frame(int opcode, byte[] bytes) {
        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** The client's end of a websocket. */
    public static final class Websocket implements AutoCloseable {
        public static final int TEXT = 1;
        public static final int BINARY = 2;
        public static final int CLOSE = 8;
        public static final int PING = 9;
        private final SocketChannel channel;
        private final DataInputStream in;

        Websocket(SocketChannel channel, DataInputStream in) {
            this.channel = channel;
            this.in = in;
        }

        /** Sends one frame, masked with zeros. */
        public void send(int opcode, byte[] bytes) throws IOException {
            var frame = ByteBuffer.allocate(bytes.length + 14);
            frame.put((byte) (0x80 | opcode));
            if (bytes.length < 126) {
                frame.put((byte) (0x80 | bytes.length));
            } else if (bytes.length < 65536) {
                frame.put((byte) (0x80 | 126)).putShort((short) bytes.length);
            } else {
                frame.put((byte) (0x80 | 127)).putLong(bytes.length);
            }
            frame.putInt(0).put(bytes).flip();
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
        }

        public void text(String text) throws IOException {
            send(TEXT, text.getBytes(StandardCharsets.UTF_8));
        }

        /** The next frame of data, pings passed over; opcode 8 at the end, with or without a close frame. */
        public Frame receive() throws IOException {
            var message = new ByteArrayOutputStream();
            int opcode = 0;
            try {
                while (true) {
                    int first = in.readUnsignedByte();
                    long length = in.readUnsignedByte() & 0x7f;
                    length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
                    byte[] bytes = in.readNBytes((int) length);
                    int kind = first & 0xf;
                    if (kind == PING) {
                        continue;
                    }
                    opcode = kind == 0 ? opcode : kind;
                    message.write(bytes);
                    if ((first & 0x80) != 0) {
                        return new Frame(opcode, message.toByteArray());
                    }
                }
            } catch (IOException gone) {
                return new Frame(CLOSE, new byte[0]);
            }
        }

        /** Waits until the other side has let go of the connection: until what it does not read is no longer kept for it. */
        public void awaitHangUp() {
            try {
                while (true) {
                    channel.write(ByteBuffer.allocate(64 << 10));
                }
            } catch (IOException gone) {
                return;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        public OutputStream out() {
            return Channels.newOutputStream(channel);
        }
    }
}
