package berth.engine;

import static berth.engine.TestHost.PROJECT;
import static berth.engine.TestHost.done;
import static berth.engine.TestHost.draft;
import static berth.engine.TestHost.name;
import static org.assertj.core.api.Assertions.assertThat;

import berth.engine.instance.StopInstance;
import berth.engine.instance.UpdateInstance;
import berth.model.NetworkName;
import berth.model.PoolName;
import berth.model.ProfileName;
import berth.model.Settings;
import berth.model.Volume;
import berth.steps.Faults;
import berth.steps.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The daemon dies, or a step fails, before or after every step of everything that can be done; the next daemon finds all
 * of it done or none of it (reliability R1, R2; nobody lists the steps: a first run tells them).
 */
class EveryStepTest {
    @org.junit.jupiter.api.BeforeAll
    static void let_the_dead_be_quiet() {
        Thread.setDefaultUncaughtExceptionHandler((thread, death) -> {
            if (!(death instanceof MortalStore.Death)) {
                death.printStackTrace();
            }
        });
    }

    private record Moment(String kind, String step, boolean after) {
        @Override
        public String toString() {
            return (after ? "after" : "before") + " \"" + step + "\" of \"" + kind + "\"";
        }
    }

    /** What can be done, each on a host that is prepared for it. */
    private static Map<String, Map.Entry<Consumer<TestHost>, Consumer<TestHost>>> deeds() {
        var deeds = new LinkedHashMap<String, Map.Entry<Consumer<TestHost>, Consumer<TestHost>>>();
        Consumer<TestHost> stopped = it -> it.use().createInstance().createNow(draft("c1"));
        Consumer<TestHost> running =
                stopped.andThen(it -> it.use().startInstance().startNow(PROJECT, name("c1")));
        Consumer<TestHost> snapshotted =
                stopped.andThen(it -> it.use().snapshots().takeNow(PROJECT, name("c1"), "s1", null));
        Consumer<TestHost> nothing = it -> {};
        deeds.put("create", Map.entry(nothing, stopped));
        deeds.put("start", Map.entry(stopped, it -> it.use().startInstance().startNow(PROJECT, name("c1"))));
        deeds.put(
                "stop",
                Map.entry(
                        running,
                        it -> it.use()
                                .stopInstance()
                                .stopNow(PROJECT, name("c1"), new StopInstance.Manner.Ask(Duration.ofSeconds(1)))));
        deeds.put(
                "kill",
                Map.entry(
                        running,
                        it -> it.use().stopInstance().stopNow(PROJECT, name("c1"), new StopInstance.Manner.Force())));
        deeds.put(
                "restart",
                Map.entry(
                        running,
                        it -> it.use()
                                .restartInstance()
                                .restartNow(PROJECT, name("c1"), new StopInstance.Manner.Force())));
        deeds.put(
                "delete", Map.entry(snapshotted, it -> it.use().deleteInstance().deleteNow(PROJECT, name("c1"))));
        deeds.put(
                "copy",
                Map.entry(
                        snapshotted,
                        it -> it.use()
                                .createInstance()
                                .createNow(new berth.engine.instance.InstanceDraft(
                                        PROJECT,
                                        name("c2"),
                                        berth.model.Kind.CONTAINER,
                                        "",
                                        false,
                                        "",
                                        null,
                                        Settings.copyOf(null),
                                        Settings.devices(null),
                                        new berth.engine.instance.Origin.OfInstance(PROJECT, name("c1"), null, true),
                                        null))));
        deeds.put(
                "rename",
                Map.entry(snapshotted, it -> done(it.use().renameInstance().rename(PROJECT, name("c1"), name("c2")))));
        deeds.put(
                "update",
                Map.entry(
                        running,
                        it -> it.use()
                                .updateInstance()
                                .updateNow(
                                        PROJECT,
                                        name("c1"),
                                        before -> new UpdateInstance.Wanted(
                                                "new",
                                                null,
                                                null,
                                                Settings.with(before.config(), "limits.processes", "7"),
                                                null),
                                        null)));
        deeds.put(
                "devices of a running guest",
                Map.entry(
                        running,
                        it -> devices(
                                it,
                                Map.of(
                                        "eth0", Map.of("type", "none"),
                                        "eth1", Map.of("type", "nic", "network", "br0"),
                                        "data", Map.of("type", "disk", "source", "/tmp", "path", "/data")))));
        deeds.put(
                "devices out of a running guest",
                Map.entry(
                        running.andThen(it ->
                                devices(it, Map.of("data", Map.of("type", "disk", "source", "/tmp", "path", "/data")))),
                        it -> devices(it, Map.of())));
        deeds.put(
                "devices of a profile",
                Map.entry(
                        running,
                        it -> it.use()
                                .profiles()
                                .update(
                                        PROJECT,
                                        new ProfileName("default"),
                                        before -> TestHost.profile(
                                                before,
                                                Map.of(),
                                                Map.of("eth1", Map.of("type", "nic", "network", "br0"))))));
        deeds.put("snapshot", Map.entry(stopped, it -> it.use().snapshots().takeNow(PROJECT, name("c1"), "s1", null)));
        Consumer<TestHost> backed = stopped.andThen(it -> {
            var instance = it.use().instances().require(PROJECT, name("c1"));
            it.use()
                    .shelves()
                    .backups()
                    .put(new berth.model.Backup(
                            instance.id(), "b1", java.time.Instant.EPOCH, java.time.Instant.EPOCH, false, false));
        });
        deeds.put("create backup", Map.entry(snapshotted, it -> {
            var instance = it.use().instances().require(PROJECT, name("c1"));
            done(it.use().backups().create(instance, "b1", null, "none", false, false));
        }));
        deeds.put("rename backup", Map.entry(backed, it -> {
            var instance = it.use().instances().require(PROJECT, name("c1"));
            done(it.use().backups().rename(instance, it.use().backups().require(instance, "b1"), "b2"));
        }));
        deeds.put("delete backup", Map.entry(backed, it -> {
            var instance = it.use().instances().require(PROJECT, name("c1"));
            done(it.use().backups().delete(instance, it.use().backups().require(instance, "b1")));
        }));
        deeds.put(
                "delete with backups",
                Map.entry(backed, it -> it.use().deleteInstance().deleteNow(PROJECT, name("c1"))));
        deeds.put(
                "restore",
                Map.entry(snapshotted, it -> done(it.use().snapshots().restore(PROJECT, name("c1"), "s1"))));
        deeds.put(
                "rebuild",
                Map.entry(
                        snapshotted,
                        it -> it.use()
                                .rebuildInstance()
                                .rebuildNow(PROJECT, name("c1"), TestHost.IMAGE, "s2", List.of())));
        deeds.put(
                "rename snapshot",
                Map.entry(snapshotted, it -> done(it.use().snapshots().rename(PROJECT, name("c1"), "s1", "s2"))));
        deeds.put(
                "delete snapshot",
                Map.entry(snapshotted, it -> done(it.use().snapshots().delete(PROJECT, name("c1"), "s1"))));
        deeds.put(
                "update profile",
                Map.entry(
                        running,
                        it -> it.use()
                                .profiles()
                                .update(
                                        PROJECT,
                                        new ProfileName("default"),
                                        before -> TestHost.profile(before, Map.of("limits.processes", "9")))));
        deeds.put("create pool", Map.entry(nothing, it -> it.use().pools().create(TestHost.pool("p2"))));
        deeds.put(
                "delete pool",
                Map.entry(
                        it -> it.use().pools().create(TestHost.pool("p2")),
                        it -> it.use().pools().delete(new PoolName("p2"))));
        Consumer<TestHost> volume = it -> volume(it, "v1");
        Consumer<TestHost> kept = volume.andThen(it -> it.use()
                .volumeSnapshots()
                .takeNow(found(it, "v1"), it.use().volumeSnapshots().draft(found(it, "v1"), "s1", null)));
        deeds.put("create volume", Map.entry(nothing, volume));
        deeds.put(
                "copy volume",
                Map.entry(
                        kept,
                        it -> it.use()
                                .volumes()
                                .copy(
                                        found(it, "v1"),
                                        null,
                                        it.use().pools().require(new PoolName("p1")),
                                        "v2",
                                        null,
                                        false)));
        Consumer<TestHost> another = it -> it.use().pools().create(TestHost.pool("p2"));
        deeds.put(
                "copy volume to another pool",
                Map.entry(
                        kept.andThen(another),
                        it -> it.use()
                                .volumes()
                                .copy(
                                        found(it, "v1"),
                                        null,
                                        it.use().pools().require(new PoolName("p2")),
                                        "v1",
                                        null,
                                        false)));
        deeds.put(
                "move volume",
                Map.entry(
                        kept.andThen(another),
                        it -> it.use()
                                .volumes()
                                .move(found(it, "v1"), it.use().pools().require(new PoolName("p2")), "v2", false)));
        deeds.put(
                "refresh volume",
                Map.entry(
                        kept.andThen(it -> volume(it, "v2")),
                        it -> it.use().volumes().refresh(found(it, "v2"), found(it, "v1"), false)));
        deeds.put(
                "move instance",
                Map.entry(
                        snapshotted.andThen(another),
                        it -> done(it.use()
                                .moveInstance()
                                .move(
                                        PROJECT,
                                        name("c1"),
                                        name("c2"),
                                        it.use().pools().require(new PoolName("p2")),
                                        false))));
        deeds.put(
                "refresh instance",
                Map.entry(
                        snapshotted
                                .andThen(it -> it.use().createInstance().createNow(draft("c2")))
                                .andThen(it -> it.use().snapshots().takeNow(PROJECT, name("c2"), "s0", null)),
                        it -> done(it.use()
                                .refreshInstance()
                                .refresh(
                                        PROJECT,
                                        name("c2"),
                                        new berth.engine.instance.Origin.OfInstance(
                                                PROJECT, name("c1"), null, true)))));
        deeds.put(
                "update volume",
                Map.entry(
                        volume,
                        it -> it.use()
                                .volumes()
                                .update(
                                        found(it, "v1"),
                                        before -> before.with("other", Settings.copyOf(Map.of("size", "1GiB"))))));
        deeds.put("rename volume", Map.entry(kept, it -> it.use().volumes().rename(found(it, "v1"), "v2")));
        deeds.put("create volume backup", Map.entry(kept, EveryStepTest::backUp));
        deeds.put("rename volume backup", Map.entry(kept.andThen(EveryStepTest::backUp), it -> {
            var backup = it.use().volumeBackups().require(found(it, "v1"), "b1");
            done(it.use().volumeBackups().rename(found(it, "v1"), backup, "b2"));
        }));
        deeds.put(
                "move volume with a backup",
                Map.entry(
                        kept.andThen(another).andThen(EveryStepTest::backUp),
                        it -> it.use()
                                .volumes()
                                .move(found(it, "v1"), it.use().pools().require(new PoolName("p2")), "v2", false)));
        deeds.put(
                "delete volume with a backup",
                Map.entry(
                        kept.andThen(EveryStepTest::backUp),
                        it -> it.use().volumes().delete(found(it, "v1"))));
        deeds.put("delete volume", Map.entry(kept, it -> it.use().volumes().delete(found(it, "v1"))));
        deeds.put(
                "snapshot volume",
                Map.entry(
                        volume,
                        it -> it.use()
                                .volumeSnapshots()
                                .takeNow(
                                        found(it, "v1"),
                                        it.use().volumeSnapshots().draft(found(it, "v1"), "s1", null))));
        deeds.put(
                "rename volume snapshot",
                Map.entry(kept, it -> it.use().volumeSnapshots().renameNow(found(it, "v1"), "s1", "s2")));
        deeds.put(
                "restore volume",
                Map.entry(kept, it -> it.use().volumeSnapshots().restoreNow(found(it, "v1"), "s1")));
        deeds.put(
                "delete volume snapshot",
                Map.entry(kept, it -> it.use().volumeSnapshots().deleteNow(found(it, "v1"), "s1")));
        deeds.put("create network", Map.entry(nothing, it -> it.use().networks().create(TestHost.network("br1"))));
        deeds.put(
                "rename network",
                Map.entry(
                        it -> it.use().networks().create(TestHost.network("br1")),
                        it -> it.use().networks().rename(new NetworkName("br1"), new NetworkName("br2"))));
        deeds.put(
                "delete network",
                Map.entry(
                        it -> it.use().networks().create(TestHost.network("br1")),
                        it -> it.use().networks().delete(new NetworkName("br1"))));
        deeds.put("publish instance", Map.entry(stopped, it -> publish(it, null)));
        deeds.put("publish snapshot", Map.entry(snapshotted, it -> publish(it, "s1")));
        deeds.put("import image", Map.entry(nothing, ImageLifeTest::importOne));
        deeds.put("delete image", Map.entry(ImageLifeTest::importOne, it -> {
            for (var image : it.use().images().images().list(PROJECT)) {
                it.use().images().deleteImage().now(PROJECT, image.fingerprint());
            }
        }));
        return deeds;
    }

