package berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
    private static final String PLAN = """
            {"site":"first","generation":4,"refused":%s,"errors":[],"warnings":[],"text":"","changes":[%s]}""";
    private static final String CHANGE = """
            {"kind":"instance","name":"web","verdict":"restart","rule":"A3","reason":"stop and start","keys":[{"key":"memory",\
            "before":"4GiB","after":null,"verdict":"restart","rule":"A3","reason":"above the declared maximum"}]}""";

    @TempDir
    Path directory;

    private FakeDaemon daemon;
    private String site = "";

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon(directory);
        site = Files.writeString(directory.resolve("berth.yaml"), "site: first\n")
                .toString();
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    @Test
    void metadata_of_an_instance_is_shown_and_replaced_by_the_input() {
        daemon.sync(
                "GET /1.0/instances/web/metadata",
                "{\"architecture\":\"x86_64\",\"creation_date\":1,\"properties\":{\"release\":\"1.10\"},\"templates\":null}");
        assertThat(daemon.berth("config", "metadata", "show", "web")).isZero();
        assertThat(daemon.out).isEqualTo("architecture: x86_64\ncreation_date: 1\nproperties:\n  release: \"1.10\"\n");
        daemon.sync("PUT /1.0/instances/web/metadata", "{}");
        assertThat(daemon.input("architecture: x86_64\ncreation_date: 5\nproperties: {release: 1.10}\n")
                        .berth("config", "metadata", "edit", "web"))
                .isZero();
        assertThat(daemon.requests)
                .contains(
                        "PUT /1.0/instances/web/metadata {\"architecture\":\"x86_64\",\"creation_date\":5,\"properties\":{\"release\":\"1.10\"}}");
    }

    @Test
    void an_instance_that_runs_is_published_only_by_force_and_runs_again() {
        daemon.sync("GET /1.0/instances/web", "{\"status\":\"Running\"}");
        daemon.async("PUT /1.0/instances/web/state", 200, "", "{}");
        assertThat(daemon.berth("publish", "web")).isEqualTo(1);
        assertThat(daemon.err).contains("--force");
        daemon.async("POST /1.0/images", 200, "", "{\"fingerprint\":\"f00\"}");
        assertThat(daemon.berth("publish", "web", "os=Own", "--force", "--alias", "base", "--compression", "zstd"))
                .isZero();
        assertThat(daemon.out).isEqualTo("Instance published with fingerprint: f00\n");
        assertThat(daemon.requests)
                .containsSubsequence(
                        "PUT /1.0/instances/web/state {\"action\":\"stop\",\"timeout\":30,\"force\":false,\"stateful\":false}",
                        "POST /1.0/images {\"source\":{\"type\":\"instance\",\"name\":\"web\"},\"properties\":{\"os\":\"Own\"},"
                                + "\"public\":false,\"aliases\":[{\"name\":\"base\"}],\"compression_algorithm\":\"zstd\"}",
                        "PUT /1.0/instances/web/state {\"action\":\"start\",\"timeout\":-1,\"force\":false,\"stateful\":false}");
        daemon.sync("GET /1.0/instances/web", "{\"status\":\"Running\",\"ephemeral\":true}");
        assertThat(daemon.berth("publish", "web", "--force")).isEqualTo(1);
        assertThat(daemon.berth("publish", "web/before", "--expire", "2030-12-31T00:00Z"))
                .as("a snapshot of one that runs")
                .isZero();
        assertThat(daemon.requests.getLast()).startsWith("GET /1.0/operations");
    }

    @Test
    void templates_are_listed_shown_made_replaced_and_deleted() {
        String all = "/1.0/instances/web/metadata/templates";
        daemon.sync("GET " + all, "[\"a.tpl\"]").sync("POST " + all + "?path=b.tpl", "{}");
        assertThat(daemon.berth("config", "template", "list", "web", "-f", "csv"))
                .isZero();
        assertThat(daemon.out).isEqualTo("a.tpl\n");
        assertThat(daemon.input("hello\n").berth("config", "template", "create", "web", "b.tpl"))
                .isZero();
        assertThat(daemon.requests).contains("POST " + all + "?path=b.tpl hello");
        assertThat(daemon.berth("config", "template", "create", "web", "a.tpl")).isEqualTo(1);
        assertThat(daemon.err).contains("is there already");
        daemon.sync("GET " + all + "?path=a.tpl", "1").sync("POST " + all + "?path=a.tpl", "{}");
        assertThat(daemon.input("new\n").berth("config", "template", "edit", "web", "a.tpl"))
                .isZero();
        assertThat(daemon.requests).contains("POST " + all + "?path=a.tpl new");
        assertThat(daemon.berth("config", "template", "show", "web", "a.tpl")).isZero();
        assertThat(daemon.out).contains("\"metadata\":1");
        assertThat(daemon.berth("config", "template", "edit", "web", "none")).isEqualTo(1);
        daemon.sync("DELETE " + all + "?path=a.tpl", "{}");
        assertThat(daemon.berth("config", "template", "rm", "web", "a.tpl")).isZero();
    }

    @Test
    void a_plan_ends_with_the_code_that_tells_what_it_says() {
        daemon.sync("POST /1.0/sites/plan", PLAN.formatted("false", ""));
        assertThat(daemon.berth("plan", site)).isZero();
        assertThat(daemon.out).isEqualTo("site first\nno changes.\n");
        daemon.sync("POST /1.0/sites/plan", PLAN.formatted("false", CHANGE));
        assertThat(daemon.berth("plan", site)).isEqualTo(2);
        assertThat(daemon.out).isEqualTo("""
                site first   generation 4 -> 5
                  ~ instance web  RESTART  A3: stop and start
                      memory  4GiB -> -  restart  A3: above the declared maximum

                1 restart.   Apply with: berth apply
                """);
        daemon.sync("POST /1.0/sites/plan", PLAN.formatted("true", CHANGE));
        assertThat(daemon.berth("plan", site)).isEqualTo(3);
        daemon.sync(
                "POST /1.0/sites/plan",
                "{\"errors\":[{\"file\":\"berth.yaml\",\"line\":2,\"column\":5,\"text\":\"unknown key\"}]}");
        assertThat(daemon.berth("plan", site)).isEqualTo(1);
        assertThat(daemon.out).isEqualTo("berth.yaml:2:5  unknown key\n1 error. Nothing was changed.\n");
    }

    private static final String HISTORY = """
            [{"site":"first","generation":1,"result":"ok","current":false,"of":null,"steps":[\
            {"object":"pool:p","action":"create","seconds":0.1,"result":"ok"},\
            {"object":"instance:web","action":"create","seconds":1.5,"result":"ok"},\
            {"object":"instance:web","action":"ready","seconds":2.5,"result":"ok"}],"files":[]},\
            {"site":"first","generation":2,"result":"partial","current":true,"of":1,"steps":[\
            {"object":"instance:web","action":"update","seconds":0.1,"result":"disk full"}],"files":[]}]""";

    @Test
    void generations_tell_what_was_done_the_newest_first() {
        daemon.sync("GET /1.0/sites", "[\"/1.0/sites/first\"]");
        daemon.sync("GET /1.0/sites/first/generations?recursion=1", HISTORY);
        assertThat(daemon.berth("generations", "--format", "csv")).isZero();
        assertThat(daemon.out).isEqualTo("""
                2 (current),partial,,back to 1: ; instance:web update failed
                1,ok,,2 create
                """);
        assertThat(daemon.berth("generations", "first", "--format", "csv")).isZero();
        assertThat(daemon.berth("generations", "first", "other")).isEqualTo(1);
        assertThat(daemon.err).contains("Usage: berth generations [<site>]\n");
    }

    @Test
    void a_site_must_be_named_when_there_are_several() {
        daemon.sync("GET /1.0/sites", "[\"/1.0/sites/first\",\"/1.0/sites/other\"]");
        assertThat(daemon.berth("generations")).isEqualTo(1);
        assertThat(daemon.err).contains("--site first, --site other");
    }

    @Test
    void a_rollback_shows_its_plan_or_follows_its_steps() {
        daemon.sync("POST /1.0/sites/first/rollback", PLAN.formatted("false", CHANGE));
        assertThat(daemon.berth("rollback", "3", "--dry-run", "--site", "first"))
                .isEqualTo(2);
        assertThat(daemon.requests.getLast()).contains("{\"generation\":3,\"with_state\":[],\"dry_run\":true}");
        assertThat(daemon.out).contains("~ instance web  RESTART");
        daemon.async("POST /1.0/sites/first/rollback", 200, "", """
                {"steps":[{"object":"instance:web","action":"update","seconds":1.5,"result":"ok"}],"generation":5}""");
        assertThat(daemon.berth("rollback", "--site", "first")).isZero();
        assertThat(daemon.out).contains("instance:web").contains("generation 5");
        assertThat(daemon.berth("rollback", "3", "--with-state", "db,web=mine", "--site", "first"))
                .isZero();
        assertThat(daemon.requests).anyMatch(it -> it.contains("\"with_state\":[\"db\",\"web=mine\"]"));
        assertThat(daemon.berth("rollback", "last", "--site", "first")).isEqualTo(1);
    }

    @Test
    void a_reset_shows_its_plan_or_follows_its_steps() {
        daemon.sync("POST /1.0/sites/first/reset", PLAN.formatted("false", CHANGE));
        assertThat(daemon.berth("reset", "web", "--dry-run", "--site", "first")).isEqualTo(2);
        assertThat(daemon.requests.getLast())
                .contains("{\"instances\":[\"web\"],\"dry_run\":true,\"await_ready\":true}");
        assertThat(daemon.out).contains("~ instance web  RESTART");
        daemon.async("POST /1.0/sites/first/reset", 200, "", """
                {"steps":[{"object":"instance:web","action":"update","seconds":1.5,"result":"ok"}],"generation":5}""");
        assertThat(daemon.berth("reset", "web", "db", "--site", "first", "--no-wait"))
                .isZero();
        assertThat(daemon.requests)
                .anyMatch(
                        it -> it.contains("{\"instances\":[\"web\",\"db\"],\"dry_run\":false,\"await_ready\":false}"));
        assertThat(daemon.berth("reset", "--site", "first")).isEqualTo(1);
    }

    @Test
    void status_tells_how_guests_are_and_since_when() {
        daemon.sync("GET /1.0/sites?recursion=1", """
                [{"site":"first","generation":4,"result":"ok","applied_at":"2026-11-26T14:02:00Z","objects":[
                  {"kind":"instance","name":"a","status":"Running","note":"","health":{"well":true,"probe":"tcp:80","why":"",
                   "looked_at":"2026-11-26T14:05:00Z","since":"2026-11-26T14:02:00Z"}},
                  {"kind":"instance","name":"b","status":"Running","note":"","health":{"well":false,"probe":"tcp:80",
                   "why":"refused","looked_at":"2026-11-26T14:05:00Z","since":"2026-11-26T14:03:00Z"}}]}]""");
        assertThat(daemon.berth("status")).isZero();
        assertThat(daemon.out)
                .containsPattern("healthy since .* \\(tcp:80, looked at .*\\)")
                .containsPattern("NOT healthy since .*: refused, looked at ");
    }

    @Test
    void only_drift_takes_no_files_and_what_was_shown_is_named_when_it_is_agreed_to() {
        daemon.sync(
                "POST /1.0/sites/first/repair",
                PLAN.formatted("false", CHANGE).replace("{\"site\"", "{\"id\":\"5-abc\",\"site\""));
        assertThat(daemon.berth("apply", site, "--only-drift", "--site", "first"))
                .isEqualTo(1);
        assertThat(daemon.err).contains("takes no files");
        daemon.input("no\n");
        assertThat(daemon.berth("apply", "--only-drift", "--ask", "--site", "first"))
                .isEqualTo(1);
        assertThat(daemon.requests.getLast()).contains("\"dry_run\":true");
        daemon.async("POST /1.0/sites/apply", 200, "", "{\"steps\":[],\"generation\":5}");
        daemon.sync(
                "POST /1.0/sites/plan",
                PLAN.formatted("false", CHANGE).replace("{\"site\"", "{\"id\":\"5-abc\",\"site\""));
        assertThat(daemon.berth("plan", site)).isEqualTo(2);
        assertThat(daemon.out).endsWith("Just this: berth apply --plan 5-abc\n");
        daemon.input("yes\n");
        assertThat(daemon.berth("apply", site, "--ask")).isZero();
        assertThat(daemon.requests)
                .anyMatch(it -> it.startsWith("POST /1.0/sites/apply") && it.contains("\"plan\":\"5-abc\""));
    }

    @Test
    void drift_ends_with_2_when_there_is_some() {
        daemon.sync("GET /1.0/sites/first/drift", PLAN.formatted("false", ""));
        assertThat(daemon.berth("drift", "--site", "first")).isZero();
        assertThat(daemon.out).isEqualTo("no drift: it is as generation 4 says.\n");
        daemon.sync("GET /1.0/sites/first/drift", PLAN.formatted("false", CHANGE));
        assertThat(daemon.berth("drift", "--site", "first")).isEqualTo(2);
        assertThat(daemon.out).contains("To put it right: berth apply --only-drift");
    }

    @Test
    void drift_adopted_writes_the_files_that_changed() throws IOException {
        Path file = Files.writeString(directory.resolve("berth.yaml"), "a: 1 # one\n");
        daemon.sync("POST /1.0/sites/adopt", """
                {"files":[{"name":"f","text":"a: 2 # one\\n"}],
                 "edits":[{"file":"berth.yaml","line":1,"object":"instance:web1","key":"limits.memory","from":"1","to":"2"}]}""");
        assertThat(daemon.berth("drift", "web1", "limits.memory", "--adopt", "-f", file.toString()))
                .isZero();
        assertThat(file).hasContent("a: 2 # one\n");
        assertThat(daemon.out).contains("berth.yaml:1  limits.memory: 1 -> 2");
    }

    @Test
    void detach_names_what_was_let_go() {
        daemon.sync("POST /1.0/sites/first/detach", "{\"objects\":[\"instance:web1\"]}");
        assertThat(daemon.berth("detach", "web1", "--site", "first")).isZero();
        assertThat(daemon.out).contains("instance:web1 is no site's any more");
    }

    @Test
    void generations_are_compared_key_by_key() {
        daemon.sync("GET /1.0/sites/first/diff?from=1&to=2", """
                [{"object":"instance:web","key":"config.limits.memory","before":"1GiB","after":"2GiB"},\
                {"object":"pool:p","key":"driver","before":null,"after":"dir"}]""");
        assertThat(daemon.berth("generation", "diff", "1", "2", "--site", "first"))
                .isZero();
        assertThat(daemon.out).isEqualTo("""
                instance:web
                  - config.limits.memory: 1GiB
                  + config.limits.memory: 2GiB
                pool:p
                  + driver: dir
                """);
    }

    @Test
    void explain_names_the_rule_for_a_key_and_for_a_planned_change() {
        daemon.sync("GET /1.0/berth/rules?about=limits.memory", """
                [{"rule":"A3","of":"config","keys":"limits\\\\.memory","container":"live","virtual_machine":"restart",\
                "needs":"limits","why":"cgroup value"}]""");
        assertThat(daemon.berth("explain", "limits.memory", "--format", "csv")).isZero();
        assertThat(daemon.out).isEqualTo("A3,config,limits\\.memory,live,restart,cgroup value\n");
        daemon.sync("POST /1.0/sites/plan", """
                {"errors":[],"warnings":[],"changes":[{"kind":"instance","name":"web","verdict":"live","reason":"at once",\
                "keys":[{"key":"config.limits.memory","before":"1GiB","after":null,"verdict":"live","rule":"A3",\
                "reason":"cgroup value","cause":"file"}]}]}""");
        assertThat(daemon.berth("explain", "web", "limits.memory", "--file", site))
                .isZero();
        assertThat(daemon.out).isEqualTo("""
                live, rule A3: cgroup value
                config.limits.memory: 1GiB -> not set, because of the file
                For instance web as a whole: live, at once
                """);
        assertThat(daemon.berth("explain", "web", "limits.cpu", "--file", site)).isEqualTo(1);
        assertThat(daemon.berth("explain", "other", "limits.cpu", "--file", site))
                .isEqualTo(1);
    }

    @Test
    void a_check_names_places_and_proposals_and_sends_every_file() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("berth.d"));
        Files.writeString(folder.resolve("b.yaml"), "b");
        Files.writeString(folder.resolve("a.json"), "a");
        Files.writeString(folder.resolve("notes.txt"), "no");
        daemon.sync("POST /1.0/sites/check", """
                {"errors":[{"file":"a.yaml","line":12,"column":7,"path":"instances.x","text":"unknown key privatNetwork",\
                "suggestion":"privateNetwork"}],"warnings":[{"file":"a.yaml","line":1,"column":0,"path":"","text":"no DNS"}]}""");
        assertThat(daemon.berth("check", folder.toString())).isEqualTo(1);
        assertThat(daemon.out).isEqualTo("""
                a.yaml:12:7  instances.x: unknown key privatNetwork. Did you mean privateNetwork?
                a.yaml:1  warning: no DNS
                1 error, 1 warning. Nothing was changed.
                """);
        assertThat(daemon.requests.getLast())
                .matches("(?s).*\"site\":null,.*a.json\",\"folder\":\"[^\"]*berth.d\",\"text\":\"a\".*b.yaml.*")
                .doesNotContain("notes");
    }

    @Test
    void an_apply_tells_its_steps_and_whether_it_was_all() {
        daemon.async("POST /1.0/sites/apply", 200, "", """
                {"generation":5,"steps":[{"object":"web","action":"create","seconds":0.031,"result":"ok"},\
                {"object":"web","action":"start","seconds":12.34,"result":"ok"}]}""");
        assertThat(daemon.berth("apply", site)).isZero();
        assertThat(daemon.out)
                .contains("web  ")
                .contains("create ")
                .contains("0.03 s")
                .contains("12.3 s")
                .endsWith("done.   generation 5\n");
        daemon.async("POST /1.0/sites/apply", 400, "disk full", """
                {"generation":5,"steps":[{"object":"web","action":"create","seconds":1,"result":"FAILED disk full"}],\
                "summary":{"done":1,"failed":0,"undone":1,"not_begun":2}}""");
        assertThat(daemon.berth("apply", site)).isEqualTo(4);
        assertThat(daemon.out)
                .contains("FAILED disk full")
                .contains("stopped. done 1 of 4, failed 0, undone 1, not begun 2.   generation 5 (partial)");
        assertThat(daemon.err).contains("Error: disk full");
    }

    @Test
    void an_apply_that_is_refused_at_once_is_an_ordinary_error() {
        assertThat(daemon.berth("apply", site)).isEqualTo(1);
        assertThat(daemon.err).contains("Error: not found");
        assertThat(daemon.berth("apply", directory.resolve("none.yaml").toString()))
                .isEqualTo(1);
        assertThat(daemon.err).contains("none.yaml: no such file");
    }

    @Test
    void launch_finds_the_image_by_alias_and_starts_what_it_made() {
        daemon.sync("GET /1.0/images/aliases/debian%2F12", "{\"target\":\"ab\"}")
                .async("POST /1.0/instances", 200, "", "{}")
                .async("PUT /1.0/instances/web/state", 200, "", "{}");
        assertThat(daemon.berth("launch", "debian/12", "web", "-c", "limits.cpu=2", "-p", "a", "-p", "b"))
                .isZero();
        assertThat(daemon.out).isEqualTo("Creating web\nStarting web\n");
        assertThat(daemon.requests)
                .contains(
                        "POST /1.0/instances {\"name\":\"web\",\"type\":\"container\",\"source\":{\"type\":\"image\",\"alias\":"
                                + "\"debian/12\"},\"config\":{\"limits.cpu\":\"2\"},\"devices\":{},\"profiles\":[\"a\",\"b\"]}");
    }

    @Test
    void launch_says_what_to_do_without_an_image() {
        assertThat(daemon.berth("launch", "debian/12", "web")).isEqualTo(1);
        assertThat(daemon.err).contains("there is no image \"debian/12\" here").contains("berth image build debian/12");
        assertThat(daemon.berth("launch")).isEqualTo(1);
        assertThat(daemon.err).contains("an image is needed");
    }

    @Test
    void set_writes_the_whole_object_back_if_nobody_changed_it() {
        daemon.sync(
                        "GET /1.0/instances/web",
                        "{\"name\":\"web\",\"config\":{\"a\":\"1\"},\"devices\":{},\"profiles\":[\"default\"],"
                                + "\"description\":\"d\",\"status\":\"Running\"}")
                .async("PUT /1.0/instances/web", 200, "", "{}");
        assertThat(daemon.input("from input\n").berth("config", "set", "web", "b=x=y", "c=-"))
                .isZero();
        assertThat(daemon.requests)
                .contains(
                        "PUT /1.0/instances/web {\"config\":{\"a\":\"1\",\"b\":\"x=y\",\"c\":\"from input\\n\"},\"devices\":{},"
                                + "\"profiles\":[\"default\"],\"description\":\"d\"}");
        assertThat(daemon.berth("config", "unset", "web", "a")).isZero();
        assertThat(daemon.requests.get(daemon.requests.size() - 2)).contains("\"config\":{},");
    }

    @Test
    void edit_refuses_to_wipe_out_and_to_guess() {
        assertThat(daemon.input("").berth("profile", "edit", "web")).isEqualTo(1);
        assertThat(daemon.err).contains("Nothing was changed");
        assertThat(daemon.input("confg: {}\n").berth("profile", "edit", "web")).isEqualTo(1);
        assertThat(daemon.err).contains("unknown key confg. Did you mean config?");
        assertThat(daemon.requests).isEmpty();
    }

    @Test
    void a_failed_operation_is_told_in_the_daemons_words() {
        daemon.sync("GET /1.0/instances/web", "{\"status\":\"Stopped\"}")
                .async("PUT /1.0/instances/web/state", 400, "no memory left", "{}");
        assertThat(daemon.berth("start", "web")).isEqualTo(1);
        assertThat(daemon.err).startsWith("Error: no memory left\n").contains("berth info --show-log web");
    }

    @Test
    void build_sends_what_the_daemon_wants_to_know() {
        daemon.async("POST /1.0/berth/images/build", 200, "", "{\"fingerprint\":\"abc\"}");
        assertThat(daemon.berth("image", "build", "debian/13", "--alias", "trixie", "--split"))
                .isZero();
        assertThat(daemon.out).isEqualTo("Image built with fingerprint: abc\n");
        assertThat(daemon.requests)
                .contains(
                        "POST /1.0/berth/images/build {\"distribution\":\"debian\",\"release\":\"13\",\"variant\":\"minbase\","
                                + "\"alias\":\"trixie\",\"split\":true}");
        assertThat(daemon.berth("image", "build", "debian")).isEqualTo(1);
    }

    @Test
    void refuses_unknown_formats_and_remotes_before_it_asks_anything() {
        assertThat(daemon.berth("list", "-f", "tabel")).isEqualTo(1);
        assertThat(daemon.err).contains("Did you mean table?");
        assertThat(daemon.berth("info", "far:web")).isEqualTo(1);
        assertThat(daemon.err).contains("there is no remote \"far\"");
        assertThat(daemon.requests).isEmpty();
    }

    @Test
    void verbose_shows_requests_without_secrets() {
        daemon.sync("GET /1.0/profiles?recursion=1", "[]");
        assertThat(daemon.berth("-v", "profile", "list")).isZero();
        assertThat(daemon.err).isEqualTo("> GET /1.0/profiles?recursion=1\n");
    }

    @Test
    void a_snapshot_is_taken_in_either_spelling_and_its_name_is_told() {
        for (String spelling : java.util.List.of("snapshot create web1", "snapshot web1")) {
            daemon.async("POST /1.0/instances/web1/snapshots", 200, "", "{}");
            assertThat(daemon.berth((spelling + " before --expires 2030-01-02T03:04+01:00").split(" ")))
                    .isZero();
            assertThat(daemon.requests)
                    .anyMatch(it -> it.startsWith("POST /1.0/instances/web1/snapshots")
                            && it.contains("\"name\":\"before\"")
                            && it.contains("\"expires_at\":\"2030-01-02T02:04:00Z\""));
            assertThat(daemon.out).contains("Snapshot web1/before created");
        }
    }

    @Test
    void a_snapshot_is_named_with_a_slash_or_without() {
        for (String name : java.util.List.of("web1 before", "web1/before")) {
            daemon.async("PUT /1.0/instances/web1", 200, "", "{}");
            assertThat(daemon.berth(("restore " + name).split(" "))).isZero();
            assertThat(daemon.requests.toString()).contains("\"restore\":\"before\"");
            daemon.async("POST /1.0/instances/web1/snapshots/before", 200, "", "{}");
            assertThat(daemon.berth(("snapshot rename " + name + " good").split(" ")))
                    .isZero();
            assertThat(daemon.out).contains("renamed to good");
        }
        assertThat(daemon.berth("restore", "web1")).isEqualTo(1);
        assertThat(daemon.err).contains("a snapshot is needed");
        assertThat(daemon.berth("snapshot", "expire", "web1", "before", "soon")).isEqualTo(1);
        assertThat(daemon.err).contains("is no time");
    }

    @Test
    void a_protected_instance_is_not_stopped_for_a_deletion_that_would_fail() {
        daemon.sync(
                "GET /1.0/instances/web1",
                "{\"name\":\"web1\",\"status\":\"Running\",\"expanded_config\":{\"security.protection.delete\":\"true\"}}");
        assertThat(daemon.berth("delete", "--force", "web1")).isEqualTo(1);
        assertThat(daemon.err).contains("Container is protected: nothing was done");
        assertThat(daemon.requests).noneMatch(it -> it.startsWith("PUT") || it.startsWith("DELETE"));
    }

    @Test
    void a_copy_that_is_there_is_refreshed() {
        daemon.sync("GET /1.0/instances/web1", "{\"name\":\"web1\",\"type\":\"container\"}");
        daemon.async("POST /1.0/instances", 200, "", "{}");
        assertThat(daemon.berth("copy", "web1", "web2", "--refresh")).isZero();
        assertThat(daemon.requests.toString()).contains("\"refresh\":true");
    }

    @Test
    void a_copy_says_only_what_is_to_be_other() {
        daemon.sync("GET /1.0/instances/web1", """
                {"name":"web1","type":"container","expanded_devices":{"root":{"type":"disk","path":"/","pool":"a","size":"1GiB"}}}""");
        daemon.async("POST /1.0/instances", 200, "", "{}");
        assertThat(daemon.berth("copy", "web1/before", "web2", "-c", "limits.cpu=1", "-s", "b", "--instance-only"))
                .isZero();
        assertThat(daemon.requests.toString())
                .contains("\"source\":\"web1/before\"")
                .contains("\"instance_only\":true")
                .contains("\"config\":{\"limits.cpu\":\"1\"}")
                .contains("\"pool\":\"b\"")
                .contains("\"size\":\"1GiB\"");
        assertThat(daemon.out).isEqualTo("Instance web1/before copied to web2\n");
    }

    @Test
    void an_export_is_packed_fetched_and_tidied_away(@TempDir Path target) throws IOException {
        daemon.async("POST /1.0/instances/web1/backups", 200, "", "{}");
        daemon.sync(
                "GET /1.0/operations/7/wait",
                "{\"id\":\"7\",\"status_code\":200,\"err\":\"\",\"resources\":{\"backups\":[\"/1.0/backups/backup3\"]}}");
        daemon.sync("GET /1.0/instances/web1/backups/backup3/export", "\"packed\"");
        daemon.sync("DELETE /1.0/instances/web1/backups/backup3", "{}");
        Path file = target.resolve("web1.tar.zst");
        assertThat(daemon.berth("export", "web1", file.toString(), "--compression", "zstd", "--instance-only"))
                .isZero();
        assertThat(daemon.requests.toString())
                .contains("\"compression_algorithm\":\"zstd\"")
                .contains("\"instance_only\":true")
                .contains("DELETE /1.0/instances/web1/backups/backup3");
        assertThat(file).content().contains("packed");
        assertThat(daemon.out).isEqualTo("Instance web1 exported to " + file + "\n");
    }

    @Test
    void a_volume_is_exported_and_imported_in_the_same_way(@TempDir Path target) throws IOException {
        String volumes = "/1.0/storage-pools/default/volumes/custom";
        daemon.async("POST " + volumes + "/data/backups", 200, "", "{}");
        daemon.async("POST " + volumes, 200, "", "{}");
        daemon.sync(
                "GET /1.0/operations/7/wait",
                "{\"id\":\"7\",\"status_code\":200,\"err\":\"\",\"resources\":{\"backups\":[\"/1.0/backups/backup3\"],\"storage_volumes\":[\""
                        + volumes + "/other\"]}}");
        daemon.sync("GET " + volumes + "/data/backups/backup3/export", "\"packed\"");
        daemon.sync("DELETE " + volumes + "/data/backups/backup3", "{}");
        Path file = target.resolve("data.tar.gz");
        assertThat(daemon.berth("storage", "volume", "export", "default", "data", target.toString(), "--volume-only"))
                .isZero();
        assertThat(daemon.requests.toString())
                .contains("\"volume_only\":true")
                .contains("DELETE " + volumes + "/data/backups/backup3");
        assertThat(file).content().contains("packed");
        assertThat(daemon.out).isEqualTo("Storage volume data exported to " + file + "\n");
        assertThat(daemon.berth("storage", "volume", "import", "default", file.toString(), "other"))
                .isZero();
        assertThat(daemon.out).isEqualTo("Storage volume other imported\n");
    }

    @Test
    void an_import_sends_the_file_and_says_what_was_made(@TempDir Path target) throws IOException {
        Path file = Files.writeString(target.resolve("web1.tar.gz"), "packed");
        daemon.async("POST /1.0/instances", 200, "", "{}");
        daemon.sync(
                "GET /1.0/operations/7/wait",
                "{\"id\":\"7\",\"status_code\":200,\"err\":\"\",\"resources\":{\"instances\":[\"/1.0/instances/web2\"]}}");
        assertThat(daemon.berth("import", file.toString(), "web2", "-s", "fast"))
                .isZero();
        assertThat(daemon.requests).contains("POST /1.0/instances packed");
        assertThat(daemon.out).isEqualTo("Instance web2 imported\n");
    }
}
