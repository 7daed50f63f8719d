package berth.tests.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A websocket client of one screen: masks, sends, reads frames, answers pings. */
public final class Websocket implements AutoCloseable {
    private static final byte[] MASK = {1, 2, 3, 4};

    private final SocketChannel channel;
    private final InputStream in;
    private final Answer upgrade;

    /** Opens {@code path}; whether it worked is told by {@link #upgrade()}. */
    public Websocket(Door door, String path) {
        try {
            channel = door.connect();
            Door.write(
                    channel,
                    ("GET " + path + " HTTP/1.1\r\nHost: unix.socket\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            in = new BufferedInputStream(Channels.newInputStream(channel));
            upgrade = Door.read(in, false);
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    /** The answer to the upgrade; 101 when it is a websocket now. */
    public Answer upgrade() {
        return upgrade;
    }

    /** Sends one whole message; {@code opcode} 1 is text, 2 binary, 8 close. */
    public void send(int opcode, byte[] payload) {
        var frame = new ByteArrayOutputStream();
        frame.write(0x80 | opcode);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 65536) {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >> shift));
            }
        }
        frame.writeBytes(MASK);
        for (int at = 0; at < payload.length; at++) {
            frame.write(payload[at] ^ MASK[at % 4]);
        }
        try {
            Door.write(channel, frame.toByteArray());
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    /** Sends text; an empty one says that there is no more input. */
    public void sendText(String text) {
        send(1, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The next data message, or an empty close (opcode 8) when there will be none. */
    public Message next() {
        try {
            var whole = new ByteArrayOutputStream();
            int kind = 0;
            while (true) {
                int first = in.read();
                if (first < 0) {
                    return new Message(8, new byte[0]);
                }
                int opcode = first & 15;
                byte[] payload = in.readNBytes(length());
                if (opcode == 9) {
                    send(10, payload);
                } else if (opcode == 8) {
                    return new Message(8, payload);
                } else if (opcode != 10) {
                    kind = opcode == 0 ? kind : opcode;
                    whole.writeBytes(payload);
                    if ((first & 0x80) != 0) {
                        return new Message(kind, whole.toByteArray());
                    }
                }
            }
        } catch (IOException trouble) {
            return new Message(8, new byte[0]);
        }
    }

    private int length() throws IOException {
        int length = in.read() & 127;
        if (length == 126) {
            return in.read() << 8 | in.read();
        }
        if (length == 127) {
            long value = 0;
            for (int at = 0; at < 8; at++) {
                value = value << 8 | in.read();
            }
            return Math.toIntExact(value);
        }
        return length;
    }

    /** All data until an empty text message or the end. */
    public byte[] untilEnd() {
        var all = new ByteArrayOutputStream();
        for (Message next = next(); next.opcode() != 8 && !(next.opcode() == 1 && next.payload().length == 0); ) {
            all.writeBytes(next.payload());
            next = next();
        }
        return all.toByteArray();
    }

    /** All text messages until the end. */
    public List<String> texts() {
        List<String> all = new ArrayList<>();
        for (Message next = next(); next.opcode() != 8; next = next()) {
            all.add(new String(next.payload(), StandardCharsets.UTF_8));
        }
        return all;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException gone) {
            // Closed is closed.
        }
    }

    /** A message; opcode 1 is text, 2 binary, 8 the end. */
    public record Message(int opcode, byte[] payload) {}
}
