package berth.rest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.model.Problem;
import berth.model.Refused;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnixServerTest {
    /** A body with one of each kind of value. */
    record Body(String name, int count, boolean flag, Map<String, String> config, List<String> names) {}

    @TempDir
    Path dir;

    private final CountDownLatch said = new CountDownLatch(1);
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private UnixServer server;
    private UnixClient client;

    @BeforeEach
    void open() throws IOException {
        server = new UnixServer(new Router(routes()), dir.resolve("unix.socket"), null, false);
        client = new UnixClient(dir.resolve("unix.socket"));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private List<Route> routes() {
        return List.of(
                Route.get("/", _ -> Reply.of(List.of("/1.0"))),
                Route.get("/things/{name}", it -> {
                    asked.add(it.rawPath());
                    return new Reply.Data(it.segment("name"), "\"abc\"");
                }),
                Route.post(
                        "/things",
                        it -> new Reply.Created("/things/" + it.json(Body.class).name())),
                Route.put("/things/{name}", _ -> Reply.done()),
                Route.delete("/things/{name}", _ -> new Reply.Accepted("/1.0/operations/1", Map.of("id", "1"))),
                Route.get("/refused", it -> {
                    asked.add(it.rawPath());
                    throw new Refused(new Problem.Taken("Alias \"deb\" already exists"));
                }),
                Route.get("/broken", _ -> {
                    throw new IllegalStateException("secret inner detail");
                }),
                Route.get(
                        "/file",
                        _ -> new Reply.Download(
                                "a.log",
                                10,
                                Instant.EPOCH,
                                Map.of(),
                                () -> new ByteArrayInputStream("0123456789".getBytes()))),
                Route.head(
                        "/file",
                        _ -> new Reply.Download(
                                "a.log",
                                10,
                                Instant.EPOCH,
                                Map.of(),
                                () -> new ByteArrayInputStream("0123456789".getBytes()))),
                Route.post(
                        "/size",
                        it -> Reply.of(Long.toString(it.body().transferTo(java.io.OutputStream.nullOutputStream())))),
                Route.get("/echo", _ -> new Reply.Upgrade(false, this::echo, () -> {})),
                Route.get(
                        "/brief",
                        _ -> new Reply.Upgrade(
                                true,
                                socket -> {
                                    socket.receive();
                                    said.await();
                                },
                                () -> {})));
    }

    private void echo(Socket socket) throws IOException, InterruptedException {
        while (true) {
            switch (socket.receive()) {
                case null -> {
                    closed.complete("closed");
                    return;
                }
                case Socket.Message.Text text -> socket.text(text.text());
                case Socket.Message.Binary binary ->
                    socket.binary(binary.bytes().array(), 0, binary.bytes().remaining());
            }
        }
    }

    @Test
    void answers_in_an_envelope_with_all_keys_in_order_and_a_newline() throws IOException {
        var answer = client.get("/");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.body())
                .isEqualTo("{\"type\":\"sync\",\"status\":\"Success\",\"status_code\":200,\"operation\":\"\","
                        + "\"error_code\":0,\"error\":\"\",\"metadata\":[\"/1.0\"]}\n");
    }

    @Test
    void answers_errors_in_an_envelope_that_browsers_do_not_sniff() throws IOException {
        var answer = client.get("/refused");
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(answer.body())
                .isEqualTo("{\"type\":\"error\",\"status\":\"\",\"status_code\":0,\"operation\":\"\","
                        + "\"error_code\":409,\"error\":\"Alias \\\"deb\\\" already exists\",\"metadata\":null}\n");
    }

    @Test
    void knows_unknown_paths_from_unknown_methods() throws IOException {
        assertThat(client.get("/nowhere").body()).contains("\"error_code\":404,\"error\":\"not found\"");
        assertThat(client.send("PATCH", "/things/a", "{}").body())
                .contains("\"error_code\":501,\"error\":\"not implemented\"");
        assertThat(client.send("BREW", "/things/a", "{}").status()).isEqualTo(501);
    }

    @Test
    void keeps_the_connection_of_a_request_whose_body_nobody_reads() throws Exception {
        try (var kept = client.keep()) {
            for (int turn = 0; turn < 20; turn++) {
                String path = turn % 2 == 0 ? "/things/a" : "/refused";
                kept.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n");
                assertThat(asked.poll(10, TimeUnit.SECONDS)).isEqualTo(path);
                Thread.yield();
                kept.send("null");
                assertThat(kept.receive().status()).isEqualTo(turn % 2 == 0 ? 200 : 409);
            }
        }
    }

    @Test
    @Timeout(20)
    void does_not_wait_for_a_large_body_that_nobody_reads() throws IOException {
        try (var kept = client.keep()) {
            kept.send("GET /refused HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
            assertThat(kept.receive().status()).isEqualTo(409);
        }
    }

    @Test
    void says_where_the_new_thing_is() throws IOException {
        var created = client.send("POST", "/things", "{\"name\":\"a\"}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("location")).isEqualTo("/things/a");
        assertThat(created.body()).contains("\"status_code\":200").contains("\"metadata\":null");
        var begun = client.send("DELETE", "/things/a", "");
        assertThat(begun.status()).isEqualTo(202);
        assertThat(begun.header("location")).isEqualTo("/1.0/operations/1");
        assertThat(begun.body())
                .contains("\"type\":\"async\",\"status\":\"Operation created\",\"status_code\":100,"
                        + "\"operation\":\"/1.0/operations/1\"");
        assertThat(client.send("PUT", "/things/a", "{}").body()).contains("\"metadata\":{}");
        assertThat(client.get("/things/a").header("etag")).isEqualTo("\"abc\"");
    }

    @Test
    void decodes_segments_only_after_routing() throws IOException {
        assertThat(client.get("/things/rx%2Fy%20%C3%A4").metadata().asString()).isEqualTo("rx/y ä");
        assertThat(client.get("/things/a/b").status()).isEqualTo(404);
        assertThat(client.get("/things/..").metadata().asString()).isEqualTo("..");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/things/%zz", "/things/%", "/things/%ff", "/things/%C3", "/things/a%0", "/%2"})
    void refuses_bad_escapes(String path) throws IOException {
        assertThat(client.get(path).status()).isBetween(400, 404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "{",
                "nope",
                "null",
                "[]",
                "{\"name\":1}",
                "{\"name\":true}",
                "{\"name\":[]}",
                "{\"name\":{}}",
                "{\"count\":\"1\"}",
                "{\"count\":1.5}",
                "{\"count\":99999999999}",
                "{\"count\":1e999999}",
                "{\"flag\":\"true\"}",
                "{\"flag\":1}",
                "{\"config\":[]}",
                "{\"config\":{\"a\":1}}",
                "{\"config\":{\"a\":{}}}",
                "{\"names\":\"a\"}",
                "{\"names\":[1]}",
                "{\"name\":\"a\"} trailing",
                "{\"name\":\"a\"",
                "{\"name\":\"\\ud800",
                "{'name':'a'}",
                "{\"name\":\"a\",}",
                "{\"name\":NaN}"
            })
    void refuses_bad_bodies_with_400(String body) throws IOException {
        var answer = client.send("POST", "/things", body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).doesNotContain("berth.", "tools.jackson", "\\n\\tat");
    }

    @Test
    void says_what_is_wrong_with_a_body() throws IOException {
        assertThat(client.send("POST", "/things", "").json().get("error").asString())
                .isEqualTo("EOF");
        assertThat(client.send("POST", "/things", "{\"name\":")
                        .json()
                        .get("error")
                        .asString())
                .isEqualTo("unexpected EOF");
        assertThat(client.send("POST", "/things", "{\"config\":{\"a\":1}}")
                        .json()
                        .get("error")
                        .asString())
                .isEqualTo("Invalid JSON: \"config.a\" has the wrong type");
    }

    @Test
    void refuses_huge_and_deep_bodies() throws IOException {
        String huge = "{\"name\":\"" + "x".repeat(10 << 20) + "\"}";
        assertThat(client.send("POST", "/things", huge).status()).isEqualTo(413);
        String deep = "{\"names\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
        assertThat(client.send("POST", "/things", deep).status()).isEqualTo(400);
        String deepElsewhere = "{\"other\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
        assertThat(client.send("POST", "/things", deepElsewhere).status()).isEqualTo(400);
    }

    @Test
    void refuses_what_is_no_http() throws IOException {
        assertThat(client.raw("nonsense\r\n\r\n".getBytes(StandardCharsets.UTF_8)))
                .startsWith("HTTP/1.1 400");
        assertThat(client.raw(("GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(100_000) + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8)))
                .startsWith("HTTP/1.1 431");
        assertThat(client.raw("GET /things/a\0b HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.UTF_8)))
                .startsWith("HTTP/1.1 400")
                .contains("\"type\":\"error\"");
    }

    @Test
    void does_not_mind_a_host_that_makes_no_sense() throws IOException {
        for (String host : new String[] {"localhost:None", "unix.socket", "localhost"}) {
            assertThat(client.raw(("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8)))
                    .as(host)
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void keeps_inner_details_to_itself() throws IOException {
        var answer = client.get("/broken");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("secret inner detail", "at berth");
    }

    @Test
    void serves_files_in_ranges() throws IOException {
        assertThat(client.get("/file").body()).isEqualTo("0123456789");
        assertThat(client.get("/file").header("content-disposition")).isEqualTo("inline;filename=a.log");
        var some = client.send("GET", "/file", Map.of("Range", "bytes=2-4"), new byte[0]);
        assertThat(some.status()).isEqualTo(206);
        assertThat(some.body()).isEqualTo("234");
        assertThat(some.header("content-range")).isEqualTo("bytes 2-4/10");
        assertThat(client.send("GET", "/file", Map.of("Range", "bytes=-3"), new byte[0])
                        .body())
                .isEqualTo("789");
        assertThat(client.send("GET", "/file", Map.of("Range", "bytes=8-"), new byte[0])
                        .body())
                .isEqualTo("89");
        assertThat(client.send("GET", "/file", Map.of("Range", "bytes=20-"), new byte[0])
                        .status())
                .isEqualTo(416);
        assertThat(client.send("GET", "/file", Map.of("Range", "bytes=nonsense"), new byte[0])
                        .status())
                .isEqualTo(200);
        var head = client.send("HEAD", "/file", Map.of(), new byte[0]);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("content-length")).isEqualTo("10");
    }

    @Test
    void streams_large_bodies() throws IOException {
        byte[] large = new byte[64 << 20];
        assertThat(client.send("POST", "/size", Map.of(), large).metadata().asString())
                .isEqualTo(Integer.toString(large.length));
    }

    @Test
    void speaks_websocket() throws Exception {
        try (var socket = client.websocket("/echo")) {
            socket.text("hello");
            assertThat(socket.receive().text()).isEqualTo("hello");
            socket.text("");
            var empty = socket.receive();
            assertThat(empty.opcode()).isEqualTo(UnixClient.Websocket.TEXT);
            assertThat(empty.bytes()).isEmpty();
            byte[] large = new byte[300_000];
            java.util.Arrays.fill(large, (byte) 7);
            socket.send(UnixClient.Websocket.BINARY, large);
            int received = 0;
            while (received < large.length) {
                var frame = socket.receive();
                assertThat(frame.opcode()).isEqualTo(UnixClient.Websocket.BINARY);
                received += frame.bytes().length;
            }
            assertThat(received).isEqualTo(large.length);
        }
        assertThat(closed.get(5, TimeUnit.SECONDS)).isEqualTo("closed");
    }

    @ParameterizedTest
    @Timeout(30)
    @CsvSource({"1, true", "1, false", "3, true", "3, false"})
    void lets_go_of_a_websocket_that_nobody_listens_to_any_more(int frames, boolean answersTheClose) throws Exception {
        try (var socket = client.websocket("/brief")) {
            for (int at = 0; at < frames; at++) {
                socket.text("");
            }
            said.countDown();
            assertThat(socket.receive().opcode()).isEqualTo(UnixClient.Websocket.CLOSE);
            if (answersTheClose) {
                socket.send(UnixClient.Websocket.CLOSE, new byte[] {3, (byte) 0xe8});
            }
            socket.awaitHangUp();
        }
    }

    @Test
    void refuses_a_plain_request_where_a_websocket_is() throws IOException {
        var answer = client.get("/echo");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("Bad Request\n");
    }

    @Test
    void appears_with_its_mode_and_nothing_beside_it() throws IOException {
        Path socket = dir.resolve("unix.socket");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-rw----");
        try (var files = Files.list(dir)) {
            assertThat(files).containsExactly(socket);
        }
        server.close();
        assertThat(socket).doesNotExist();
    }

    @Test
    void takes_the_place_of_a_stale_socket_but_not_of_a_living_one() throws IOException {
        assertThatThrownBy(() -> new UnixServer(new Router(List.of()), dir.resolve("unix.socket"), null, false))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("Another daemon listens");
        Path stale = dir.resolve("stale");
        try (var left = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            left.bind(java.net.UnixDomainSocketAddress.of(stale));
        }
        new UnixServer(new Router(routes()), stale, null, false).close();
        try (var files = Files.list(dir)) {
            assertThat(files).containsExactly(dir.resolve("unix.socket"));
        }
    }

    @Test
    void refuses_an_unknown_group() {
        assertThatThrownBy(() -> new UnixServer(new Router(List.of()), dir.resolve("other"), "no-such-group", false))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("no group");
    }
}
