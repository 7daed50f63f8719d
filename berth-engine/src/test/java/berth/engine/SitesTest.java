package berth.engine;

import static berth.engine.TestHost.PROJECT;
import static berth.engine.TestHost.done;
import static berth.engine.TestHost.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import berth.engine.apply.AdoptDrift;
import berth.engine.apply.Generation;
import berth.engine.apply.Sites;
import berth.engine.instance.StopInstance;
import berth.engine.instance.UpdateInstance;
import berth.model.Fingerprint;
import berth.model.Image;
import berth.model.ImageAlias;
import berth.model.Kind;
import berth.model.Snapshot;
import berth.model.Status;
import berth.model.wanted.Strategy;
import berth.plan.Change;
import berth.plan.Differences;
import berth.plan.Plan;
import berth.plan.PlanText;
import berth.plan.Verdict;
import berth.spec.SourceFile;
import berth.steps.Faults;
import berth.steps.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Sites on a host of fakes: what is declared comes true, once, and stays ours. */
class SitesTest {
    private static final String SITE = """
            berth: 1
            site: demo
            pools: { p1: { driver: dir } }
            networks: { br0: { config: { ipv4.address: 10.9.8.1/24, ipv6.address: none } } }
            profiles:
              base:
                devices:
                  root: { type: disk, path: /, pool: p1 }
                  eth0: { type: nic, network: br0, name: eth0 }
            instances:
              web1: { image: bb, profiles: [ base ], memory: 64MiB }
              web2: { image: bb, profiles: [ base ], needs: [ web1 ] }
            """;
    private static final String WITHOUT_WEB2 = SITE.substring(0, SITE.indexOf("  web2:"));

    private final TestHost host = withImage(new TestHost());

    private static TestHost withImage(TestHost host) {
        var never = Instant.EPOCH;
        host.use()
                .shelves()
                .images()
                .put(new Image(
                        PROJECT,
                        TestHost.IMAGE,
                        Kind.CONTAINER,
                        "x86_64",
                        "",
                        1,
                        false,
                        false,
                        false,
                        false,
                        new TreeMap<>(),
                        List.of(),
                        never,
                        never,
                        never,
                        never));
        host.use().shelves().aliases().put(new ImageAlias(PROJECT, "bb", "", TestHost.IMAGE, Kind.CONTAINER));
        return host;
    }

    private static Sites.Wanted wanted(String text) {
        return new Sites.Wanted(List.of(new SourceFile("berth.yaml", text)), "", Set.of());
    }

    private static void apply(TestHost host, String text) {
        done(host.use().sites().apply(wanted(text)));
    }

    private static boolean plansNothing(TestHost host, String text) {
        return host.use().sites().plan(wanted(text)).isEmpty();
    }

    private Status status(String text) {
        return host.use().instances().show(PROJECT, name(text)).status();
    }

    @Test
    void come_true_and_then_plan_nothing() {
        apply(host, SITE);
        assertThat(status("web1")).isEqualTo(Status.RUNNING);
        assertThat(status("web2")).isEqualTo(Status.RUNNING);
        assertThat(plansNothing(host, SITE)).isTrue();
        assertThat(host.use().sites().generations().lastOfEach())
                .extracting(it -> it.number())
                .containsExactly(1L);
    }

    /** S3-74: what leaves the file is stopped and kept, and comes back with its data. */
    @Test
    void retire_a_guest_that_leaves_the_file_and_revive_it_when_it_comes_back() {
        apply(host, SITE);
        var id = host.use().instances().require(PROJECT, name("web2")).id();
        apply(host, WITHOUT_WEB2);
        assertThat(status("web2")).isEqualTo(Status.STOPPED);
        assertThat(host.use().instances().require(PROJECT, name("web2")).declared())
                .satisfies(it -> assertThat(it.retired()).isTrue());
        assertThat(plansNothing(host, WITHOUT_WEB2)).isTrue();
        apply(host, SITE);
        assertThat(host.use().instances().require(PROJECT, name("web2")).id()).isEqualTo(id);
        assertThat(status("web2")).isEqualTo(Status.RUNNING);
    }

    @Test
    void lose_what_they_retired_only_when_it_is_purged() {
        apply(host, SITE);
        assertThat(host.use().purge().meant("demo", Set.of())).isEmpty();
        assertThatThrownBy(() -> host.use().purge().purge("demo", Set.of("web2")))
                .hasMessageContaining("has retired nothing that is called \"web2\"");
        apply(host, SITE.substring(0, SITE.indexOf("networks:")));
        assertThat(host.use().purge().meant("demo", Set.of()).stream().map(Object::toString))
                .containsExactly("instance:web1", "instance:web2", "profile:base", "network:br0");
        done(host.use().startInstance().start(PROJECT, name("web1")));
        assertThatThrownBy(() -> host.use().purge().purge("demo", Set.of()))
                .hasMessageContaining("instance:web1 is running");
        done(host.use().purge().purge("demo", Set.of("web2")));
        done(host.use().stopInstance().stop(PROJECT, name("web1"), new StopInstance.Manner.Force()));
        done(host.use().purge().purge("demo", Set.of()));
        assertThat(host.use().shelves().instances().all()).isEmpty();
        assertThat(host.use().shelves().networks().all()).isEmpty();
        assertThat(host.use().purge().retired("demo")).isEmpty();
    }

