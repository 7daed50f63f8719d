package berth.rest;

import static org.assertj.core.api.Assertions.assertThat;

import berth.rest.http.UnixClient.Answer;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class VolumesTest extends InFurnishedHouse {
    private static final String ALL = "/1.0/storage-pools/p1/volumes/custom";

    @BeforeEach
    void begin() throws IOException {
        ok(send("POST", ALL, "{\"name\":\"data\",\"description\":\"d\",\"config\":{\"user.x\":\"1\"}}"));
    }

    private Answer send(String method, String path, String json) throws IOException {
        return house.client.send(method, path, json);
    }

    private String metadata(String path) throws IOException {
        return house.client.get(path).metadata().toString();
    }

    private static void ok(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    private void snapshot(String name) throws IOException {
        house.done(send("POST", ALL + "/data/snapshots", "{\"name\":\"" + name + "\"}"));
    }

    @Test
    void shows_a_volume_as_the_peer_does() throws IOException {
        var shown = house.client.get(ALL + "/data").metadata();
        assertThat(shown.propertyNames())
                .containsExactly(
                        "config",
                        "description",
                        "name",
                        "type",
                        "used_by",
                        "location",
                        "content_type",
                        "project",
                        "created_at");
        assertThat(shown.get("content_type").asString()).isEqualTo("filesystem");
        assertThat(metadata(ALL)).isEqualTo("[\"" + ALL + "/data\"]");
        assertThat(metadata(ALL + "/data/state")).isEqualTo("{\"usage\":{\"total\":0}}");
    }

    @Test
    void a_list_has_snapshots_among_its_volumes() throws IOException {
        snapshot("s1");
        assertThat(metadata(ALL)).isEqualTo("[\"" + ALL + "/data\",\"" + ALL + "/data/snapshots/s1\"]");
        assertThat(house.client
                        .get(ALL + "?recursion=1")
                        .metadata()
                        .get(1)
                        .get("name")
                        .asString())
                .isEqualTo("data/s1");
        assertThat(house.client
                        .get(ALL + "?recursion=1&filter=name%20eq%20data")
                        .metadata()
                        .size())
                .isEqualTo(1);
    }

    @Test
    void a_list_of_snapshots_has_rows_as_the_peers() throws IOException {
        snapshot("s1");
        var row =
                house.client.get(ALL + "/data/snapshots?recursion=1").metadata().get(0);
        assertThat(row.get("name").asString()).isEqualTo("data/s1");
        assertThat(row.get("expires_at").isNull()).isTrue();
    }

    @Test
    void is_changed_as_a_whole_or_in_part() throws IOException {
        ok(send("PATCH", ALL + "/data", "{\"config\":{\"user.y\":\"2\"}}"));
        assertThat(metadata(ALL + "/data")).contains("\"user.x\":\"1\",\"user.y\":\"2\"", "\"description\":\"d\"");
        ok(send("PUT", ALL + "/data", "{\"config\":{\"user.z\":\"3\"}}"));
        assertThat(metadata(ALL + "/data")).contains("{\"user.z\":\"3\"}", "\"description\":\"\"");
    }

    @Test
    void is_renamed_with_its_snapshots_and_deleted() throws IOException {
        snapshot("s1");
        var renamed = send("POST", ALL + "/data", "{\"name\":\"other\"}");
        assertThat(renamed.status()).isEqualTo(201);
        assertThat(renamed.header("location")).isEqualTo(ALL + "/other");
        assertThat(metadata(ALL + "/other/snapshots")).isEqualTo("[\"" + ALL + "/other/snapshots/s1\"]");
        ok(send("DELETE", ALL + "/other", ""));
        assertThat(metadata(ALL)).isEqualTo("[]");
    }

    @Test
    void snapshots_are_taken_described_renamed_restored_and_deleted() throws IOException {
        house.done(send("POST", ALL + "/data/snapshots", "{}"));
        String one = ALL + "/data/snapshots/snap0";
        assertThat(house.client.get(one).metadata().propertyNames())
                .containsExactly("description", "expires_at", "name", "config", "content_type", "created_at");
        ok(send("PUT", one, "{\"description\":\"x\",\"expires_at\":\"2030-01-01T00:00:00Z\"}"));
        assertThat(metadata(one)).contains("\"description\":\"x\"", "2030-01-01T00:00:00Z");
        house.done(send("POST", one, "{\"name\":\"s9\"}"));
        ok(send("PATCH", ALL + "/data", "{\"config\":{\"user.x\":\"later\"}}"));
        ok(send("PUT", ALL + "/data", "{\"restore\":\"s9\"}"));
        assertThat(metadata(ALL + "/data")).contains("\"user.x\":\"1\"");
        house.done(send("DELETE", ALL + "/data/snapshots/s9", ""));
        assertThat(metadata(ALL + "/data/snapshots")).isEqualTo("[]");
    }

    @Test
    void is_copied_with_its_snapshots_or_without() throws IOException {
        snapshot("s1");
        String source = "\"source\":{\"type\":\"copy\",\"name\":\"data\",\"pool\":\"p1\"";
        house.done(send("POST", ALL, "{\"name\":\"both\"," + source + "}}"));
        house.done(send("POST", ALL, "{\"name\":\"alone\"," + source + ",\"volume_only\":true}}"));
        assertThat(metadata(ALL + "/both/snapshots")).contains("/both/snapshots/s1");
        assertThat(metadata(ALL + "/alone/snapshots")).isEqualTo("[]");
    }

    @Test
    void is_moved_to_another_pool_with_its_snapshots() throws IOException {
        send("POST", "/1.0/storage-pools", "{\"name\":\"p2\",\"driver\":\"fake\"}");
        snapshot("s1");
        String move = "{\"name\":\"there\",\"pool\":\"p2\"}";
        house.done(send("POST", ALL + "/data", move));
        assertThat(metadata(ALL)).isEqualTo("[]");
        String there = "/1.0/storage-pools/p2/volumes/custom";
        assertThat(metadata(there)).isEqualTo("[\"" + there + "/there\",\"" + there + "/there/snapshots/s1\"]");
    }

    @Test
    void keys_that_the_pool_names_for_its_volumes_hold_for_new_ones() throws IOException {
        send(
                "POST",
                "/1.0/storage-pools",
                "{\"name\":\"p3\",\"driver\":\"fake\",\"config\":{\"volume.size\":\"7MiB\"}}");
        ok(send("POST", "/1.0/storage-pools/p3/volumes/custom", "{\"name\":\"v\"}"));
        assertThat(metadata("/1.0/storage-pools/p3/volumes/custom/v")).contains("\"size\":\"7MiB\"");
        assertThat(metadata("/1.0/storage-pools/p3/volumes/custom/v/state"))
                .isEqualTo("{\"usage\":{\"total\":7340032}}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        POST   | /volumes | {"name":"x","type":"container"} | 400 | Currently not allowed to create storage volumes of type "container"
        POST   | /volumes | {"name":"x"}                    | 400 | You must provide a storage volume type of the storage volume
        POST   | /volumes/custom | {"name":""}              | 400 | No name provided
        POST   | /volumes/custom | {"name":"a/b"}           | 400 | Storage volume names may not contain slashes: "a/b"
        POST   | /volumes/custom | {"name":"data"}          | 409 | Volume by that name already exists
        POST   | /volumes/custom | {"name":"x","config":{"nope":"1"}} | 400 | Invalid option for volume "default_x" option "nope"
        POST   | /volumes/custom | {"name":"x","content_type":"nope"} | 400 | Invalid volume content type name
        GET    | /volumes/custom/nope |  | 404 | Storage pool volume not found
        POST   | /volumes/custom/nope | {"name":"x"} | 404 | Storage pool volume not found
        POST   | /volumes/custom/data | {"name":"data"} | 409 | Volume by that name already exists
        POST   | /volumes/custom/data/snapshots | {"name":"s1"} | 409 | Snapshot "s1" already in use
        PUT    | /volumes/custom/data | {"restore":"nope"} | 404 | Snapshot not found
        DELETE | /volumes/custom/data/snapshots/nope | | 404 | Storage pool volume not found
        DELETE | /volumes/container/c1 | | 400 | Storage volumes of type "container" cannot be deleted with the storage API
        """)
    void refuses_what_cannot_be_in_the_words_of_the_peer(
            String method, String path, String body, int status, String error) throws IOException {
        snapshot("s1");
        String before = metadata("/1.0/storage-pools/p1/volumes?recursion=1");
        var answer = send(method, "/1.0/storage-pools/p1" + path, body == null ? "" : body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.json().get("error").asString()).isEqualTo(error);
        assertThat(metadata("/1.0/storage-pools/p1/volumes?recursion=1")).isEqualTo(before);
    }
}
