package berth.rest;

import static org.assertj.core.api.Assertions.assertThat;

import berth.engine.warning.Warnings;
import berth.model.ProjectName;
import berth.model.WarningKind;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WarningRoutesTest extends InFurnishedHouse {
    private Warnings warnings;

    @BeforeEach
    void begin() throws IOException {
        warnings = house.engine.useCases().warnings();
        warnings.raise(WarningKind.AUTOSTART, new ProjectName("default"), "/1.0/instances/c1", "it did not");
        warnings.raise(WarningKind.APPARMOR, null, "", "none");
    }

    private String one() {
        return "/1.0/warnings/"
                + warnings.list(new ProjectName("default")).getFirst().id();
    }

    @Test
    void shows_a_warning_as_the_peer_does() throws IOException {
        var shown = house.client.get(one()).metadata();
        assertThat(shown.propertyNames())
                .containsExactly(
                        "status",
                        "uuid",
                        "location",
                        "project",
                        "type",
                        "count",
                        "first_seen_at",
                        "last_seen_at",
                        "last_message",
                        "severity",
                        "entity_url");
        assertThat(shown.get("type").asString()).isEqualTo("Failed to autostart instance");
        assertThat(shown.get("severity").asString()).isEqualTo("low");
        assertThat(shown.get("entity_url").asString()).isEqualTo("/1.0/instances/c1");
        assertThat(house.client.get("/1.0/warnings/nope").status()).isEqualTo(404);
    }

    @Test
    void lists_by_project_and_by_filter() throws IOException {
        assertThat(house.client.get("/1.0/warnings").metadata().size()).isEqualTo(2);
        assertThat(house.client.get("/1.0/warnings?project=default").metadata().toString())
                .isEqualTo("[\"" + one() + "\"]");
        assertThat(house.client
                        .get("/1.0/warnings?recursion=1&filter=severity%20eq%20low%20and%20project%20eq%20default")
                        .metadata()
                        .size())
                .isEqualTo(1);
    }

    @Test
    void is_acknowledged_and_made_new_again_but_never_resolved_by_a_client() throws IOException {
        assertThat(house.client
                        .send("PUT", one(), "{\"status\":\"acknowledged\"}")
                        .status())
                .isEqualTo(200);
        assertThat(house.client.get(one()).metadata().get("status").asString()).isEqualTo("acknowledged");
        assertThat(house.client.send("PATCH", one(), "{\"status\":\"new\"}").status())
                .isEqualTo(200);
        var resolved = house.client.send("PUT", one(), "{\"status\":\"resolved\"}");
        assertThat(resolved.status()).isEqualTo(403);
        assertThat(resolved.json().get("error").asString())
                .isEqualTo("Status may only be set to \"acknowledge\" or \"new\"");
        var bad = house.client.send("PUT", one(), "{\"status\":\"bad\"}");
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.json().get("error").asString()).isEqualTo("Invalid warning type \"bad\"");
        assertThat(house.client.get(one()).metadata().get("status").asString()).isEqualTo("new");
    }

    @Test
    void is_deleted() throws IOException {
        String url = one();
        assertThat(house.client.send("DELETE", url, "").status()).isEqualTo(200);
        assertThat(house.client.get(url).status()).isEqualTo(404);
        assertThat(house.client.send("DELETE", url, "").status()).isEqualTo(404);
    }
}