    @Test
    void lose_nothing_when_one_of_what_is_to_be_purged_is_protected_in_whatever_word() {
        apply(host, SITE);
        apply(host, SITE.substring(0, SITE.indexOf("networks:")));
        host.use()
                .updateInstance()
                .updateNow(
                        PROJECT,
                        name("web2"),
                        it -> new UpdateInstance.Wanted(
                                it.description(),
                                null,
                                null,
                                it.with("security.protection.delete", "on").config(),
                                null),
                        null);
        assertThatThrownBy(() -> host.use().purge().purge("demo", Set.of()))
                .hasMessageContaining("instance:web2 is protected");
        assertThat(host.use().shelves().instances().all()).hasSize(2);
    }

    @Test
    void change_a_limit_without_a_restart() {
        apply(host, SITE);
        var before = host.use().instances().require(PROJECT, name("web1"));
        apply(host, SITE.replace("64MiB", "96MiB"));
        assertThat(host.instances.limits(before.id())).containsEntry("limits.memory", "96MiB");
        assertThat(host.use().instances().require(PROJECT, name("web1")).lastUsedAt())
                .isEqualTo(before.lastUsedAt());
    }

    @Test
    void never_touch_what_nobody_declared() {
        host.furnished();
        host.use().createInstance().createNow(TestHost.draft("web1"));
        var before = host.everything();
        assertThatThrownBy(() -> apply(host, SITE)).hasMessageContaining("no site declares it");
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void change_nothing_when_the_last_line_is_wrong() {
        var before = host.everything();
        assertThatThrownBy(() -> apply(host, SITE + "  web3: { image: bb, memroy: 1GiB }\n"))
                .hasMessageContaining("berth.yaml:13")
                .hasMessageContaining("memory");
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void are_checked_against_the_host_as_well_as_read() {
        assertThat(host.use().sites().check(wanted(SITE))).isEmpty();
        assertThat(host.use().sites().check(wanted(SITE.replace("image: bb", "image: none"))))
                .hasSize(2)
                .allSatisfy(it -> {
                    assertThat(it.error()).isTrue();
                    assertThat(it.line()).contains("there is no image none on this host");
                });
        assertThat(host.use().shelves().instances().all()).isEmpty();
    }

    @Test
    void are_over_only_when_the_guests_they_started_are_ready() {
        apply(host, SITE);

        assertThat(host.use().sites().generations().current("demo").done())
                .extracting(Generation.Done::object, Generation.Done::action, Generation.Done::result)
                .endsWith(tuple("instance:web1", "ready", "ok"), tuple("instance:web2", "ready", "ok"));
    }

    @Test
    void go_back_to_an_earlier_generation_and_forward_again() {
        apply(host, SITE);
        var id = host.use().instances().require(PROJECT, name("web2")).id();
        apply(host, WITHOUT_WEB2.replace("64MiB", "96MiB"));

        assertThat(host.use().sites().planRollback("demo", null, Set.of()).changes())
                .hasSize(2);
        done(host.use().sites().rollback("demo", null, Set.of(), true));

        assertThat(plansNothing(host, SITE)).isTrue();
        assertThat(host.use().instances().require(PROJECT, name("web2")).id()).isEqualTo(id);
        assertThat(status("web2")).isEqualTo(Status.RUNNING);
        var current = host.use().sites().generations().current("demo");
        assertThat(current.number()).isEqualTo(3);
        assertThat(current.of()).isEqualTo(1);

        done(host.use().sites().rollback("demo", 2L, Set.of(), true));
        assertThat(plansNothing(host, WITHOUT_WEB2.replace("64MiB", "96MiB"))).isTrue();
    }

    private static final String FOUR = SITE.substring(0, SITE.indexOf("  web1:")) + """
              a1: { image: bb, profiles: [ base ] }
              a2: { image: bb, profiles: [ base ] }
              a3: { image: bb, profiles: [ base ] }
              a4: { image: bb, profiles: [ base ], needs: [ a1 ] }
            """.indent(2);

    @Test
    void make_new_guests_at_once_that_need_none_of_one_another() {
        var two = new java.util.concurrent.CountDownLatch(2);
        var met = new AtomicBoolean();
        host.restart(new Faults() {
            @Override
            public void before(Run run, String step) {
                if (run.kind().equals("create instance") && step.equals("create the root volume")) {
                    two.countDown();
                    try {
                        met.set(two.await(20, java.util.concurrent.TimeUnit.SECONDS));
                    } catch (InterruptedException interrupted) {
                        throw new IllegalStateException(interrupted);
                    }
                }
            }

            @Override
            public void after(Run run, String step) {}
        });
        apply(host, FOUR);
        assertThat(met).isTrue();
        for (String each : List.of("a1", "a2", "a3", "a4")) {
            assertThat(status(each)).isEqualTo(Status.RUNNING);
        }
        assertThat(host.use().sites().generations().current("demo").done())
                .extracting(Generation.Done::object, Generation.Done::action)
                .containsSubsequence(tuple("instance:a1", "create"), tuple("instance:a4", "create"));
        assertThat(plansNothing(host, FOUR)).isTrue();
    }

    @Test
    void begin_no_other_guest_after_one_that_could_not_be_made() {
        host.restart(new Faults() {
            @Override
            public void before(Run run, String step) {
                if (run.kind().equals("create instance") && step.equals("create the root volume")) {
                    throw new IllegalStateException("broken on purpose");
                }
            }

            @Override
            public void after(Run run, String step) {}
        });
        assertThatThrownBy(() -> apply(host, FOUR)).hasMessageContaining("broken on purpose");
        assertThat(host.use().instances().list(PROJECT)).isEmpty();
        host.restart(Faults.NONE);
        apply(host, FOUR);
        assertThat(host.use().instances().list(PROJECT)).hasSize(4);
        assertThat(host.use().sites().generations().current("demo").whole()).isTrue();
    }

    @Test
    void pause_between_batches_that_are_healthy() {
        host.instances.commands = _ -> 0;
        String paused = WATCHED.replace("health: {", "update.pause: 1s, health: {");
        apply(host, paused);
        long begun = System.nanoTime();
        apply(host, paused.replace("64MiB", "96MiB"));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(1));
        assertThat(config("web2", "limits.memory")).isEqualTo("96MiB");
    }

    @Test
    void tell_how_guests_were_found_to_be_and_since_when() {
        host.instances.commands = _ -> 0;
        apply(host, WATCHED);
        var web1 = host.use().instances().require(PROJECT, name("web1"));
        var book = host.use().sites().health();
        var well = book.of(web1).orElseThrow();
        assertThat(well.well()).isTrue();

        host.instances.commands = _ -> 1;
        host.use().sites().lookAtHealth();
        var ill = book.of(web1).orElseThrow();
        assertThat(ill.wrong()).isEqualTo("it ended with 1");
        assertThat(ill.since()).isAfter(well.since());
        host.use().sites().lookAtHealth();
        assertThat(book.of(web1).orElseThrow().since()).isEqualTo(ill.since());
        assertThat(book.of(web1).orElseThrow().at()).isAfter(ill.at());

        host.use().stopInstance().stopNow(PROJECT, name("web1"), new StopInstance.Manner.Force());
        assertThat(book.of(web1)).isEmpty();
    }

    private static final Fingerprint OTHER = new Fingerprint("b".repeat(64));
    private static final String FOLLOWING = SITE.replace(
                    "profiles:\n", "images: { app: { source: bb, refresh: rebuild } }\nprofiles:\n")
            .replace("web1: { image: bb,", "web1: { image: app, guest.files: { /etc/x: { content: x } },");

    private void anotherImage() {
        var images = host.use().shelves().images();
        var old = images.find(PROJECT + "/" + TestHost.IMAGE).orElseThrow();
        images.put(new Image(
                PROJECT,
                OTHER,
                Kind.CONTAINER,
                "x86_64",
                "",
                1,
                false,
                false,
                false,
                false,
                new TreeMap<>(java.util.Map.of("os", "other")),
                List.of(),
                old.createdAt(),
                old.createdAt(),
                old.createdAt(),
                old.createdAt()));
        host.use().shelves().aliases().put(new ImageAlias(PROJECT, "bb", "", OTHER, Kind.CONTAINER));
    }

    /** A33: who asks for it gets the new root, all else of the guest stays; what was is kept and comes back. */
    @Test
    void give_a_guest_a_new_root_when_its_image_says_so_and_keep_what_was() {
        apply(host, FOLLOWING);
        var before = host.use().instances().require(PROJECT, name("web1"));
        anotherImage();
        var plan = host.use().sites().plan(wanted(FOLLOWING));
        assertThat(plan.changes())
                .extracting(it -> it.target().toString(), it -> it.verdict())
                .containsExactly(tuple("image:app", Verdict.NONE), tuple("instance:web1", Verdict.REPLACE));
        assertThat(PlanText.of(plan)).contains("image  aaaaaaaaaaaa -> made by this plan  replace  A33: ");
        assertThat(host.use()
                        .sites()
                        .plan(wanted(FOLLOWING.replace("image: app,", "image: app, protect: [ replace ],")))
                        .isRefused())
                .isTrue();
        assertThat(host.use()
                        .sites()
                        .plan(wanted(FOLLOWING.replace("image: app,", "image: app, activation.strategy: reload,")))
                        .pending())
                .extracting(Plan.Waiting::key)
                .containsExactly("image");

        apply(host, FOLLOWING);
        var after = host.use().instances().require(PROJECT, name("web1"));
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.config())
                .containsEntry("volatile.base_image", OTHER.text())
                .containsEntry("image.os", "other");
        assertThat(after.config().get("volatile.eth0.hwaddr"))
                .isEqualTo(before.config().get("volatile.eth0.hwaddr"));
        assertThat(status("web1")).isEqualTo(Status.RUNNING);
        assertThat(snapshots("web1")).containsExactly("pre-2");
        assertThat(plansNothing(host, FOLLOWING)).isTrue();
        assertThat(host.use().instances().require(PROJECT, name("web2")).config())
                .containsEntry("volatile.base_image", TestHost.IMAGE.text());

        host.storage.restored.clear();
        done(host.use().sites().rollback("demo", 1L, Set.of("web1"), true));
        assertThat(host.storage.restored).containsExactly("web1@pre-2");
        assertThat(host.use().instances().require(PROJECT, name("web1")).config())
                .containsEntry("volatile.base_image", TestHost.IMAGE.text())
                .containsEntry("image.os", "Fake");
    }

