package berth.rest;

import static org.assertj.core.api.Assertions.assertThat;

import berth.rest.http.UnixClient.Answer;
import berth.rest.http.UnixClient.Frame;
import berth.rest.http.UnixClient.Websocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SessionTest extends InFurnishedHouse {
    private static final String SESSIONS = "/1.0/berth/sessions";

    @BeforeEach
    void begin() throws IOException {
        house.start("c1");
    }

    private Answer begin(String command, String more) throws IOException {
        return house.client.send(
                "POST",
                SESSIONS,
                "{\"instance\":\"c1\",\"command\":[\"bash\",\"-c\",\"" + command + "\"]" + more + "}");
    }

    private String begun(String command, String more) throws IOException {
        return begin(command, more).metadata().get("id").asString();
    }

    private Websocket attach(String id, String query) throws IOException {
        return house.client.websocket(SESSIONS + "/" + id + "/attach" + query);
    }

    private static void type(Websocket socket, String text) throws IOException {
        socket.send(Websocket.BINARY, text.getBytes(StandardCharsets.UTF_8));
    }

    /** All that is said until so many bytes have come. */
    private static String said(Websocket socket, int length) throws IOException {
        var all = new StringBuilder();
        while (all.length() < length) {
            Frame frame = socket.receive();
            assertThat(frame.opcode()).isEqualTo(Websocket.BINARY);
            all.append(new String(frame.bytes(), StandardCharsets.UTF_8));
        }
        return all.toString();
    }

    private static String end(Websocket socket) throws IOException {
        Frame frame = socket.receive();
        assertThat(frame.opcode()).isEqualTo(Websocket.TEXT);
        return new String(frame.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void goes_on_without_its_viewer_and_says_again_what_was_said() throws Exception {
        String id = begun("echo first; read line; echo got $line; read line; exit 7", "");
        try (var one = attach(id, "")) {
            assertThat(said(one, 6)).isEqualTo("first\n");
            type(one, "x\n");
            assertThat(said(one, 6)).isEqualTo("got x\n");
        } // without a word, as a connection breaks
        try (var again = attach(id, "")) {
            assertThat(said(again, 12)).isEqualTo("first\ngot x\n");
            type(again, "\n");
            assertThat(end(again)).contains("\"event\":\"ended\"").contains("\"return\":7");
        }
        var shown = house.client.get(SESSIONS + "/" + id).metadata();
        assertThat(shown.get("status").asString()).isEqualTo("Ended");
        assertThat(shown.get("return").asInt()).isEqualTo(7);
        try (var late = attach(id, "")) {
            assertThat(said(late, 12)).isEqualTo("first\ngot x\n");
            assertThat(end(late)).contains("\"return\":7");
        }
    }

    @Test
    void has_several_viewers_of_whom_those_may_type_who_asked_to() throws Exception {
        String id = begun("cat", "");
        try (var writer = attach(id, "?width=100&height=40");
                var other = attach(id, "?width=80&height=50");
                var viewer = attach(id, "?mode=view&width=10&height=5")) {
            type(viewer, "no\n");
            type(writer, "one\n");
            for (var each : new Websocket[] {writer, other, viewer}) {
                assertThat(said(each, 4)).isEqualTo("one\n");
            }
            type(other, "two\n");
            for (var each : new Websocket[] {writer, other, viewer}) {
                assertThat(said(each, 4)).isEqualTo("two\n");
            }
            var shown = house.client.get(SESSIONS + "/" + id).metadata();
            assertThat(shown.get("viewers").asInt()).isEqualTo(3);
            assertThat(shown.get("writers").asInt()).isEqualTo(2);
            assertThat(shown.get("width").asInt()).isEqualTo(80);
            assertThat(shown.get("height").asInt()).isEqualTo(40);
        }
        house.client.send("DELETE", SESSIONS + "/" + id, "");
    }

    @Test
    void with_one_writer_gives_the_pen_to_the_last_who_asked() throws Exception {
        String id = begun("cat", ",\"one-writer\":true");
        try (var first = attach(id, "")) {
            type(first, "mine\n");
            assertThat(said(first, 5)).isEqualTo("mine\n");
            try (var second = attach(id, "")) {
                assertThat(said(second, 5)).isEqualTo("mine\n");
                type(first, "lost\n");
                type(second, "kept\n");
                assertThat(said(second, 5)).isEqualTo("kept\n");
                assertThat(said(first, 5)).isEqualTo("kept\n");
            }
        }
        house.client.send("DELETE", SESSIONS + "/" + id, "");
    }

    @Test
    void is_hung_up_on_when_told_to_end_and_then_forgotten() throws Exception {
        String id = begun("echo x; exec sleep 1000", "");
        try (var viewer = attach(id, "")) {
            assertThat(said(viewer, 2)).isEqualTo("x\n");
            assertThat(house.client.send("DELETE", SESSIONS + "/" + id, "").status())
                    .isEqualTo(200);
            assertThat(end(viewer)).contains("ended by a signal");
        }
        assertThat(house.commands.signals).contains(1);
        house.client.send("DELETE", SESSIONS + "/" + id, "");
        assertThat(house.client.get(SESSIONS + "/" + id).status()).isEqualTo(404);
    }

    @Test
    void that_cannot_begin_says_why() throws Exception {
        assertThat(house.client
                        .send("POST", SESSIONS, "{\"instance\":\"nope\",\"command\":[\"x\"]}")
                        .body())
                .contains("Instance not found");
        assertThat(house.client
                        .send("POST", SESSIONS, "{\"instance\":\"c1\",\"command\":[]}")
                        .status())
                .isEqualTo(400);
        assertThat(house.client.get(SESSIONS + "/00000000").body()).contains("Session not found");
        String id = house.client
                .send("POST", SESSIONS, "{\"instance\":\"c1\",\"command\":[\"/nope\"]}")
                .metadata()
                .get("id")
                .asString();
        try (var viewer = attach(id, "")) {
            assertThat(end(viewer)).contains("\"return\":127").contains("Command not found");
        }
    }
}
