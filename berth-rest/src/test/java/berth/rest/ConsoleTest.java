package berth.rest;

import static org.assertj.core.api.Assertions.assertThat;

import berth.rest.http.UnixClient.Answer;
import berth.rest.http.UnixClient.Websocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("try") // some sockets need only be open
class ConsoleTest extends InFurnishedHouse {
    private static final String CONSOLE = "/1.0/instances/c1/console";

    @BeforeEach
    void begin() throws IOException {
        house.start("c1");
    }

    private Answer attach(String body) throws IOException {
        return house.client.send("POST", CONSOLE, body);
    }

    private static String said(Websocket socket) throws IOException {
        return new String(socket.receive().bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void carries_keys_there_and_output_back_until_its_client_lets_go() throws Exception {
        var begun = attach("{\"width\":100,\"height\":40}");
        assertThat(begun.metadata().get("description").asString()).isEqualTo("Showing console");
        try (var bytes = house.socket(begun, "0")) {
            try (var control = house.socket(begun, "control")) {
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
        try (var bytes = house.socket(first, "0");
                var control = house.socket(first, "control")) {
            bytes.send(Websocket.BINARY, "x\n".getBytes(StandardCharsets.UTF_8));
            assertThat(said(bytes)).isEqualTo("x\n");
            try (var refused = house.socket(second, "0");
                    var its = house.socket(second, "control")) {
                assertThat(said(refused)).startsWith("Error: Somebody else is attached to the console of c1");
                assertThat(its.receive().opcode()).isEqualTo(Websocket.CLOSE);
            }
        }
        house.done(first);
        var third = attach("{}");
        try (var bytes = house.socket(third, "0");
                var control = house.socket(third, "control")) {
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