    @Test
    void put_the_old_root_back_when_a_guest_is_not_well_with_the_new_one() {
        String watched = FOLLOWING.replace(
                "image: app,", "image: app, health: { exec: [ am-i-well ], interval: 1s, start-period: 1s },");
        host.instances.commands = _ -> 0;
        apply(host, watched);
        anotherImage();
        host.instances.commands = _ -> 1;
        assertThatThrownBy(() -> apply(host, watched)).hasMessageContaining("instance:web1 healthy");
        assertThat(host.use().sites().generations().current("demo").done())
                .extracting(Generation.Done::action, Generation.Done::result)
                .endsWith(tuple("return", "ok"));
        assertThat(host.storage.restored).containsExactly("web1@pre-2");
        assertThat(host.use().instances().require(PROJECT, name("web1")).config())
                .containsEntry("volatile.base_image", TestHost.IMAGE.text());
        assertThat(host.use().sites().plan(wanted(watched)).changes())
                .extracting(it -> it.target().toString())
                .containsExactly("instance:web1");
    }

    private static Sites.Wanted planned(String text, String plan) {
        return new Sites.Wanted(
                wanted(text).files(), "", Set.of(), true, null, null, Set.of(), plan, false, false, Map.of());
    }

    @Test
    void apply_only_the_plan_that_was_shown() {
        String first = host.use().sites().plan(wanted(SITE)).id();
        done(host.use().sites().apply(planned(SITE, first)));
        assertThatThrownBy(() -> host.use().sites().apply(planned(SITE, first)))
                .hasMessageContaining("not what plan " + first);

        String more = SITE.replace("64MiB", "96MiB");
        String second = host.use().sites().plan(wanted(more)).id();
        assertThat(second).matches("2-[0-9a-f]{12}");
        assertThat(host.use().sites().plan(wanted(more)).id()).isEqualTo(second);
        byHand("web1", "limits.memory", "80MiB");
        assertThatThrownBy(() -> host.use().sites().apply(planned(more, second)))
                .hasMessageContaining("see: berth plan. Nothing was changed");
        assertThatThrownBy(() -> host.use().sites().apply(planned(SITE.replace("64MiB", "97MiB"), second)))
                .hasMessageContaining("not what plan");
        assertThatThrownBy(() -> host.use().sites().apply(planned(more, "3"))).hasMessageContaining("not what plan 3");
        assertThat(config("web1", "limits.memory")).isEqualTo("80MiB");
        done(host.use().sites().apply(planned(more, "2")));
        assertThat(config("web1", "limits.memory")).isEqualTo("96MiB");
    }

