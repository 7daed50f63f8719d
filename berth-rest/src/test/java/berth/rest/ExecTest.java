package berth.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.rest.http.UnixClient.Answer;
import berth.rest.http.UnixClient.Frame;
import berth.rest.http.UnixClient.Websocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@SuppressWarnings("try") // some sockets need only be open
class ExecTest extends InFurnishedHouse {
    @BeforeEach
    void begin() throws IOException {
        house.start("c1");
    }

    private Answer exec(String command, String more) throws IOException {
        return house.client.send(
                "POST", "/1.0/instances/c1/exec", "{\"command\":[\"bash\",\"-c\",\"" + command + "\"]" + more + "}");
    }

    private Answer attached(String command) throws IOException {
        return exec(command, ",\"wait-for-websocket\":true");
    }

    /** All bytes up to the empty text frame that ends a stream; whatever the text, an end it must have. */
    private static byte[] all(Websocket socket) throws IOException {
        var bytes = new ByteArrayOutputStream();
        while (true) {
            Frame frame = socket.receive();
            switch (frame.opcode()) {
                case Websocket.BINARY -> bytes.writeBytes(frame.bytes());
                case Websocket.TEXT -> {
                    assertThat(frame.bytes()).isEmpty();
                    return bytes.toByteArray();
                }
                default -> throw new AssertionError("the stream ended without its empty text frame");
            }
        }
    }

    @Test
    void keeps_output_and_errors_apart_and_tells_the_exit_code() throws Exception {
        var begun = attached("echo out; echo err >&2; exit 7");
        try (var control = house.socket(begun, "control");
                var in = house.socket(begun, "0");
                var out = house.socket(begun, "1");
                var err = house.socket(begun, "2")) {
            in.text("");
            assertThat(new String(all(out), StandardCharsets.UTF_8)).isEqualTo("out\n");
            assertThat(new String(all(err), StandardCharsets.UTF_8)).isEqualTo("err\n");
            assertThat(control.receive().opcode()).isEqualTo(Websocket.CLOSE);
            var end = house.done(begun);
            assertThat(end.get("metadata").get("return").asInt()).isEqualTo(7);
            assertThat(end.get("class").asString()).isEqualTo("websocket");
        }
    }

    @Test
    void works_without_a_control_socket_as_old_clients_do() throws Exception {
        var begun = attached("cat");
        try (var in = house.socket(begun, "0");
                var out = house.socket(begun, "1");
                var err = house.socket(begun, "2")) {
            in.send(Websocket.BINARY, "hello".getBytes(StandardCharsets.UTF_8));
            in.text("");
            assertThat(new String(all(out), StandardCharsets.UTF_8)).isEqualTo("hello");
            assertThat(all(err)).isEmpty();
            assertThat(house.done(begun).get("metadata").get("return").asInt()).isZero();
        }
    }

    @Test
    void carries_64_mb_byte_for_byte_to_a_reader_that_is_slow() throws Exception {
        var begun = attached("head -c 67108864 /dev/urandom | tee >(sha256sum >&2)");
        try (var control = house.socket(begun, "control");
                var in = house.socket(begun, "0");
                var out = house.socket(begun, "1");
                var err = house.socket(begun, "2")) {
            in.text("");
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            long size = 0;
            for (Frame frame = out.receive(); frame.opcode() == Websocket.BINARY; frame = out.receive()) {
                digest.update(frame.bytes());
                size += frame.bytes().length;
                if (size % (8 << 20) < frame.bytes().length) {
                    TimeUnit.MILLISECONDS.sleep(50);
                }
            }
            assertThat(size).isEqualTo(64 << 20);
            assertThat(new String(all(err), StandardCharsets.UTF_8))
                    .startsWith(HexFormat.of().formatHex(digest.digest()));
        }
        house.done(begun);
    }

