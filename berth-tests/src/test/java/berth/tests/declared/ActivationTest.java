package berth.tests.declared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import berth.tests.http.Answer;
import berth.tests.http.Api;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every rule of the activation table that a container can meet, carried out on guests that run: what the plan says of the key,
 * whether the first process is still the same one, that no data is lost, and that the change is there. One line a rule.
 */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ActivationTest {
    private static final String UPTIME = "cut -d' ' -f22 /proc/1/stat";

    /** What the table has for virtual machines and for systems built by Nix. */
    private static final List<String> OF_OTHERS = List.of("A2", "A7", "A34", "A41", "A47");

    private Daemon daemon;
    private Api api;
    private Path shared;
    private final Map<String, Object> site = new LinkedHashMap<>();

    /**
     * One edit of the site and what comes of it.
     *
     * @param object as {@code kind:name}
     * @param key as plans show it
     * @param path of the site's file, parts divided by {@code |}
     * @param before null for not said
     * @param after null for not said
     * @param probe a line of shell that is run in the guest, or after {@code host:} on the host
     * @param expected what it prints then, in part
     */
    private record Row(
            String rule,
            String verdict,
            String object,
            String key,
            String path,
            @Nullable Object before,
            @Nullable Object after,
            String probe,
            String expected) {}

    private static Map<String, Object> nic(String name, String... more) {
        var nic = new TreeMap<String, Object>(Map.of("type", "nic", "network", "br0", "name", name));
        for (int i = 0; i < more.length; i += 2) {
            nic.put(more[i], more[i + 1]);
        }
        return nic;
    }

    private Map<String, Object> disk(String folder, String path) {
        return Map.of("type", "disk", "source", shared.resolve(folder).toString(), "path", path);
    }

    private static Map<String, Object> file(String content) {
        return Map.of("content", content);
    }

    private static final String LIVE = "instances|live|";
    private static final String PAIR = "instances|pair|";
    private static final String ON_LIVE = "instance:live";
    private static final String ON_PAIR = "instance:pair";

    /** Changes that no guest is stopped for. */
    private List<Row> gentle() {
        String config = LIVE + "config|";
        String devices = LIVE + "devices|";
        return List.of(
                new Row(
                        "A1",
                        "live",
                        ON_LIVE,
                        "files./etc/note",
                        LIVE + "guest|files|/etc/note",
                        file("one"),
                        file("two"),
                        "cat /etc/note",
                        "two"),
                new Row(
                        "A1",
                        "reload",
                        ON_PAIR,
                        "files./etc/note",
                        PAIR + "guest|files|/etc/note",
                        file("one"),
                        file("two"),
                        "cat /etc/taken",
                        "two"),
                new Row(
                        "A3",
                        "live",
                        ON_LIVE,
                        "limits.memory",
                        LIVE + "memory",
                        "64MiB",
                        "96MiB",
                        "host:limits.memory",
                        "96MiB"),
                new Row(
                        "A4",
                        "live",
                        ON_PAIR,
                        "limits.memory",
                        PAIR + "memory",
                        "96MiB",
                        "64MiB",
                        "host:limits.memory",
                        "64MiB"),
                new Row("A5", "live", ON_LIVE, "limits.cpu", LIVE + "cpus", null, "1", "host:limits.cpu", "1"),
                new Row(
                        "A6",
                        "live",
                        ON_LIVE,
                        "limits.processes",
                        config + "limits.processes",
                        null,
                        "100",
                        "host:limits.processes",
                        "100"),
                new Row("A8", "live", ON_LIVE, "devices.root.size", devices + "root|size", "100MiB", "150MiB", "", ""),
                new Row(
                        "A10",
                        "live",
                        ON_LIVE,
                        "devices.more",
                        devices + "more",
                        null,
                        disk("a", "/more"),
                        "cat /more/x",
                        "in a"),
                new Row(
                        "A11",
                        "live",
                        ON_LIVE,
                        "devices.less",
                        devices + "less",
                        disk("a", "/less"),
                        null,
                        "ls /less | wc -l",
                        "0"),
                new Row(
                        "A11",
                        "live",
                        ON_PAIR,
                        "devices.data.source",
                        PAIR + "devices|data",
                        disk("a", "/data"),
                        disk("b", "/data"),
                        "cat /data/x",
                        "in b"),
                new Row(
                        "A13",
                        "live",
                        ON_LIVE,
                        "devices.eth5",
                        devices + "eth5",
                        null,
                        nic("eth5"),
                        "ls /sys/class/net",
                        "eth5"),
                new Row(
                        "A13",
                        "live",
                        ON_LIVE,
                        "devices.eth6",
                        devices + "eth6",
                        nic("eth6"),
                        null,
                        "test -e /sys/class/net/eth6 || echo gone",
                        "gone"),
                new Row(
                        "A14",
                        "live",
                        ON_LIVE,
                        "devices.eth1.security.mac_filtering",
                        devices + "eth1",
                        nic("eth1"),
                        nic("eth1", "security.mac_filtering", "true"),
                        "host:nft list table bridge berth-cards",
                        "drop"),
                new Row(
                        "A15",
                        "live",
                        ON_LIVE,
                        "devices.eth2.ipv4.address",
                        devices + "eth2",
                        nic("eth2"),
                        nic("eth2", "ipv4.address", "10.77.0.200"),
                        "udhcpc -i eth2 -n -q -s /etc/udhcpc/script; ip addr show eth2",
                        "10.77.0.200"),
                new Row(
                        "A16",
                        "live",
                        ON_PAIR,
                        "devices.host0.ipv4.address",
                        PAIR + "network|v4|static|containerPool",
                        List.of("10.88.0.2/24"),
                        List.of("10.88.0.3/24"),
                        "ip addr show host0",
                        "10.88.0.3/24"),
                new Row(
                        "A17",
                        "live",
                        ON_PAIR,
                        "devices.host0.ipv4.host_address",
                        PAIR + "network|v4|static|hostAddresses",
                        List.of("10.88.0.1/24"),
                        List.of("10.88.0.9/24"),
                        "host:ip addr show ve-pair",
                        "10.88.0.9/24"),
                new Row(
                        "A17",
                        "live",
                        "network:br0",
                        "ipv4.nat",
                        "networks|br0|config|ipv4.nat",
                        "false",
                        "true",
                        "host:nft list table inet berth-br0",
                        "masquerade"),
                new Row(
                        "A18",
                        "live",
                        ON_LIVE,
                        "devices.eth3.hwaddr",
                        devices + "eth3",
                        nic("eth3"),
                        nic("eth3", "hwaddr", "00:16:3e:01:02:03"),
                        "cat /sys/class/net/eth3/address",
                        "00:16:3e:01:02:03"),
                new Row(
                        "A20",
                        "live",
                        ON_LIVE,
                        "devices.port-tcp-8088",
                        LIVE + "forwardPorts",
                        null,
                        List.of(Map.of("hostPort", 8088, "containerPort", 80)),
                        "host:ss -ltn",
                        ":8088"),
                new Row(
                        "A21",
                        "live",
                        "network:br0",
                        "dns.domain",
                        "networks|br0|config|dns.domain",
                        null,
                        "inner",
                        "host:busybox nslookup live.inner 10.77.0.1",
                        "live.inner"),
                new Row(
                        "A25",
                        "live",
                        ON_LIVE,
                        "devices.mine",
                        devices + "mine",
                        null,
                        Map.of("type", "unix-char", "source", "/dev/null", "path", "/dev/mine"),
                        "test -c /dev/mine && echo there",
                        "there"),
                new Row(
                        "A26",
                        "pending",
                        ON_LIVE,
                        "environment.WORD",
                        config + "environment.WORD",
                        null,
                        "spoken",
                        "echo $WORD",
                        "spoken"),
                new Row(
                        "A27",
                        "live",
                        ON_LIVE,
                        "files./etc/credstore/key",
                        LIVE + "credentials",
                        null,
                        List.of(Map.of(
                                "id", "key", "path", shared.resolve("secret").toString())),
                        "ls -l /etc/credstore/key; cat /etc/credstore/key",
                        "hidden"),
                new Row(
                        "A28",
                        "pending",
                        ON_LIVE,
                        "cloud-init.user-data",
                        config + "cloud-init.user-data",
                        null,
                        "#cloud-config\n",
                        "host:cloud-init.user-data",
                        "cloud-config"),
                new Row(
                        "A29",
                        "none",
                        ON_LIVE,
                        "boot.autostart.priority",
                        config + "boot.autostart.priority",
                        null,
                        "7",
                        "host:boot.autostart.priority",
                        "7"),
                new Row("A30", "none", ON_LIVE, "description", LIVE + "description", null, "edited", "", ""),
                new Row("A31", "none", ON_LIVE, "needs", LIVE + "needs", null, List.of("pair"), "", ""),
                new Row("A32", "none", ON_LIVE, "image", LIVE + "image", "bb", "app", "", ""),
                new Row("A38", "none", ON_LIVE, "host", LIVE + "host", null, "athens", "", ""),
                new Row(
                        "A42",
                        "none",
                        "profile:extra",
                        "limits.processes",
                        "profiles|extra|config|limits.processes",
                        "80",
                        "90",
                        "",
                        ""));
    }

    /** Changes that stop and start it. */
    private List<Row> firm() {
        return List.of(
                new Row(
                        "A19",
                        "restart",
                        ON_PAIR,
                        "devices.host",
                        PAIR + "network",
                        at(PAIR + "network"),
                        "host",
                        "ip addr show br0",
                        "10.77.0.1"),
                new Row(
                        "A22",
                        "restart",
                        ON_LIVE,
                        "linux.sysctl.net.core.somaxconn",
                        LIVE + "config|linux.sysctl.net.core.somaxconn",
                        null,
                        "99",
                        "cat /proc/sys/net/core/somaxconn",
                        "99"),
                new Row(
                        "A23",
                        "restart",
                        ON_LIVE,
                        "security.idmap.isolated",
                        LIVE + "config|security.idmap.isolated",
                        null,
                        "true",
                        "cat /proc/self/uid_map",
                        "65536"),
                new Row(
                        "A24",
                        "restart",
                        ON_PAIR,
                        "security.privileged",
                        PAIR + "config|security.privileged",
                        null,
                        "true",
                        "cat /proc/self/uid_map",
                        "4294967295"));
    }

    /** Changes by which its root comes to lie elsewhere, or the guest is called otherwise. */
    private List<Row> moving() {
        return List.of(new Row(
                "A12",
                "move",
                ON_LIVE,
                "devices.root.pool",
                LIVE + "devices|root|pool",
                "p",
                "q",
                "ls -d /root",
                "/root"));
    }

    /** Changes that the plan refuses, with nothing touched. */
    private List<Row> refused() {
        return List.of(
                new Row(
                        "A9",
                        "refuse",
                        ON_LIVE,
                        "devices.root.size",
                        LIVE + "devices|root|size",
                        null,
                        "50MiB",
                        "",
                        ""),
                new Row("A12", "refuse", "pool:q", "driver", "pools|q|driver", null, "btrfs", "", ""),
                new Row("A35", "refuse", ON_LIVE, "ephemeral", LIVE + "ephemeral", null, true, "", ""),
                new Row("A38", "refuse", ON_LIVE, "host", LIVE + "host", null, "rome", "", ""),
                new Row(
                        "A44",
                        "refuse",
                        ON_LIVE,
                        "security.privileged",
                        "instances|live",
                        null,
                        protectedLive("security.privileged"),
                        "",
                        ""));
    }

    @BeforeAll
    void open() throws IOException {
        daemon = Daemon.start("activation");
        api = daemon.api();
        Ground.image(daemon);
        shared = daemon.host().directory();
        for (String folder : List.of("a", "b")) {
            Files.writeString(Files.createDirectory(shared.resolve(folder)).resolve("x"), "in " + folder + "\n");
        }
        Files.writeString(shared.resolve("secret"), "hidden\n");
        put("berth", 1);
        put("site", "rules");
        put("pools|p", Map.of("driver", "btrfs", "config", Map.of("size", "512MiB")));
        put("pools|q", Map.of("driver", "dir"));
        put("networks|br0|config", Map.of("ipv4.address", "10.77.0.1/24", "ipv6.address", "none"));
        put("images|app", Map.of("source", "bb"));
        put("profiles|extra|config", Map.of("limits.processes", "80"));
        for (String guest : List.of("live", "pair")) {
            put("instances|" + guest + "|image", "bb");
            put("instances|" + guest + "|devices|root", Map.of("type", "disk", "path", "/", "pool", "p"));
        }
        put(LIVE + "devices|eth0", nic("eth0"));
        put(PAIR + "profiles", List.of("extra"));
        put(PAIR + "network|dns", List.of("10.88.0.1"));
        put(PAIR + "activation|reloadScript", List.of("cp", "/etc/note", "/etc/taken"));
        gentle().forEach(it -> put(it.path(), it.before()));
        went(apply());
        List.of("live", "pair").forEach(it -> daemon.inside(it, "echo kept > /root/mine"));
    }

    @AfterAll
    void close() {
        if (daemon != null) {
            daemon.close();
        }
    }

    // ---- the site's file as a tree ----

    private void put(String path, @Nullable Object value) {
        String[] parts = path.split("\\|");
        Map<String, Object> here = site;
        for (int i = 0; i < parts.length - 1; i++) {
            var inner = new LinkedHashMap<>(map(here.get(parts[i])));
            here.put(parts[i], inner);
            here = inner;
        }
        if (value == null) {
            here.remove(parts[parts.length - 1]);
        } else {
            here.put(parts[parts.length - 1], value);
        }
    }

    private @Nullable Object at(String path) {
        Object here = site;
        for (String part : path.split("\\|")) {
            here = here instanceof Map<?, ?> map ? map.get(part) : null;
        }
        return here;
    }

    private String text() {
        return JsonMapper.shared().writeValueAsString(site);
    }

    private JsonNode plan() {
        return api.done("POST", "/1.0/sites/plan", body());
    }

    /** Whether guests are ready is no matter here: cards that nobody asks an address for are not waited for. */
    private String body() {
        return JsonMapper.shared()
                .writeValueAsString(
                        Map.of("files", List.of(Map.of("name", "berth.yaml", "text", text())), "await_ready", false));
    }

    private Answer apply() {
        return api.finished(daemon.door().ask("POST", "/1.0/sites/apply", body()));
    }

    // ---- groups of rows ----

    private Map<String, String> uptimes(List<Row> rows) {
        var uptimes = new HashMap<String, String>();
        rows.stream()
                .map(Row::object)
                .distinct()
                .filter(it -> it.startsWith("instance:"))
                .map(it -> it.substring(it.indexOf(':') + 1))
                .forEach(it -> uptimes.put(it, daemon.inside(it, UPTIME)));
        return uptimes;
    }

    /** Makes all edits at once; a test for each row of what the plan said and what is so afterwards. */
    private Stream<DynamicTest> carriedOut(List<Row> rows, boolean stops) {
        Map<String, String> before = uptimes(rows);
        rows.forEach(it -> put(it.path(), it.after()));
        JsonNode plan = plan();
        assertThat(plan.path("errors")).isEmpty();
        went(apply());
        Map<Row, String> seen = seen(rows);
        Stream<DynamicTest> each = rows.stream()
                .map(it -> dynamicTest(title(it), () -> {
                    assertPlanned(plan, it);
                    assertThat(seen.get(it)).contains(it.expected());
                }));
        Stream<DynamicTest> whole = before.keySet().stream()
                .map(guest -> dynamicTest(
                        guest + (stops ? " was stopped and started" : " runs on") + " with its data", () -> {
                            String now = daemon.inside(guest, "cat /root/mine; " + UPTIME);
                            assertThat(now).startsWith("kept\n");
                            assertThat(now.equals("kept\n" + before.get(guest))).isEqualTo(!stops);
                        }));
        Stream<DynamicTest> settled = Stream.of(dynamicTest(
                "nothing is left to do",
                () -> assertThat(plan().path("changes")).isEmpty()));
        return Stream.of(each, whole, settled).flatMap(it -> it);
    }

    private static String title(Row row) {
        return row.rule() + " " + row.verdict() + ": " + row.object() + " " + row.key();
    }

    private static void assertPlanned(JsonNode plan, Row row) {
        var found = new ArrayList<String>();
        for (JsonNode change : plan.path("changes")) {
            String object =
                    change.path("kind").asString() + ":" + change.path("name").asString();
            for (JsonNode key : change.path("keys")) {
                if (object.equals(row.object()) && key.path("key").asString().equals(row.key())) {
                    found.add(key.path("rule").asString() + " "
                            + key.path("verdict").asString());
                }
            }
        }
        assertThat(found).describedAs(plan.path("text").asString()).containsExactly(row.rule() + " " + row.verdict());
        assertThat(plan.path("text").asString()).contains(row.rule() + ": ");
    }

    /** What the probes print; those of a guest by one command. */
    private Map<Row, String> seen(List<Row> rows) {
        var seen = new HashMap<Row, String>();
        var inside = new TreeMap<String, List<Row>>();
        for (Row row : rows) {
            String guest = row.object().substring(row.object().indexOf(':') + 1);
            if (row.probe().matches("host:[a-z.-]+")) {
                String key = row.probe().substring(5);
                seen.put(
                        row,
                        api.get("/1.0/instances/" + guest)
                                .path("config")
                                .path(key)
                                .asString(""));
            } else if (row.probe().startsWith("host:")) {
                var line = row.probe().substring(5).split(" ");
                seen.put(row, daemon.host().run(line).out());
            } else if (row.probe().isEmpty()) {
                seen.put(row, "");
            } else {
                inside.computeIfAbsent(guest, _ -> new ArrayList<>()).add(row);
            }
        }
        inside.forEach((guest, probes) -> {
            var lines = new StringBuilder();
            probes.forEach(it -> lines.append("( ").append(it.probe()).append(" ) 2>&1; echo =====\n"));
            String[] said = daemon.inside(guest, lines.toString()).split("=====", -1);
            IntStream.range(0, probes.size()).forEach(i -> seen.put(probes.get(i), said[i]));
        });
        return seen;
    }

    @TestFactory
    @Order(1)
    Stream<DynamicTest> changes_running_guests_by() {
        return carriedOut(gentle(), false);
    }

    @TestFactory
    @Order(2)
    Stream<DynamicTest> stops_and_starts_guests_by() {
        return carriedOut(firm(), true);
    }

    @TestFactory
    @Order(3)
    Stream<DynamicTest> takes_the_root_of_a_guest_elsewhere_by() {
        return carriedOut(moving(), true);
    }

    @TestFactory
    @Order(4)
    Stream<DynamicTest> refuses_whole() {
        return refused().stream()
                .map(row -> dynamicTest(title(row), () -> {
                    Object before = at(row.path());
                    put(row.path(), row.after());
                    try {
                        JsonNode plan = plan();
                        assertThat(plan.path("refused").asBoolean()).isTrue();
                        assertPlanned(plan, row);
                        assertThat(apply().status()).isEqualTo(403);
                    } finally {
                        put(row.path(), before);
                    }
                }));
    }

    private Map<String, Object> protectedLive(String key) {
        var changed = new LinkedHashMap<String, Object>(map(at("instances|live")));
        var config = new LinkedHashMap<String, Object>(map(changed.get("config")));
        config.put(key, "true");
        changed.put("config", config);
        changed.put("protect", List.of("stop"));
        return changed;
    }

    @SuppressWarnings("unchecked") // what put() made
    private static Map<String, Object> map(@Nullable Object tree) {
        return tree instanceof Map<?, ?> there ? (Map<String, Object>) there : Map.of();
    }

    private static Row planned(String rule, String verdict, String object, String key) {
        return new Row(rule, verdict, object, key, "", null, null, "", "");
    }

    private void went(Answer end) {
        assertThat(end.metadata().path("status_code").asInt())
                .describedAs(end.text())
                .isEqualTo(200);
    }

    @Test
    @Order(5)
    void A33_A46_a_guest_is_given_the_root_of_a_new_image_and_gets_its_old_one_back() {
        daemon.inside("live", "echo of-this-image > /root/mine");
        api.done("POST", "/1.0/instances/live/snapshots", "{\"name\":\"seed\"}");
        api.done(
                "POST",
                "/1.0/images",
                "{\"source\":{\"type\":\"snapshot\",\"name\":\"live/seed\"},\"aliases\":[{\"name\":\"bb2\"}]}");
        daemon.inside("live", "echo kept > /root/mine");
        put("images|app", Map.of("source", "bb2", "refresh", "rebuild"));
        assertPlanned(plan(), planned("A33", "replace", ON_LIVE, "image"));
        went(apply());
        assertThat(daemon.inside("live", "cat /root/mine")).isEqualTo("of-this-image\n");

        String back = "{\"with_state\":[\"live\"],\"await_ready\":false,\"dry_run\":";
        assertPlanned(
                api.done("POST", "/1.0/sites/rules/rollback", back + "true}"),
                planned("A46", "restart", ON_LIVE, "state"));
        api.done("POST", "/1.0/sites/rules/rollback", back + "false}");
        put("images|app", Map.of("source", "bb"));
        assertThat(daemon.inside("live", "cat /root/mine")).isEqualTo("kept\n");
    }

    @Test
    @Order(6)
    void A45_a_guest_that_was_stopped_by_hand_runs_again() {
        api.done("PUT", "/1.0/instances/pair/state", "{\"action\":\"stop\",\"force\":true}");
        assertPlanned(plan(), planned("A45", "live", ON_PAIR, "power"));
        went(apply());
        assertThat(daemon.inside("pair", "cat /root/mine")).isEqualTo("kept\n");
    }

    @Test
    @Order(7)
    void A36_A40_a_guest_takes_another_name_and_begins_anew() {
        Object live = at("instances|live");
        put("instances|live", null);
        put("instances|other", live);
        put("instances|other|was", "live");
        assertPlanned(plan(), planned("A36", "restart", "instance:other", "name"));
        went(apply());
        assertThat(daemon.inside("other", "cat /root/mine; hostname")).isEqualTo("kept\nother\n");

        put("instances|other|was", null);
        put("instances|other|reset", 1);
        assertPlanned(plan(), planned("A40", "replace", "instance:other", "reset"));
        went(apply());
        assertThat(daemon.inside("other", "cat /root/mine 2>&1")).contains("No such file");
        assertThat(kept("other-reset-0")).isEqualTo("kept\n");
    }

    private String kept(String stopped) {
        assertThat(api.get("/1.0/instances/" + stopped).path("status").asString())
                .isEqualTo("Stopped");
        return daemon.door()
                .ask("GET", "/1.0/instances/" + stopped + "/files?path=/root/mine")
                .orFail()
                .text();
    }

    @Test
    @Order(8)
    void A37_A39_A43_a_guest_leaves_and_another_comes() {
        put("instances|pair|kind", "vm");
        assertThat(plan().path("errors").toString()).contains("security.privileged is a key of containers alone");
        put("instances|pair|kind", null);
        Object config = at("instances|other|config");
        put("instances|other|config", null);
        put("instances|other|kind", "vm");
        assertThat(plan().toString()).contains("\"verdict\":\"refuse\",\"rule\":\"A39\"", "\"refused\":true");
        put("instances|other|kind", null);
        put("instances|other|config", config);

        Object pair = at("instances|pair");
        put("instances|pair", null);
        put("instances|twin", pair);
        put("instances|other|needs", null);
        JsonNode plan = plan();
        assertThat(plan.path("text").asString()).contains("RETIRE", "(A37): renamed?");
        assertThat(plan.path("changes").toString()).contains("\"rule\":\"A43\"");
        went(apply());
        assertThat(kept("pair")).isEqualTo("kept\n");
        assertThat(daemon.inside("twin", "cat /root/mine 2>&1")).contains("No such file");
    }

    @Test
    @Order(9)
    void every_rule_that_a_container_can_meet_has_a_line_here() {
        var rules = new TreeSet<String>();
        api.get("/1.0/berth/rules").forEach(it -> rules.add(it.path("rule").asString()));
        IntStream.rangeClosed(1, 46).mapToObj(it -> "A" + it).forEach(rules::add);
        rules.removeAll(OF_OTHERS);
        Stream.of(gentle(), firm(), moving(), refused()).flatMap(List::stream).forEach(it -> rules.remove(it.rule()));
        for (Method told : ActivationTest.class.getDeclaredMethods()) {
            rules.removeAll(List.of(told.getName().split("_")));
        }
        assertThat(rules).isEmpty();
    }
}