    private static void devices(TestHost host, Map<String, Map<String, String>> devices) {
        host.use()
                .updateInstance()
                .updateNow(
                        PROJECT,
                        name("c1"),
                        _ -> new UpdateInstance.Wanted("", null, null, null, Settings.devices(devices)),
                        null);
    }

    private static void publish(TestHost host, @org.jspecify.annotations.Nullable String snapshot) {
        done(host.use()
                .publishInstance()
                .start(new berth.engine.instance.PublishInstance.Wanted(
                        PROJECT,
                        name("c1"),
                        snapshot,
                        "",
                        "none",
                        false,
                        false,
                        Map.of(),
                        java.time.Instant.EPOCH,
                        List.of(),
                        List.of(new berth.engine.image.ImageUpload.Alias("published", "")))));
    }

    private static void volume(TestHost host, String name) {
        var pool = host.use().pools().require(new PoolName("p1"));
        host.use().volumes().create(pool, PROJECT, name, "", Settings.copyOf(Map.of("user.x", "1")));
    }

    private static void backUp(TestHost host) {
        done(host.use().volumeBackups().create(found(host, "v1"), "b1", null, "none", false, false));
    }

    private static Volume found(TestHost host, String name) {
        return host.use().volumes().require(new PoolName("p1"), PROJECT, name);
    }