    @Test
    void carries_input_byte_for_byte() throws Exception {
        byte[] input = new byte[16 << 20];
        new java.util.Random(1).nextBytes(input);
        var begun = attached("sha256sum");
        try (var in = house.socket(begun, "0");
                var out = house.socket(begun, "1");
                var err = house.socket(begun, "2")) {
            for (int at = 0; at < input.length; at += 1 << 20) {
                in.send(Websocket.BINARY, java.util.Arrays.copyOfRange(input, at, at + (1 << 20)));
            }
            in.text("");
            String hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(input));
            assertThat(new String(all(out), StandardCharsets.UTF_8)).startsWith(hash);
        }
    }

    @Test
    void takes_signals_and_sizes_by_the_control_socket() throws Exception {
        var begun =
                exec("exec sleep 60", ",\"wait-for-websocket\":true,\"interactive\":true,\"width\":80,\"height\":25");
        assertThat(begun.metadata().get("metadata").get("fds").properties()).hasSize(2);
        try (var control = house.socket(begun, "control");
                var tty = house.socket(begun, "0")) {
            control.text("{\"command\":\"window-resize\",\"args\":{\"width\":\"100\",\"height\":\"40\"}}");
            control.text("not json at all");
            control.send(Websocket.BINARY, "{\"command\":\"signal\",\"signal\":15}".getBytes(StandardCharsets.UTF_8));
            assertThat(all(tty)).isEmpty();
            tty.text("");
            assertThat(house.done(begun).get("metadata").get("return").asInt()).isEqualTo(143);
        }
        assertThat(house.commands.sizes).containsExactly("100x40");
        assertThat(house.commands.signals).containsExactly(15);
    }

    @Test
    void kills_the_command_when_its_client_is_gone() throws Exception {
        var begun = attached("exec sleep 60");
        try (var in = house.socket(begun, "0");
                var out = house.socket(begun, "1");
                var err = house.socket(begun, "2")) {
            house.socket(begun, "control").close();
            assertThat(house.done(begun).get("metadata").get("return").asInt()).isEqualTo(137);
        }
        var old = attached("exec sleep 60");
        house.socket(old, "0");
        house.socket(old, "2");
        house.socket(old, "1").close();
        assertThat(house.done(old).get("metadata").get("return").asInt()).isEqualTo(137);
    }

    @Test
    void refuses_a_secret_that_is_wrong_missing_or_used() throws Exception {
        var begun = attached("cat");
        String path = "/1.0/operations/" + begun.metadata().get("id").asString() + "/websocket";
        try (var in = house.socket(begun, "0");
                var out = house.socket(begun, "1");
                var err = house.socket(begun, "2")) {
            assertThatThrownBy(() -> house.socket(begun, "0")).hasMessageContaining("403");
            assertThatThrownBy(() -> house.client.websocket(path)).hasMessageContaining("missing secret");
            assertThatThrownBy(() -> house.client.websocket(path + "?secret=00"))
                    .hasMessageContaining("403");
            in.text("");
            all(out);
        }
        house.done(begun);
        assertThatThrownBy(() -> house.socket(begun, "control")).hasMessageContaining("403");
    }

    @Test
    void shows_its_secrets_to_nobody_else() throws Exception {
        try (var events = house.client.websocket("/1.0/events")) {
            var begun = attached("true");
            String secrets = begun.metadata().get("metadata").get("fds").toString();
            assertThat(secrets).contains("control");
            try (var in = house.socket(begun, "0");
                    var out = house.socket(begun, "1");
                    var err = house.socket(begun, "2")) {
                String list = house.client.get("/1.0/operations?recursion=1").body();
                String shown = house.client.get(begun.header("location")).body();
                in.text("");
                all(out);
                house.done(begun);
                var seen = new StringBuilder(list).append(shown);
                String frame = "";
                while (!frame.contains("\"status\":\"Success\"")) {
                    frame = events.receive().text();
                    seen.append(frame);
                }
                for (var secret : begun.metadata().get("metadata").get("fds").properties()) {
                    assertThat(seen.toString()).doesNotContain(secret.getValue().asString());
                }
            }
        }
    }

    @Test
    void gives_up_when_nobody_connects() throws Exception {
        var begun = attached("touch " + dir.resolve("ran"));
        var end = house.follow(begun);
        assertThat(end.get("err").asString()).isEqualTo("Timed out waiting for websockets to connect");
        assertThat(dir.resolve("ran")).doesNotExist();
    }

    @Test
    void records_output_when_asked() throws Exception {
        var end = house.done(exec("echo out; echo err >&2", ",\"record-output\":true"));
        assertThat(end.get("metadata").get("return").asInt()).isZero();
        String url = end.get("metadata").get("output").get("1").asString();
        assertThat(house.client.get(url).body()).isEqualTo("out\n");
        assertThat(house.client
                        .get(end.get("metadata").get("output").get("2").asString())
                        .body())
                .isEqualTo("err\n");
        assertThat(house.client.get("/1.0/instances/c1/logs").body()).contains(url);
        assertThat(house.client.send("DELETE", url, "").status()).isEqualTo(200);
        assertThat(house.client.get(url).status()).isEqualTo(404);
    }

    @Test
    void tells_why_a_command_did_not_start() throws Exception {
        var begun = house.client.send("POST", "/1.0/instances/c1/exec", "{\"command\":[\"/no/such/thing\"]}");
        var end = house.follow(begun);
        assertThat(end.get("status").asString()).isEqualTo("Failure");
        assertThat(end.get("err").asString()).isEqualTo("Command not found");
        assertThat(end.get("metadata").get("return").asInt()).isEqualTo(127);
    }

    @Test
    void goes_on_while_somebody_holds_the_streams(@TempDir Path directory) throws Exception {
        Path last = directory.resolve("last");
        // The shell ends when its input does: somebody reads its streams by then, which Java closes with the process
        // else.
        var begun = attached("(sleep 1; touch " + last + ") & echo now; cat");
        try (var in = house.socket(begun, "0");
                var out = house.socket(begun, "1");
                var err = house.socket(begun, "2")) {
            assertThat(new String(out.receive().bytes(), StandardCharsets.UTF_8))
                    .isEqualTo("now\n");
            in.text("");
            assertThat(house.client
                            .get(begun.header("location"))
                            .metadata()
                            .get("status")
                            .asString())
                    .isEqualTo("Running");
            assertThat(all(out)).isEmpty();
            assertThat(last).exists();
        }
        house.done(begun);
    }

    @Test
    void runs_many_commands_at_a_time() throws Exception {
        var all = new java.util.ArrayList<CompletableFuture<String>>();
        for (int i = 0; i < 40; i++) {
            int n = i;
            all.add(CompletableFuture.supplyAsync(() -> {
                try {
                    var begun = attached("echo " + n);
                    try (var in = house.socket(begun, "0");
                            var out = house.socket(begun, "1");
                            var err = house.socket(begun, "2")) {
                        in.text("");
                        return new String(all(out), StandardCharsets.UTF_8).strip();
                    }
                } catch (IOException failure) {
                    throw new java.io.UncheckedIOException(failure);
                }
            }));
        }
        for (int i = 0; i < 40; i++) {
            assertThat(all.get(i).get()).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void refuses_what_is_no_command() throws Exception {
        for (String body : new String[] {
            "{}",
            "{\"command\":null}",
            "{\"command\":[]}",
            "{\"command\":\"ls\"}",
            "{\"command\":[null]}",
            "{\"command\":[1]}",
            "{\"command\":[\"a\\u0000b\"]}",
            "{\"command\":[\"ls\"],\"environment\":{\"A=B\":\"c\"}}",
            "{\"command\":[\"ls\"],\"environment\":{\"A\":\"c\\u0000\"}}",
            "{\"command\":[\"ls\"],\"user\":-1}",
            "{\"command\":[\"ls\"],\"user\":4294967296}",
            "{\"command\":[\"ls\"],\"width\":\"80\"}"
        }) {
            assertThat(house.client.send("POST", "/1.0/instances/c1/exec", body).status())
                    .as(body)
                    .isEqualTo(400);
        }
    }
}
