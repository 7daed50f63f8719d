package berth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoorTest {
    @TempDir
    Path directory;

    private byte[] body(StubDoor.Script script) throws IOException {
        try (var stub = new StubDoor(directory, script);
                var door = new Door(stub.socket)) {
            return door.send("GET", "/x", new Headers(), null).bytes();
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void reads_a_body_of_a_told_length_and_not_a_byte_more() throws IOException {
        assertThat(text(body((_, guest) -> guest.send("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabcdef"))))
                .isEqualTo("abc");
    }

    @Test
    void reads_chunks_with_extensions_and_trailers() throws IOException {
        assertThat(text(body((_, guest) -> guest.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3;x=y\r\nabc\r\n0A\r\n0123456789\r\n0\r\nEtag: z\r\n\r\n"))))
                .isEqualTo("abc0123456789");
    }

    @Test
    void reads_a_body_that_ends_with_the_connection() throws IOException {
        assertThat(text(body((_, guest) -> {
                    guest.send("HTTP/1.1 200 OK\r\n\r\nabc");
                    return false;
                })))
                .isEqualTo("abc");
    }

    @Test
    void passes_over_what_comes_before_the_real_answer() throws IOException {
        assertThat(text(body((_, guest) ->
                        guest.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))))
                .isEqualTo("ok");
    }

    @Test
    void says_so_when_a_body_was_cut_short() {
        assertThatThrownBy(() -> body((_, guest) -> {
                    guest.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
                    return false;
                }))
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("cut short");
        assertThatThrownBy(() -> new DoorTest().cutChunk(directory)).hasMessageContaining("cut short");
    }

    private void cutChunk(Path place) throws IOException {
        directory = Files.createDirectory(place.resolve("again"));
        body((_, guest) -> {
            guest.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabc");
            return false;
        });
    }

    @Test
    void refuses_what_is_not_http_and_lengths_that_are_none() {
        Path whole = directory;
        for (String answer : new String[] {
            "SSH-2.0-OpenSSH\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-5\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        }) {
            assertThatThrownBy(() -> {
                        directory = Files.createTempDirectory(whole, "door");
                        body((_, guest) -> guest.send(answer));
                    })
                    .as(answer)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void asks_again_over_the_same_connection() throws IOException {
        try (var stub = new StubDoor(directory, (_, guest) -> guest.send(StubDoor.sync("[]")));
                var server = new Server(stub.socket, "")) {
            server.get("/1.0/a");
            server.get("/1.0/b");
            assertThat(stub.connections).hasValue(1);
            assertThat(stub.requests).containsExactly("GET /1.0/a", "GET /1.0/b");
        }
    }

    @Test
    void opens_a_new_connection_when_the_kept_one_died() throws IOException {
        try (var stub = new StubDoor(directory, (_, guest) -> {
                    guest.send(StubDoor.sync("1"));
                    return false;
                });
                var server = new Server(stub.socket, "")) {
            assertThat(server.get("/1.0/a").number()).isEqualTo(1);
            assertThat(server.get("/1.0/b").number()).isEqualTo(1);
            assertThat(stub.connections).hasValue(2);
        }
    }

    @Test
    void never_sends_a_change_twice() throws IOException {
        try (var stub = new StubDoor(directory, (head, guest) -> {
                    if (head.startsWith("GET")) {
                        return guest.send(StubDoor.sync("1"));
                    }
                    return false; // took it, and died
                });
                var server = new Server(stub.socket, "")) {
            server.get("/1.0");
            assertThatThrownBy(() -> server.post("/1.0/instances", Json.object()))
                    .isInstanceOf(IOException.class);
            assertThat(stub.requests).containsExactly("GET /1.0", "POST /1.0/instances");
        }
    }

    @Test
    void streams_an_upload_of_unknown_length_in_chunks() throws IOException {
        var got = new AtomicReference<>("");
        try (var stub = new StubDoor(directory, (head, guest) -> {
                    assertThat(head).contains("transfer-encoding: chunked");
                    got.set(text(guest.read("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n".length())));
                    return guest.send(StubDoor.sync("{}"));
                });
                var server = new Server(stub.socket, "")) {
            Server.open(server.raw("POST", "/1.0/images", new Headers(), new Body() {
                @Override
                public long length() {
                    return -1;
                }

                @Override
                public void writeTo(OutputStream out) throws IOException {
                    out.write("hello".getBytes(StandardCharsets.US_ASCII));
                    out.write('!');
                }
            }));
        }
        assertThat(got.get()).isEqualTo("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n");
    }

    @Test
    void hears_a_refusal_that_comes_before_the_upload_is_over() throws IOException {
        try (var stub = new StubDoor(directory, (_, guest) -> {
                    guest.send(
                            StubDoor.json(400, "{\"type\":\"error\",\"error_code\":400,\"error\":\"not an image\"}"));
                    return false;
                });
                var server = new Server(stub.socket, "")) {
            assertThatThrownBy(() -> Server.open(
                            server.raw("POST", "/1.0/images", new Headers(), Body.of(new byte[8 * 1024 * 1024]))))
                    .isInstanceOf(ServerError.class)
                    .hasMessage("not an image");
        }
    }

    @Test
    void turns_errors_into_the_servers_own_words() throws IOException {
        try (var stub = new StubDoor(
                        directory,
                        (_, guest) -> guest.send(StubDoor.json(
                                404, "{\"type\":\"error\",\"error_code\":404,\"error\":\"Instance not found\"}")));
                var server = new Server(stub.socket, "")) {
            assertThatThrownBy(() -> server.get("/1.0/instances/x"))
                    .isInstanceOfSatisfying(
                            ServerError.class, it -> assertThat(it.code()).isEqualTo(404))
                    .hasMessage("Instance not found");
        }
    }

    @Test
    void shows_plain_text_that_a_server_sent_instead_of_an_envelope() {
        assertThat(Server.errorOf(400, "Bad Request\n".getBytes(StandardCharsets.UTF_8))
                        .text())
                .isEqualTo("Bad Request");
        assertThat(Server.errorOf(500, new byte[0]).text()).contains("500 without a reason");
    }

    @Test
    void says_what_to_do_when_nobody_is_there() throws IOException {
        try (var server = new Server(directory.resolve("none"), "")) {
            assertThatThrownBy(() -> server.get("/1.0"))
                    .isInstanceOf(DoorClosed.class)
                    .hasMessageContaining("there is no such socket. Is berthd running?");
        }
        Path plain = Files.createFile(directory.resolve("plain"));
        try (var server = new Server(plain, "")) {
            assertThatThrownBy(() -> server.get("/1.0"))
                    .isInstanceOf(DoorClosed.class)
                    .hasMessageContaining("nobody answers");
        }
    }

    @Test
    void lets_no_header_break_out_of_its_line() {
        assertThatThrownBy(() -> new Headers().set("x-name", "a\r\nEvil: 1"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Headers().set("a:b", "c")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void encodes_whatever_stands_in_a_path() {
        assertThat(Server.path("images", "aliases", "debian/12 ü?"))
                .isEqualTo("/1.0/images/aliases/debian%2F12%20%C3%BC%3F");
    }

    @Test
    void names_the_project_in_every_path() throws IOException {
        try (var stub = new StubDoor(directory, (_, guest) -> guest.send(StubDoor.sync("1")));
                var server = new Server(stub.socket, "a b")) {
            server.get("/1.0/instances?recursion=1");
            server.get("/1.0/profiles");
            assertThat(stub.requests)
                    .containsExactly("GET /1.0/instances?recursion=1&project=a%20b", "GET /1.0/profiles?project=a%20b");
        }
    }

    @Test
    void waits_again_while_an_operation_runs() throws IOException {
        var answers = new String[] {"{\"status_code\":103}", "{\"status_code\":400,\"err\":\"no space left\"}"};
        var next = new int[1];
        try (var stub = new StubDoor(directory, (_, guest) -> guest.send(StubDoor.sync(answers[next[0]++])));
                var server = new Server(stub.socket, "")) {
            assertThatThrownBy(() -> server.await("/1.0/operations/1?project=x"))
                    .hasMessage("no space left");
            assertThat(stub.requests).containsExactly("GET /1.0/operations/1/wait", "GET /1.0/operations/1/wait");
        }
    }
}