    @TestFactory
    Stream<DynamicTest> is_done_or_undone_when_the_daemon_dies() {
        return everyMoment((prepare, deed, moment, ends) -> {
            var host = prepared(prepare);
            host.restart(faultAt(moment, new AtomicBoolean(), () -> {
                throw new MortalStore.Death();
            }));
            attempt(host, deed);
            host.restart(Faults.NONE);
            assertThat(host.everything()).as(moment.toString()).isIn(ends.subList(0, 2));
            assertThat(host.store.list("/journal/")).isEmpty();
        });
    }

    @TestFactory
    Stream<DynamicTest> is_done_or_undone_when_the_power_is_cut() {
        return everyMoment((prepare, deed, moment, ends) -> {
            var host = cutAt(prepare, deed, moment);
            host.restart(Faults.NONE);
            assertThat(host.everything()).as(moment.toString()).isIn(ends.subList(0, 2));
            assertThat(host.store.list("/journal/")).isEmpty();
        });
    }

    @TestFactory
    Stream<DynamicTest> is_done_or_undone_when_the_power_is_cut_and_the_next_daemon_fails() {
        return everyMoment(Moment::after, (prepare, deed, moment, ends) -> {
            var host = cutAt(prepare, deed, moment);
            host.restart(failingOnce());
            host.restart(Faults.NONE); // what could only go forward is finished by the next daemon
            var left = host.everything();
            left.remove("document /warnings/ID");
            assertThat(left).as(moment.toString()).isIn(ends);
            assertThat(host.store.list("/journal/")).isEmpty();
        });
    }