    @Test
    void put_right_only_what_somebody_changed_whatever_the_files_say_by_now() {
        apply(host, SITE);
        byHand("web1", "limits.memory", "80MiB");
        var plan = host.use().sites().planRepair("demo");
        assertThat(plan.changes()).extracting(it -> it.target().toString()).containsExactly("instance:web1");
        done(host.use().sites().repair("demo", true, plan.id()));
        assertThat(config("web1", "limits.memory")).isEqualTo("64MiB");
        assertThat(host.use().sites().drift("demo").isEmpty()).isTrue();
        assertThat(host.use().sites().generations().current("demo").of()).isEqualTo(1);
        done(host.use().sites().repair("demo", true, null));
        assertThat(host.use().sites().generations().current("demo").number()).isEqualTo(2);
    }

    @Test
    void do_not_finish_a_failed_apply_when_they_only_put_right() {
        host.instances.commands = _ -> 0;
        apply(host, WATCHED);
        host.instances.commands = _ -> 1;
        String more = WATCHED.replace("64MiB", "96MiB").replace("health: {", "update.on-failure: stop, health: {");
        assertThatThrownBy(() -> apply(host, more)).hasMessageContaining("instance:web1");
        host.instances.commands = _ -> 0;
        byHand("web1", "limits.memory", "80MiB");
        assertThat(host.use().sites().planRepair("demo").changes())
                .extracting(it -> it.target().toString())
                .containsExactly("instance:web1");
        done(host.use().sites().repair("demo", true, null));
        assertThat(config("web1", "limits.memory")).isEqualTo("96MiB");
        assertThat(config("web2", "limits.memory")).isEqualTo("64MiB");
        assertThat(host.use().sites().generations().current("demo").whole()).isFalse();
        apply(host, more);
        assertThat(config("web2", "limits.memory")).isEqualTo("96MiB");
    }

    private static final String SNAPPED = SITE.replace("memory: 64MiB", "memory: 64MiB, snapshots.before: restart");
    private static final String CHANGED =
            SNAPPED.replace("memory: 64MiB", "memory: 64MiB, config: { security.privileged: true }");

    private List<String> snapshots(String guest) {
        return host.use().snapshots().list(host.use().instances().require(PROJECT, name(guest))).stream()
                .map(Snapshot::name)
                .toList();
    }

    @Test
    void keep_the_state_of_a_guest_before_a_restart_when_it_says_so() {
        apply(host, SNAPPED);
        apply(host, SNAPPED.replace("64MiB", "96MiB"));
        assertThat(snapshots("web1")).isEmpty();
        apply(host, CHANGED);
        assertThat(snapshots("web1")).containsExactly("pre-3");
        assertThat(status("web1")).isEqualTo(Status.RUNNING);
        assertThat(host.use().sites().generations().current("demo").done())
                .extracting(Generation.Done::object, Generation.Done::action)
                .startsWith(tuple("instance:web1", "snapshot pre-3"), tuple("instance:web1", "update"));
    }

