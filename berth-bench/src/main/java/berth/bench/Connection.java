package berth.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** One connection to a door: as the {@code lxc} client does it, each request opens its own. */
final class Connection implements Closeable {
    private final SocketChannel channel;
    private final InputStream in;

    Connection(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        in = new BufferedInputStream(Channels.newInputStream(channel), 65536);
    }

    /** What came back. */
    static final class Answer {
        private final int status;
        private final byte[] body;

        Answer(int status, byte[] body) {
            this.status = status;
            this.body = body;
        }

        int status() {
            return status;
        }

        int length() {
            return body.length;
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    Answer ask(String method, String path, String type, byte[] body) throws IOException {
        send((method + " " + path + " HTTP/1.1\r\nHost: unix.socket\r\nConnection: close\r\nContent-Type: " + type
                        + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        send(body);
        return read();
    }

    /** Makes it a websocket. */
    void upgrade(String path) throws IOException {
        send(("GET " + path + " HTTP/1.1\r\nHost: unix.socket\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        int status = head()[0];
        if (status != 101) {
            throw new IOException("no websocket at " + path + ": " + status);
        }
    }

    /** Reads frames until an empty text one, a close or the end; how many bytes of data there were. */
    long drain() throws IOException {
        long bytes = 0;
        while (true) {
            int first = in.read();
            int second = in.read();
            if (second < 0) {
                return bytes;
            }
            long length = second & 127;
            if (length == 126) {
                length = ByteBuffer.wrap(in.readNBytes(2)).getShort() & 0xffff;
            } else if (length == 127) {
                length = ByteBuffer.wrap(in.readNBytes(8)).getLong();
            }
            in.skipNBytes(length);
            int opcode = first & 15;
            if (opcode == 8 || (opcode == 1 && length == 0)) {
                return bytes;
            }
            bytes += length;
        }
    }

    /** Says that there is no more input: an empty text frame, masked. */
    void endInput() {
        try {
            send(new byte[] {(byte) 0x81, (byte) 0x80, 1, 2, 3, 4});
        } catch (IOException ended) {
            // The command was quicker, and took its input with it.
        }
    }

    /** Fails when it was closed on our side; a control socket is kept open for as long as the command runs. */
    void alive() throws IOException {
        if (!channel.isOpen()) {
            throw new IOException("the control socket is closed");
        }
    }

    private void send(byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private Answer read() throws IOException {
        int[] head = head();
        if (head[1] >= 0) {
            return new Answer(head[0], in.readNBytes(head[1]));
        }
        if (head[2] == 0) {
            return new Answer(head[0], in.readAllBytes());
        }
        var all = new ByteArrayOutputStream();
        for (int size = chunk(); size > 0; size = chunk()) {
            all.write(in.readNBytes(size));
            line();
        }
        return new Answer(head[0], all.toByteArray());
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line().strip(), 16);
    }

    /** Status, content length or -1, whether chunked. */
    private int[] head() throws IOException {
        int[] head = {Integer.parseInt(line().split(" ")[1]), -1, 0};
        for (String line = line(); !line.isEmpty(); line = line()) {
            String low = line.toLowerCase(Locale.ROOT);
            if (low.startsWith("content-length:")) {
                head[1] = Integer.parseInt(low.substring(15).strip());
            } else if (low.startsWith("transfer-encoding:") && low.contains("chunked")) {
                head[2] = 1;
            }
        }
        return head;
    }

    private String line() throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the door hung up");
            }
            if (next != '\r') {
                bytes.write(next);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