    @TestFactory
    Stream<DynamicTest> is_done_or_undone_when_a_step_fails() {
        return everyMoment((prepare, deed, moment, ends) -> {
            var host = prepared(prepare);
            host.restart(faultAt(moment, new AtomicBoolean(), () -> {
                throw new IllegalStateException("broken on purpose");
            }));
            attempt(host, deed);
            host.restart(Faults.NONE); // what could only go forward is finished by the next daemon
            assertThat(host.everything()).as(moment.toString()).isIn(ends);
        });
    }

    private interface Check {
        void check(Consumer<TestHost> prepare, Consumer<TestHost> deed, Moment moment, List<List<String>> ends);
    }

    private static Stream<DynamicTest> everyMoment(Check check) {
        return everyMoment(_ -> true, check);
    }

    private static Stream<DynamicTest> everyMoment(Predicate<Moment> which, Check check) {
        return deeds().entrySet().stream().flatMap(entry -> {
            var prepare = entry.getValue().getKey();
            var deed = entry.getValue().getValue();
            var ends = new ArrayList<>(List.of(prepared(prepare).everything(), outcome(prepare, deed)));
            if (entry.getKey().equals("restart")) {
                // What cannot be started stays stopped, and whoever asked is told; only after the other two.
                ends.add(outcome(prepare, deeds().get("kill").getValue()));
            }
            return moments(prepare, deed).stream()
                    .filter(which)
                    .map(moment -> DynamicTest.dynamicTest(
                            entry.getKey() + ", " + moment, () -> check.check(prepare, deed, moment, ends)));
        });
    }