    @Test
    void put_data_back_only_of_guests_that_are_named_and_can_take_that_back() {
        apply(host, SNAPPED);
        apply(host, CHANGED);

        var without = host.use().sites().planRollback("demo", 1L, Set.of());
        assertThat(without.states()).containsExactly(new Plan.State(name("web1"), "pre-2", false));
        assertThat(PlanText.of(without)).contains("pre-2  not used  (add --with-state web1)");

        done(host.use().sites().rollback("demo", 1L, Set.of("web1"), true));
        assertThat(host.storage.restored).containsExactly("web1@pre-2");
        assertThat(snapshots("web1")).containsExactly("pre-2", "pre-3");
        assertThat(status("web1")).isEqualTo(Status.RUNNING);
        assertThat(plansNothing(host, SNAPPED)).isTrue();

        done(host.use().sites().rollback("demo", 2L, Set.of("web1"), true));
        assertThat(host.storage.restored).containsExactly("web1@pre-2", "web1@pre-3");
        assertThat(plansNothing(host, CHANGED)).isTrue();
    }

    @Test
    void say_which_state_there_is_not_and_refuse_to_put_back_what_is_protected() {
        apply(host, SNAPPED);
        apply(host, SNAPPED.replace("64MiB", "96MiB"));
        assertThatThrownBy(() -> host.use().sites().rollback("demo", 1L, Set.of("web1"), true))
                .hasMessageContaining("No apply since generation 1 kept the state of web1");
        assertThatThrownBy(() -> host.use().sites().rollback("demo", 1L, Set.of("nobody"), true))
                .hasMessageContaining("has no guest \"nobody\"");
        host.use().snapshots().takeNow(PROJECT, name("web2"), "mine", null);
        assertThatThrownBy(() -> host.use().sites().rollback("demo", 1L, Set.of("web2=yours"), true))
                .hasMessageContaining("not found");
        assertThat(host.use()
                        .sites()
                        .planRollback("demo", 1L, Set.of("web2=mine"))
                        .changes())
                .extracting(it -> it.target().toString(), it -> it.verdict())
                .contains(tuple("instance:web2", Verdict.RESTART));
        String guarded = SNAPPED.replace("memory: 64MiB", "memory: 64MiB, protect: [ replace ]");
        apply(host, guarded);
        apply(host, guarded.replace("64MiB", "96MiB"));
        host.use().snapshots().takeNow(PROJECT, name("web1"), "mine", null);
        assertThatThrownBy(() -> host.use().sites().rollback("demo", 3L, Set.of("web1=mine"), true))
                .hasMessageContaining("protected against replacing; A46");
    }

    @Test
    void start_a_guest_again_whose_state_could_not_be_kept() {
        apply(host, SNAPPED);
        host.storage.full = true;
        assertThatThrownBy(() -> apply(host, CHANGED)).hasMessageContaining("instance:web1");
        host.storage.full = false;
        assertThat(status("web1")).isEqualTo(Status.RUNNING);
        assertThat(snapshots("web1")).isEmpty();
        apply(host, CHANGED);
        assertThat(snapshots("web1")).containsExactly("pre-3");
    }

    @Test
    void have_nothing_to_go_back_to_at_first() {
        assertThatThrownBy(() -> host.use().sites().rollback("demo", null, Set.of(), true))
                .hasMessageContaining("There is no site");
        apply(host, SITE);
        assertThatThrownBy(() -> host.use().sites().rollback("demo", null, Set.of(), true))
                .hasMessageContaining("no earlier generation");
        assertThatThrownBy(() -> host.use().sites().rollback("demo", 7L, Set.of(), true))
                .hasMessageContaining("no generation 7")
                .hasMessageContaining("1 to 1");
    }

    @Test
    void tell_what_one_generation_asks_for_and_another_does_not() {
        apply(host, SITE);
        apply(host, WITHOUT_WEB2.replace("64MiB", "96MiB"));

        assertThat(host.use().sites().difference("demo", 1, 2))
                .contains(new Differences.Key("instance:web1", "config.limits.memory", "64MiB", "96MiB"))
                .anySatisfy(it -> assertThat(it.object()).isEqualTo("instance:web2"))
                .noneSatisfy(it -> assertThat(it.object()).isEqualTo("pool:p1"));
    }

    @Test
    void tell_what_was_changed_behind_their_back() {
        apply(host, SITE);
        assertThat(host.use().sites().drift("demo").isEmpty()).isTrue();

        host.use().stopInstance().stopNow(PROJECT, name("web1"), new StopInstance.Manner.Force());

        assertThat(host.use().sites().drift("demo").changes())
                .singleElement()
                .satisfies(it -> assertThat(it.target()).hasToString("instance:web1"));
    }

    @Test
    void leave_and_tell_drift_that_the_file_wants_only_told() {
        String site =
                SITE.replace("memory: 64MiB }", "memory: 64MiB, on-drift: { limits.memory: report, power: ignore } }");
        apply(host, site);
        byHand("web1", "limits.memory", "96MiB");
        host.use().stopInstance().stopNow(PROJECT, name("web1"), new StopInstance.Manner.Force());

        var drift = host.use().sites().drift("demo");
        assertThat(drift.changes()).isEmpty();
        assertThat(drift.drifted()).singleElement().satisfies(it -> {
            assertThat(it.key()).isEqualTo("limits.memory");
            assertThat(it.declared()).isEqualTo("64MiB");
            assertThat(it.found()).isEqualTo("96MiB");
        });
        apply(host, site.replace("needs: [ web1 ]", "cpus: 1"));
        assertThat(config("web1", "limits.memory")).isEqualTo("96MiB");
        assertThat(status("web1")).isEqualTo(Status.STOPPED);

        apply(host, site.replace("64MiB", "32MiB"));
        assertThat(config("web1", "limits.memory")).isEqualTo("32MiB");
    }

