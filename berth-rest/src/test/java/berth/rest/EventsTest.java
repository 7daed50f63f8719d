package berth.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.engine.event.Event;
import berth.rest.http.UnixClient.Websocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class EventsTest extends InFurnishedHouse {
    private void tell(int number) {
        house.engine.useCases().events().tell(null, new Event.Logging("line " + number, "info", Map.of()));
    }

    private static JsonNode next(Websocket socket) throws IOException {
        return JsonMapper.shared().readTree(socket.receive().bytes());
    }

    @Test
    void tells_operations_and_lifecycles_in_order() throws IOException {
        try (var socket = house.client.websocket("/1.0/events?type=operation,lifecycle")) {
            house.start("c1");
            List<String> seen = new ArrayList<>();
            while (!seen.contains("Success")) {
                JsonNode event = next(socket);
                assertThat(event.get("location").asString()).isEqualTo("none");
                assertThat(event.get("project").asString()).isEqualTo("default");
                JsonNode metadata = event.get("metadata");
                seen.add(
                        event.get("type").asString().equals("operation")
                                ? metadata.get("status").asString()
                                : metadata.get("action").asString());
            }
            assertThat(seen).containsSubsequence("Pending", "Running", "instance-started", "Success");
        }
    }

    @Test
    void misses_nothing_that_happens_after_the_upgrade() throws IOException {
        for (int round = 0; round < 50; round++) {
            try (var socket = house.client.websocket("/1.0/events?type=logging")) {
                tell(round);
                assertThat(next(socket).get("metadata").get("message").asString())
                        .isEqualTo("line " + round);
            }
        }
    }

    @Test
    void keeps_the_order_of_thousands() throws IOException {
        try (var socket = house.client.websocket("/1.0/events?type=logging")) {
            Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 5000; i++) {
                    tell(i);
                }
            });
            for (int i = 0; i < 5000; i++) {
                assertThat(next(socket).get("metadata").get("message").asString())
                        .isEqualTo("line " + i);
            }
        }
    }

    @Test
    void tells_only_what_was_asked_for() throws IOException {
        try (var socket = house.client.websocket("/1.0/events?type=lifecycle")) {
            tell(1);
            house.client.send("POST", "/1.0/profiles", "{\"name\":\"p\"}");
            JsonNode event = next(socket);
            assertThat(event.get("type").asString()).isEqualTo("lifecycle");
            assertThat(event.get("metadata").toString())
                    .isEqualTo("{\"action\":\"profile-created\",\"source\":\"/1.0/profiles/p\"}");
        }
        try (var other = house.client.websocket("/1.0/events?project=other")) {
            house.client.send("POST", "/1.0/profiles", "{\"name\":\"q\"}");
            tell(2);
            assertThat(next(other).get("type").asString()).isEqualTo("logging");
        }
        assertThatThrownBy(() -> house.client.websocket("/1.0/events?type=bogus"))
                .hasMessageContaining("isn't a supported event type");
    }

    @Test
    void lets_go_of_readers_that_do_not_read_and_disturbs_nobody() throws Exception {
        var deaf = new ArrayList<Websocket>();
        for (int i = 0; i < 100; i++) {
            deaf.add(house.client.websocket("/1.0/events?type=logging"));
        }
        try (var attentive = house.client.websocket("/1.0/events?type=lifecycle")) {
            String long1k = "x".repeat(1000);
            for (int i = 0; i < 20_000; i++) {
                house.engine.useCases().events().tell(null, new Event.Logging(long1k, "info", Map.of()));
            }
            house.client.send("POST", "/1.0/profiles", "{\"name\":\"p\"}");
            assertThat(next(attentive).get("type").asString()).isEqualTo("lifecycle");
        }
        int cut = 0;
        for (Websocket socket : deaf) {
            int frames = 0;
            while (socket.receive().opcode() == Websocket.TEXT) {
                frames++;
            }
            cut += frames < 20_000 ? 1 : 0;
            socket.close();
        }
        assertThat(cut).isEqualTo(100);
    }
}
