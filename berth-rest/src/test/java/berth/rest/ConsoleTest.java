package berth.rest;

import static org.assertj.core.api.Assertions.assertThat;

import berth.rest.http.UnixClient.Answer;
import berth.rest.http.UnixClient.Websocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@SuppressWarnings("try") // some sockets need only be open
class ConsoleTest {
    private static final String CONSOLE = "/1.0/instances/c1/console";

    @TempDir
    Path dir;

    private House house;

    @BeforeEach
    void open() throws IOException {
        house = new House(dir).furnished();
        house.start("c1");
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Answer attach(String body) throws IOException {
        return house.client.send("POST", CONSOLE, body);
    }

    private Websocket socket(Answer begun, String fd) throws IOException {
        var operation = begun.metadata();
        return house.client.websocket("/1.0/operations/" + operation.get("id").asString() + "/websocket?secret="
                + operation.get("metadata").get("fds").get(fd).asString());
    }

    private static String said(Websocket socket) throws IOException {
        return new String(socket.receive().bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void carries_keys_there_and_output_back_until_its_client_lets_go() throws Exception {
        var begun = attach("{\"width\":100,\"height\":40}");
        assertThat(begun.metadata().get("description").asString()).isEqualTo("Showing console");
        try (var bytes = socket(begun, "0")) {
            try (var control = socket(begun, "control")) {
                bytes.send(Websocket.BINARY, "hello\n".getBytes(StandardCharsets.UTF_8));
                assertThat(said(bytes)).isEqualTo("hello\n");
                control.text("{\"command\":\"window-resize\",\"args\":{\"width\":\"77\",\"height\":\"33\"}}");
            }
            assertThat(said(bytes)).isEqualTo("\n\r");
        }
        house.done(begun);
        assertThat(house.commands.sizes).containsExactly("100x40", "77x33");
    }

    @Test
    void tells_a_second_client_that_it_is_taken_and_lets_in_a_third() throws Exception {
        var first = attach("{}");
        var second = attach("{}");
        try (var bytes = socket(first, "0");
                var control = socket(first, "control")) {
            bytes.send(Websocket.BINARY, "x\n".getBytes(StandardCharsets.UTF_8));
            assertThat(said(bytes)).isEqualTo("x\n");
            try (var refused = socket(second, "0");
                    var its = socket(second, "control")) {
                assertThat(said(refused)).startsWith("Error: Somebody else is attached to the console of c1");
                assertThat(its.receive().opcode()).isEqualTo(Websocket.CLOSE);
            }
        }
        house.done(first);
        var third = attach("{}");
        try (var bytes = socket(third, "0");
                var control = socket(third, "control")) {
            bytes.send(Websocket.BINARY, "y\n".getBytes(StandardCharsets.UTF_8));
            assertThat(said(bytes)).isEqualTo("y\n");
        }
    }

    @Test
    void shows_and_forgets_what_was_said() throws Exception {
        Files.writeString(dir.resolve("logs/console.log"), "booted\n");
        assertThat(house.client.get(CONSOLE).body()).isEqualTo("booted\n");
        assertThat(house.client.send("DELETE", CONSOLE, "").status()).isEqualTo(200);
        assertThat(house.client.get(CONSOLE).body()).isEmpty();
    }

    @Test
    void is_refused_for_screens_and_for_what_does_not_run() throws Exception {
        assertThat(attach("{\"type\":\"vga\"}").body()).contains("VGA console is only supported by virtual machines");
        assertThat(attach("{\"type\":\"x\"}").status()).isEqualTo(400);
        house.done(house.client.send("PUT", "/1.0/instances/c1/state", "{\"action\":\"freeze\"}"));
        assertThat(attach("{}").body()).contains("Instance is frozen");
    }
}