    @Test
    void write_drift_into_the_file_in_place_and_plan_nothing_then() {
        String site = SITE.replace("  web1:", "  # the shop window\n  web1:")
                .replace("memory: 64MiB }", "memory: 64MiB }   # as measured")
                .replace("instances:", "defaults.on-drift: { limits.memory: adopt }\ninstances:");
        apply(host, site);
        byHand("web1", "limits.memory", "96MiB");
        byHand("web2", "boot.autostart", "false");
        var adopted = new AdoptDrift(host.use().sites()).adopt(wanted(site).files(), "", "", "");

        assertThat(adopted.edits()).singleElement().satisfies(it -> {
            assertThat(it.file() + ":" + it.line() + " " + it.from() + " " + it.to())
                    .isEqualTo("berth.yaml:13 64MiB 96MiB");
        });
        String text = adopted.files().getFirst().text();
        assertThat(text).isEqualTo(site.replace("64MiB", "96MiB"));
        apply(host, text);
        assertThat(config("web1", "limits.memory")).isEqualTo("96MiB");
        assertThat(plansNothing(host, text)).isTrue();
    }

    @Test
    void say_where_a_person_has_to_write_what_cannot_be_written_in_place() {
        apply(host, SITE);
        byHand("web2", "boot.autostart", "false");
        assertThatThrownBy(() ->
                        new AdoptDrift(host.use().sites()).adopt(wanted(SITE).files(), "", "web2", "boot.autostart"))
                .hasMessageContaining("cannot be written in place");
        assertThatThrownBy(() ->
                        new AdoptDrift(host.use().sites()).adopt(wanted(SITE).files(), "", "web1", "limits.memory"))
                .hasMessageContaining("not drifted");
    }

    @Test
    void let_a_guest_go_that_stays_as_it_is() {
        apply(host, SITE);
        assertThatThrownBy(() -> host.use().detach().detach("demo", Set.of("web1", "web9")))
                .hasMessageContaining("owns nothing that is called \"web9\"");
        var before = host.use().instances().require(PROJECT, name("web2"));
        assertThat(host.use().detach().detach("demo", Set.of("web2")))
                .singleElement()
                .hasToString("instance:web2");
        assertThat(host.use().instances().require(PROJECT, name("web2"))).isEqualTo(before.declaredBy(null));
        assertThat(status("web2")).isEqualTo(Status.RUNNING);
        assertThat(host.use().sites().drift("demo").isEmpty()).isTrue();
        assertThat(host.use().sites().drift("demo").hasErrors()).isFalse();
        assertThatThrownBy(() -> apply(host, SITE)).hasMessageContaining("no site declares it");
        apply(host, WITHOUT_WEB2);
        assertThat(status("web2")).isEqualTo(Status.RUNNING);
    }

    @Test
    void rename_a_guest_that_says_what_it_was_and_keep_its_data() {
        apply(host, SITE);
        var id = host.use().instances().require(PROJECT, name("web1")).id();
        String renamed = SITE.replace("web1: {", "shop: { was: web1,").replace("[ web1 ]", "[ shop ]");
        assertThat(host.use().sites().plan(wanted(renamed)).changes())
                .filteredOn(it -> it.target().name().equals("shop"))
                .singleElement()
                .satisfies(it -> assertThat(it.keys().getFirst().rule()).isEqualTo("A36"));
        apply(host, renamed);
        assertThat(host.use().instances().require(PROJECT, name("shop")).id()).isEqualTo(id);
        assertThat(status("shop")).isEqualTo(Status.RUNNING);
        assertThat(host.use().shelves().instances().all()).hasSize(2);
        assertThat(plansNothing(host, renamed)).isTrue();
        assertThat(plansNothing(host, renamed.replace(" was: web1,", ""))).isTrue();
    }

