package berth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebSocketTest {
    @TempDir
    Path directory;

    /** What the server does once both sides speak websocket. */
    private interface Play {
        void on(StubDoor.Guest guest) throws IOException;
    }

    private StubDoor stub(Play play) throws IOException {
        return new StubDoor(directory, (head, guest) -> {
            int at = head.indexOf("sec-websocket-key: ") + 19;
            guest.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + accept(head.substring(at, head.indexOf("\r\n", at))) + "\r\n\r\n");
            play.on(guest);
            return false;
        });
    }

    private static String accept(String key) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1")
                            .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                    .getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static byte[] frame(int first, byte[] data) {
        var out = new ByteArrayOutputStream();
        out.write(first);
        if (data.length < 126) {
            out.write(data.length);
        } else if (data.length < 65536) {
            out.write(126);
            out.write(data.length >> 8);
            out.write(data.length);
        } else {
            out.write(127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) data.length >> shift));
            }
        }
        out.writeBytes(data);
        return out.toByteArray();
    }

    /** A frame of the client: unmasked again, its first byte in front. */
    private static String unmasked(StubDoor.Guest guest) throws IOException {
        byte[] head = guest.read(2);
        assertThat(head[1] & 0x80).as("a client masks").isNotZero();
        int length = head[1] & 127;
        if (length == 126) {
            byte[] longer = guest.read(2);
            length = (longer[0] & 0xff) << 8 | longer[1] & 0xff;
        } else if (length == 127) {
            byte[] longer = guest.read(8);
            length = (longer[4] & 0xff) << 24 | (longer[5] & 0xff) << 16 | (longer[6] & 0xff) << 8 | longer[7] & 0xff;
        }
        byte[] mask = guest.read(4);
        byte[] data = guest.read(length);
        for (int i = 0; i < data.length; i++) {
            data[i] ^= mask[i & 3];
        }
        return (head[0] & 0xff) + ":" + new String(data, StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void joins_fragments_and_tells_text_from_binary() throws IOException {
        try (var stub = stub(guest -> {
                    guest.send(frame(0x02, ascii("ab")));
                    guest.send(frame(0x00, ascii("cd")));
                    guest.send(frame(0x89, ascii("between")));
                    guest.send(frame(0x80, ascii("ef")));
                    guest.send(frame(0x81, new byte[0]));
                });
                var server = new Server(stub.socket, "");
                var socket = server.websocket("/1.0/events")) {
            var first = socket.read();
            assertThat(first).isNotNull();
            assertThat(first.text()).isEqualTo("abcdef");
            assertThat(first.binary()).isTrue();
            var second = socket.read();
            assertThat(second).isNotNull();
            assertThat(second.binary()).isFalse();
            assertThat(second.data()).isEmpty();
            assertThat(socket.read()).isNull();
        }
    }

    @Test
    void answers_a_ping_with_its_own_words() throws Exception {
        var pong = new CompletableFuture<String>();
        try (var stub = stub(guest -> {
                    guest.send(frame(0x89, ascii("keepalive")));
                    pong.complete(unmasked(guest));
                    guest.send(frame(0x81, ascii("x")));
                });
                var server = new Server(stub.socket, "");
                var socket = server.websocket("/1.0/events")) {
            socket.read();
            assertThat(pong.get()).isEqualTo(0x8a + ":keepalive");
        }
    }

    @Test
    void answers_a_close_and_ends() throws Exception {
        var answer = new CompletableFuture<String>();
        try (var stub = stub(guest -> {
                    guest.send(frame(0x88, new byte[] {3, (byte) 0xe8, 'b', 'y', 'e'}));
                    answer.complete(unmasked(guest));
                });
                var server = new Server(stub.socket, "");
                var socket = server.websocket("/1.0/events")) {
            assertThat(socket.read()).isNull();
            assertThat(answer.get()).isEqualTo(0x88 + ":\u0003\u00e8");
            assertThatThrownBy(() -> socket.send("late")).hasMessageContaining("closed");
        }
    }

    @Test
    void sends_and_reads_frames_of_all_three_length_forms() throws Exception {
        for (int size : new int[] {0, 125, 126, 65535, 65536, 300_000}) {
            var data = new byte[size];
            for (int i = 0; i < size; i++) {
                data[i] = (byte) (i * 31);
            }
            var got = new CompletableFuture<String>();
            var place = java.nio.file.Files.createDirectory(directory.resolve("s" + size));
            var whole = directory;
            directory = place;
            try (var stub = stub(guest -> {
                        got.complete(unmasked(guest));
                        guest.send(frame(0x82, data));
                    });
                    var server = new Server(stub.socket, "");
                    var socket = server.websocket("/x")) {
                socket.send(data, 0, size);
                assertThat(got.get()).isEqualTo(0x82 + ":" + new String(data, StandardCharsets.ISO_8859_1));
                var back = socket.read();
                assertThat(back).isNotNull();
                assertThat(back.data()).isEqualTo(data);
            }
            directory = whole;
        }
    }

    @Test
    void refuses_a_handshake_that_is_not_for_us_and_frames_beyond_all_measure() throws IOException {
        try (var stub = new StubDoor(
                        directory,
                        (_, guest) ->
                                guest.send("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: bm8=\r\n\r\n"));
                var server = new Server(stub.socket, "")) {
            assertThatThrownBy(() -> server.websocket("/x")).hasMessageContaining("handshake");
        }
        directory = java.nio.file.Files.createDirectory(directory.resolve("big"));
        try (var stub = stub(guest -> guest.send(new byte[] {(byte) 0x82, 127, 127, 0, 0, 0, 0, 0, 0, 0}));
                var server = new Server(stub.socket, "");
                var socket = server.websocket("/x")) {
            assertThatThrownBy(socket::read).hasMessageContaining("frame of");
        }
    }

    @Test
    void tells_why_the_server_did_not_switch() throws IOException {
        try (var stub = new StubDoor(
                        directory,
                        (_, guest) ->
                                guest.send(StubDoor.json(500, "{\"type\":\"error\",\"error\":\"missing secret\"}")));
                var server = new Server(stub.socket, "")) {
            assertThatThrownBy(() -> server.websocket("/1.0/operations/1/websocket"))
                    .isInstanceOf(ServerError.class)
                    .hasMessage("missing secret");
        }
    }

    @Test
    void says_so_when_it_was_cut_within_a_frame() throws IOException {
        try (var stub = stub(guest -> guest.send(new byte[] {(byte) 0x82, 5, 'a'}));
                var server = new Server(stub.socket, "");
                var socket = server.websocket("/x")) {
            assertThatThrownBy(socket::read).hasMessageContaining("cut within a frame");
        }
    }
}