    private static TestHost prepared(Consumer<TestHost> prepare) {
        var host = new TestHost().furnished();
        prepare.accept(host);
        return host;
    }

    /** A host whose daemon died at that moment and whose store forgot what was not on the disk; its world did not. */
    private static TestHost cutAt(Consumer<TestHost> prepare, Consumer<TestHost> deed, Moment moment) {
        var host = prepared(prepare);
        host.restart(faultAt(moment, new AtomicBoolean(), () -> {
            throw new MortalStore.Death();
        }));
        attempt(host, deed);
        host.cutPower();
        return host;
    }

    private static List<String> outcome(Consumer<TestHost> prepare, Consumer<TestHost> deed) {
        var host = prepared(prepare);
        deed.accept(host);
        return host.everything();
    }

    private static List<Moment> moments(Consumer<TestHost> prepare, Consumer<TestHost> deed) {
        var moments = new ArrayList<Moment>();
        var host = prepared(prepare);
        host.restart(new Faults() {
            @Override
            public void before(Run run, String step) {
                moments.add(new Moment(run.kind(), step, false));
            }

            @Override
            public void after(Run run, String step) {
                moments.add(new Moment(run.kind(), step, true));
            }
        });
        deed.accept(host);
        assertThat(moments).as("steps of it").isNotEmpty();
        return moments;
    }

    private static Faults failingOnce() {
        var failed = new AtomicBoolean();
        return new Faults() {
            @Override
            public void before(Run run, String step) {
                if (failed.compareAndSet(false, true)) {
                    throw new IllegalStateException("broken on purpose");
                }
            }

            @Override
            public void after(Run run, String step) {}
        };
    }

    private static Faults faultAt(Moment moment, AtomicBoolean happened, Runnable fault) {
        return new Faults() {
            @Override
            public void before(Run run, String step) {
                at(new Moment(run.kind(), step, false));
            }

            @Override
            public void after(Run run, String step) {
                at(new Moment(run.kind(), step, true));
            }

            private void at(Moment now) {
                if (now.equals(moment) && happened.compareAndSet(false, true)) {
                    fault.run();
                }
            }
        };
    }

    /** Does it on a thread of its own, which may die with the daemon. */
    private static void attempt(TestHost host, Consumer<TestHost> deed) {
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                deed.accept(host);
            } catch (MortalStore.Death | RuntimeException expected) {
                // the fault, or what it led to
            }
        });
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