    @Test
    void leave_a_running_guest_alone_whose_strategy_is_none() {
        String site = SITE.replace("memory: 64MiB }", "memory: 64MiB, activation.strategy: none }");
        apply(host, site);
        String more = site.replace("64MiB", "96MiB");
        var plan = host.use().sites().plan(wanted(more));
        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.pending()).singleElement().satisfies(it -> {
            assertThat(it.key()).isEqualTo("limits.memory");
            assertThat(it.why()).startsWith("held");
        });
        host.use().stopInstance().stopNow(PROJECT, name("web1"), new StopInstance.Manner.Force());
        apply(host, more);
        assertThat(config("web1", "limits.memory")).isEqualTo("96MiB");
        assertThat(status("web1")).isEqualTo(Status.RUNNING);
    }

    @Test
    void restart_guests_for_this_time_when_that_is_asked_for() {
        apply(host, SITE);
        var restart = new Sites.Wanted(
                wanted(SITE.replace("64MiB", "96MiB")).files(),
                "",
                Set.of(),
                true,
                Strategy.RESTART,
                null,
                Set.of(),
                null,
                false,
                false,
                Map.of());
        assertThat(host.use().sites().plan(restart).changes())
                .singleElement()
                .satisfies(it -> assertThat(it.verdict()).isEqualTo(Verdict.RESTART));
        var before = host.use().instances().require(PROJECT, name("web1")).lastUsedAt();
        done(host.use().sites().apply(restart));
        assertThat(host.use().instances().require(PROJECT, name("web1")).lastUsedAt())
                .isAfter(before);
    }

    private static final String WATCHED = SITE.replace("profiles: [ base ],", "profiles: [ base ], memory: 64MiB,")
            .replace("memory: 64MiB }", "health: { exec: [ am-i-well ], interval: 1s, start-period: 1s } }")
            .replace("needs: [ web1 ] }", "needs: { web1: healthy }, health: { exec: [ am-i-well ] } }");

    @Test
    void wait_until_guests_are_healthy_before_others_that_need_them_start() {
        host.instances.commands = _ -> 0;
        apply(host, WATCHED);
        assertThat(host.use().sites().generations().current("demo").done())
                .extracting(Generation.Done::object, Generation.Done::action)
                .containsSubsequence(
                        tuple("instance:web1", "ready"),
                        tuple("instance:web1", "healthy"),
                        tuple("instance:web2", "create"),
                        tuple("instance:web2", "healthy"));
        assertThat(host.instances.ran).contains("am-i-well");
    }

    @Test
    void take_a_guest_back_that_is_not_well_after_a_change_and_leave_the_rest_untouched() {
        host.instances.commands = _ -> 0;
        apply(host, WATCHED);
        var id = host.use().instances().require(PROJECT, name("web1")).id();
        host.instances.commands = _ -> "96MiB".equals(host.instances.limits(id).get("limits.memory")) ? 1 : 0;
        assertThatThrownBy(() -> apply(host, WATCHED.replace("64MiB", "96MiB")))
                .hasMessageContaining(
                        "instance:web1 healthy: it is not healthy: exec am-i-well after 1 s: it ended with 1");
        assertThat(config("web1", "limits.memory")).isEqualTo("64MiB");
        assertThat(config("web2", "limits.memory")).isEqualTo("64MiB");
        var last = host.use().sites().generations().current("demo");
        assertThat(last.whole()).isFalse();
        assertThat(last.done().getLast().action()).isEqualTo("return");
        assertThat(last.done().getLast().result()).isEqualTo("ok");
        assertThat(plansNothing(host, WATCHED)).isTrue();
        apply(host, WATCHED);
        assertThat(host.use().sites().generations().current("demo").whole()).isTrue();
        assertThat(host.use().sites().drift("demo").isEmpty()).isTrue();
    }

    @Test
    void retire_a_new_guest_that_is_not_well_but_leave_the_first_ones_there_are() {
        host.instances.commands = _ -> 1;
        assertThatThrownBy(() -> apply(host, WATCHED)).hasMessageContaining("it is not healthy");
        assertThat(host.use().sites().generations().current("demo").done())
                .extracting(Generation.Done::action, Generation.Done::result)
                .endsWith(tuple("return", "there is nothing that it was before"));
        assertThat(status("web1")).isEqualTo(Status.RUNNING);

        host.instances.commands = _ -> 0;
        apply(host, WATCHED.substring(0, WATCHED.indexOf("  web2:")));
        host.instances.commands = _ -> 1;
        assertThatThrownBy(() -> apply(host, WATCHED)).hasMessageContaining("instance:web2");
        assertThat(status("web2")).isEqualTo(Status.STOPPED);
        assertThat(host.use().purge().retired("demo").stream().map(Object::toString))
                .containsExactly("instance:web2");
    }

    @Test
    void change_a_batch_of_guests_at_once_before_they_wait_for_it() {
        host.instances.commands = _ -> 0;
        String batches =
                WATCHED.replace("health: {", "update.batch: 2, health: {").replace("needs: { web1: healthy }, ", "");
        apply(host, batches);
        apply(host, batches.replace("64MiB", "96MiB"));
        assertThat(host.use().sites().generations().current("demo").done())
                .extracting(Generation.Done::object, Generation.Done::action)
                .containsExactly(
                        tuple("instance:web1", "update"),
                        tuple("instance:web2", "update"),
                        tuple("instance:web1", "healthy"),
                        tuple("instance:web2", "healthy"));
    }

    @Test
    void let_a_guest_begin_anew_once_and_keep_what_was() {
        apply(host, SITE);
        var id = host.use().instances().require(PROJECT, name("web1")).id();
        String anew = SITE.replace("memory: 64MiB", "memory: 64MiB, reset: 1");
        assertThat(host.use().sites().plan(wanted(anew)).changes())
                .singleElement()
                .satisfies(it -> assertThat(it.verdict()).isEqualTo(Verdict.REPLACE));
        assertThat(host.use()
                        .sites()
                        .plan(wanted(anew.replace("reset: 1", "reset: 1, protect: [ replace ]")))
                        .isRefused())
                .isTrue();
        apply(host, anew);
        assertThat(status("web1")).isEqualTo(Status.RUNNING);
        assertThat(host.use().instances().require(PROJECT, name("web1")).id()).isNotEqualTo(id);
        var old = host.use().instances().require(PROJECT, name("web1-reset-0"));
        assertThat(old.id()).isEqualTo(id);
        assertThat(old.declared()).satisfies(it -> assertThat(it.retired()).isTrue());
        assertThat(plansNothing(host, anew)).isTrue();
        assertThat(host.use().purge().retired("demo").stream().map(Object::toString))
                .containsExactly("instance:web1-reset-0");
    }

    @Test
    void let_a_guest_begin_anew_that_is_named_without_a_word_in_the_file() {
        apply(host, SITE);
        var id = host.use().instances().require(PROJECT, name("web1")).id();
        assertThat(host.use().sites().planReset("demo", Set.of("web1")).changes())
                .singleElement()
                .satisfies(it -> assertThat(it.keys().getFirst().rule()).isEqualTo("A40"));
        done(host.use().sites().reset("demo", Set.of("web1"), true));
        done(host.use().sites().reset("demo", Set.of("instance:web1"), true));
        assertThat(host.use().instances().require(PROJECT, name("web1-reset-0")).id())
                .isEqualTo(id);
        assertThat(status("web1-reset-0-2")).isEqualTo(Status.STOPPED);
        assertThat(status("web1")).isEqualTo(Status.RUNNING);
        assertThat(plansNothing(host, SITE)).isTrue();
        assertThatThrownBy(() -> host.use().sites().reset("demo", Set.of("nobody"), true))
                .hasMessageContaining("has no guest");
        assertThatThrownBy(() -> host.use().sites().reset("demo", Set.of(), true))
                .hasMessageContaining("No guest was named");
    }

    @Test
    void lose_nothing_that_the_file_protects() {
        String site = SITE.replace("br0: { ", "br0: { protect: [ delete ], ");
        apply(host, site);
        apply(host, site.substring(0, site.indexOf("networks:")));
        assertThatThrownBy(() -> host.use().purge().purge("demo", Set.of()))
                .hasMessageContaining("network:br0 is protected against deletion by site demo");
        assertThat(host.use().shelves().networks().all()).hasSize(1);
    }

    @Test
    void keep_an_image_that_the_file_protects_and_make_nothing_of_it_for_that() {
        String plain = SITE.replace("instances:", "images: { app: { source: bb } }\ninstances:");
        String guarded = plain.replace("source: bb", "source: bb, protect: [ delete ]");
        apply(host, plain);
        var change = host.use().sites().plan(wanted(guarded)).changes();
        assertThat(change).singleElement().satisfies(it -> {
            assertThat(it.keys().getFirst().rule()).isEqualTo("A31");
            assertThat(((Change.OfImage) it).making()).isFalse();
        });
        apply(host, guarded);
        apply(host, SITE);
        assertThatThrownBy(() -> host.use().purge().purge("demo", Set.of()))
                .hasMessageContaining("image:app is protected against deletion by site demo");
    }

    @Test
    void keep_a_profile_that_the_file_protects_until_the_word_is_taken_out() {
        String site = SITE.replace("  base:\n", "  base:\n    protect: [ delete ]\n");
        apply(host, site);
        assertThat(plansNothing(host, site)).isTrue();
        String without = site.substring(0, site.indexOf("profiles:"));
        apply(host, without);
        assertThatThrownBy(() -> host.use().purge().purge("demo", Set.of()))
                .hasMessageContaining("profile:base is protected against deletion by site demo");
        assertThat(host.use().instances().list(PROJECT)).hasSize(2);
        apply(host, SITE);
        apply(host, without);
        done(host.use().purge().purge("demo", Set.of()));
        assertThat(host.use().shelves().profiles().all())
                .noneMatch(it -> it.name().text().equals("base"));
    }

    private void byHand(String guest, String key, String value) {
        host.use()
                .updateInstance()
                .updateNow(
                        PROJECT,
                        name(guest),
                        it -> new UpdateInstance.Wanted(
                                it.description(),
                                null,
                                null,
                                it.with(key, value).config(),
                                null),
                        null);
    }

    private @org.jspecify.annotations.Nullable String config(String guest, String key) {
        return host.use().instances().require(PROJECT, name(guest)).config().get(key);
    }

    /** R26: whatever step the daemon dies at, the next apply converges. */
    @TestFactory
    Stream<DynamicTest> converge_after_the_daemon_has_died_in_the_middle() {
        var moments = new ArrayList<String>();
        var counting = withImage(new TestHost());
        counting.restart(new Faults() {
            @Override
            public void before(Run run, String step) {
                moments.add(step);
            }

            @Override
            public void after(Run run, String step) {
                moments.add(step);
            }
        });
        apply(counting, SITE);
        var whole = counting.everything();
        return IntStream.range(0, moments.size())
                .mapToObj(at -> DynamicTest.dynamicTest(at + " " + moments.get(at), () -> {
                    var mortal = withImage(new TestHost());
                    mortal.restart(dieAt(at));
                    attempt(mortal);
                    mortal.restart(Faults.NONE);
                    apply(mortal, SITE);
                    assertThat(plansNothing(mortal, SITE)).isTrue();
                    assertThat(mortal.everything().stream().filter(it -> !it.contains("/generations/")))
                            .containsExactlyElementsOf(whole.stream()
                                    .filter(it -> !it.contains("/generations/"))
                                    .toList());
                }));
    }

    private static Faults dieAt(int moment) {
        var count = new java.util.concurrent.atomic.AtomicInteger();
        var dead = new AtomicBoolean();
        return new Faults() {
            @Override
            public void before(Run run, String step) {
                tick();
            }

            @Override
            public void after(Run run, String step) {
                tick();
            }

            private void tick() {
                if (count.getAndIncrement() == moment && dead.compareAndSet(false, true)) {
                    throw new MortalStore.Death();
                }
            }
        };
    }

    private static void attempt(TestHost host) {
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                apply(host, SITE);
            } catch (RuntimeException expected) {
                // the daemon died
            }
        });
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
