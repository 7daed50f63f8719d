package berth.engine;

import static berth.engine.TestHost.PROJECT;
import static berth.engine.TestHost.done;
import static berth.engine.TestHost.draft;
import static berth.engine.TestHost.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.engine.event.Event;
import berth.engine.instance.AwaitReady;
import berth.engine.instance.InstanceDraft;
import berth.engine.instance.Origin;
import berth.engine.instance.StopInstance.Manner;
import berth.engine.instance.UpdateInstance;
import berth.model.Instance;
import berth.model.Kind;
import berth.model.Network;
import berth.model.NetworkName;
import berth.model.Problem;
import berth.model.ProfileName;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.Status;
import berth.spi.Exit;
import berth.steps.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What happens to instances, on a host of fakes. */
class LifeOfAnInstanceTest {
    private final TestHost host = new TestHost().furnished();

    private Instance created(String text, Map<String, String> config) {
        return host.use().createInstance().createNow(draft(text, config));
    }

    private void started(String text, Map<String, String> config) {
        created(text, config);
        host.use().startInstance().startNow(PROJECT, name(text));
    }

    private Status status(String text) {
        return host.use().instances().show(PROJECT, name(text)).status();
    }

    @Test
    void gets_a_name_an_address_and_its_image_s_properties() {
        var draft = draft("c1");
        var instance = host.use()
                .createInstance()
                .createNow(new InstanceDraft(
                        PROJECT,
                        null,
                        Kind.CONTAINER,
                        "",
                        false,
                        "",
                        null,
                        draft.config(),
                        draft.devices(),
                        draft.origin(),
                        null));
        assertThat(instance.name().text()).matches("[a-z]+-[a-z]+");
        assertThat(instance.config())
                .containsEntry("image.os", "Fake")
                .containsEntry("volatile.base_image", TestHost.IMAGE.text())
                .hasEntrySatisfying("volatile.eth0.hwaddr", it -> assertThat(it).matches("00:16:3e(:[0-9a-f]{2}){3}"));
        assertThat(instance.profiles()).containsExactly(new ProfileName("default"));
    }

    @Test
    void lets_one_of_two_racing_creations_win() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = threads.invokeAll(Collections.nCopies(8, (Callable<Instance>) () -> created("c1", Map.of())));
            assertThat(results.stream().filter(it -> it.state() == java.util.concurrent.Future.State.SUCCESS))
                    .hasSize(1);
        }
        assertThat(host.everything()).contains("volume p1/container/c1", "document /instances/default/c1");
    }

    @Test
    void refuses_an_unknown_key_and_changes_nothing() {
        var before = host.everything();
        assertThatThrownBy(() -> created("c1", Map.of("bogus.key", "1")))
                .hasMessage("Unknown configuration key: bogus.key");
        assertThatThrownBy(() -> created("c1", Map.of("limits.memroy", "1GiB")))
                .hasMessage("Unknown configuration key: limits.memroy (did you mean limits.memory?)");
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void gives_isolated_guests_ids_of_their_own() {
        var isolated = Map.of("security.idmap.isolated", "true");
        started("c1", isolated);
        started("c2", isolated);
        started("c3", Map.of());
        assertThat(config("c1")).containsEntry("volatile.idmap.base", "1065536");
        assertThat(config("c2")).containsEntry("volatile.idmap.base", "1131072");
        assertThat(config("c2").get("volatile.idmap.current"))
                .isEqualTo(config("c2").get("volatile.idmap.next"))
                .contains("\"Hostid\":1131072,\"Nsid\":0,\"Maprange\":65536");
        assertThat(config("c3")).containsEntry("volatile.idmap.base", "0");
    }

    @Test
    void keeps_the_ids_of_an_isolated_guest_unless_another_has_them() {
        var isolated = Map.of("security.idmap.isolated", "true");
        started("c1", isolated);
        started("c2", isolated);
        host.use().stopInstance().stopNow(PROJECT, name("c2"), new Manner.Force());
        host.use().startInstance().startNow(PROJECT, name("c2"));
        assertThat(config("c2")).containsEntry("volatile.idmap.base", "1131072");
        created("c3", Map.of("security.idmap.isolated", "true", "volatile.idmap.base", "1065536"));
        host.use().startInstance().startNow(PROJECT, name("c3"));
        assertThat(config("c3")).containsEntry("volatile.idmap.base", "1196608");
    }

    @Test
    void refuses_ids_that_the_host_does_not_have() {
        var before = host.everything();
        assertThatThrownBy(() -> created("c1", Map.of("security.idmap.isolated", "true", "security.idmap.base", "5")))
                .hasMessageContaining("Not enough uid/gid available for the container");
        assertThatThrownBy(() -> created("c1", Map.of("raw.idmap", "both 1000 1000")))
                .hasMessageContaining("add the line root:1000:1 to /etc/subuid");
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void copies_what_was_wanted_of_the_original_and_its_snapshots() {
        created("c1", Map.of("limits.processes", "7", "user.a", "1"));
        host.use().snapshots().takeNow(PROJECT, name("c1"), "s1", null);
        copied("c2", null, true, Map.of("user.a", "2"));
        assertThat(config("c2"))
                .containsEntry("limits.processes", "7")
                .containsEntry("user.a", "2")
                .containsEntry("volatile.base_image", TestHost.IMAGE.text());
        assertThat(config("c2").get("volatile.uuid")).isNotEqualTo(config("c1").get("volatile.uuid"));
        assertThat(config("c2").get("volatile.eth0.hwaddr"))
                .isNotEqualTo(config("c1").get("volatile.eth0.hwaddr"));
        assertThat(host.everything()).contains("snapshot p1/container/c2@s1");
        host.use().deleteInstance().deleteNow(PROJECT, name("c1"));
        done(host.use().snapshots().restore(PROJECT, name("c2"), "s1"));
        copied("c3", "s1", true, Map.of());
        copied("c4", null, false, Map.of());
        assertThat(host.everything())
                .doesNotContain("snapshot p1/container/c3@s1", "snapshot p1/container/c4@s1")
                .contains("volume p1/container/c3", "volume p1/container/c4");
    }

    @Test
    void gives_no_card_an_address_that_another_one_has() {
        host.use()
                .networks()
                .update(
                        new NetworkName("br0"),
                        it -> new Network(
                                it.name(),
                                it.type(),
                                "",
                                Settings.copyOf(Map.of("ipv4.address", "10.0.0.1/24")),
                                null));
        created("c1", Map.of());
        created("c2", Map.of());
        address("c1", "10.0.0.5");
        assertThatThrownBy(() -> address("c2", "10.0.0.5"))
                .hasMessage("Failed update validation for device \"eth0\": IP address \"10.0.0.5\""
                        + " already defined on another NIC");
        assertThatThrownBy(() -> eth0("c2", "hwaddr", config("c1").get("volatile.eth0.hwaddr")))
                .hasMessageContaining("MAC address")
                .hasMessageContaining("already defined on another NIC");
        assertThat(host.use().instances().require(PROJECT, name("c2")).devices())
                .isEmpty();
        address("c2", "10.0.0.6");
        copied("c3", null, false, Map.of());
        assertThatThrownBy(() -> host.use().startInstance().startNow(PROJECT, name("c3")))
                .hasMessageContaining("Failed start validation for device \"eth0\": IP address \"10.0.0.6\"");
        assertThat(status("c3")).isEqualTo(Status.STOPPED);
        address("c3", "10.0.0.7");
        host.use().startInstance().startNow(PROJECT, name("c3"));
    }

    private void address(String instance, String address) {
        eth0(instance, "ipv4.address", address);
    }

    private void eth0(String instance, String key, String value) {
        var devices =
                Settings.devices(Map.of("eth0", Map.of("type", "nic", "network", "br0", "name", "eth0", key, value)));
        host.use()
                .updateInstance()
                .updateNow(
                        PROJECT, name(instance), _ -> new UpdateInstance.Wanted("", null, null, null, devices), null);
    }

    @Test
    void has_each_profile_once() {
        var twice = List.of(new ProfileName("default"), new ProfileName("default"));
        created("c1", Map.of());
        assertThatThrownBy(() -> host.use()
                        .updateInstance()
                        .updateNow(
                                PROJECT, name("c1"), _ -> new UpdateInstance.Wanted("", null, twice, null, null), null))
                .hasMessage("Duplicate profile found in request");
    }

    private void copied(String to, String snapshot, boolean snapshots, Map<String, String> config) {
        String from = to.equals("c2") ? "c1" : "c2";
        host.use()
                .createInstance()
                .createNow(draft(to, config, new Origin.OfInstance(PROJECT, name(from), snapshot, snapshots)));
    }

    private Map<String, String> config(String name) {
        return host.use().instances().require(PROJECT, name(name)).config();
    }

    @Test
    void refuses_an_instance_without_a_root_disk() {
        var bare = new InstanceDraft(
                PROJECT,
                name("c1"),
                Kind.CONTAINER,
                "",
                false,
                "",
                List.of(),
                Settings.copyOf(null),
                Settings.devices(null),
                new Origin.OfImage(PROJECT, TestHost.IMAGE),
                null);
        assertThatThrownBy(() -> host.use().createInstance().createNow(bare))
                .isInstanceOfSatisfying(
                        Refused.class, it -> assertThat(it.problem()).isInstanceOf(Problem.Invalid.class))
                .hasMessageContaining("Can't find a storage pool for the instance to use");
    }

    @Test
    void takes_everything_back_when_its_start_fails() {
        created("c1", Map.of());
        var before = host.everything();
        host.instances.startFails = true;
        assertThatThrownBy(() -> host.use().startInstance().startNow(PROJECT, name("c1")))
                .hasMessageContaining("told to fail");
        assertThat(host.everything()).isEqualTo(before);
        assertThat(status("c1")).isEqualTo(Status.STOPPED);
    }

    @Test
    void fails_to_stop_orderly_in_time_and_goes_on() {
        started("c1", Map.of());
        host.instances.ignoresAskToStop = true;
        assertThatThrownBy(() ->
                        host.use().stopInstance().stopNow(PROJECT, name("c1"), new Manner.Ask(Duration.ofMillis(50))))
                .hasMessage("Failed shutting down instance, status is \"Running\": context deadline exceeded");
        assertThat(status("c1")).isEqualTo(Status.RUNNING);
    }

    /** S3-51 to S3-53. */
    @Test
    void is_stopped_by_force_after_its_grace() {
        started("c1", Map.of());
        host.instances.ignoresAskToStop = true;
        host.use().stopInstance().stopNow(PROJECT, name("c1"), new Manner.AskThenForce(Duration.ofMillis(50)));
        assertThat(status("c1")).isEqualTo(Status.STOPPED);
        assertThat(host.everything()).noneMatch(it -> it.startsWith("mount ") || it.startsWith("running "));
    }

    private String lastExit(String text) {
        return host.use()
                .instances()
                .require(PROJECT, name(text))
                .config()
                .getOrDefault("volatile.last_state.exit", "");
    }

    /** The guest ends; returns once it has been started again. */
    private void endsAndIsStartedAgain(String text) throws InterruptedException {
        var again = new java.util.concurrent.CountDownLatch(1);
        host.use().events().listen(it -> {
            if (it.payload() instanceof Event.Lifecycle(var action, var _, var _)
                    && action.equals("instance-started")) {
                again.countDown();
            }
        });
        host.instances.exit(host.use().instances().require(PROJECT, name(text)).id());
        assertThat(again.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    }

    /** Restart policy (S1-63), with Incus' key. */
    @Test
    void is_started_again_after_an_end_that_nobody_asked_for_but_not_for_ever() throws InterruptedException {
        host.instances.exit = new Exit(Exit.Cause.CRASHED, "PID 1 exited with 3");
        started("c1", Map.of("boot.autorestart", "true"));
        for (int i = 0; i < 10; i++) {
            endsAndIsStartedAgain("c1");
            assertThat(lastExit("c1")).isEqualTo("crashed: PID 1 exited with 3");
        }
        endsAndIsStopped("c1");
        assertThat(status("c1")).isEqualTo(Status.STOPPED);
    }

    @Test
    void stays_stopped_when_it_was_asked_to_stop_or_halted_by_itself() throws InterruptedException {
        host.instances.exit = new Exit(Exit.Cause.KILLED, "PID 1 was killed by signal 9");
        started("c1", Map.of("boot.autorestart", "true"));
        host.use().stopInstance().stopNow(PROJECT, name("c1"), new Manner.Force());
        assertThat(lastExit("c1")).isEqualTo("asked");
        host.instances.exit = new Exit(Exit.Cause.HALTED, "");
        host.use().startInstance().startNow(PROJECT, name("c1"));
        endsAndIsStopped("c1");
        assertThat(lastExit("c1")).isEqualTo("halted");
        assertThat(status("c1")).isEqualTo(Status.STOPPED);
    }

    @Test
    void an_end_that_nobody_asked_for_is_told_of_and_no_more_without_the_key() throws InterruptedException {
        host.instances.exit = new Exit(Exit.Cause.OUT_OF_MEMORY, "PID 1 was killed at the memory limit");
        started("c1", Map.of());
        endsAndIsStopped("c1");
        assertThat(lastExit("c1")).startsWith("out of memory");
    }

    /** S3-78: the daemon notices when a guest ends by itself. */
    @Test
    void is_stopped_when_it_ends_by_itself() throws InterruptedException {
        started("c1", Map.of());
        endsAndIsStopped("c1");
        assertThat(status("c1")).isEqualTo(Status.STOPPED);
        assertThat(host.everything()).noneMatch(it -> it.startsWith("mount "));
    }

    private void endsAndIsStopped(String text) throws InterruptedException {
        var told = new java.util.concurrent.CountDownLatch(1);
        host.use().events().listen(it -> {
            if (it.payload() instanceof Event.Lifecycle(var action, var _, var _)
                    && action.equals("instance-shutdown")) {
                told.countDown();
            }
        });
        host.instances.exit(host.use().instances().require(PROJECT, name(text)).id());
        told.await();
    }

    @Test
    void goes_on_through_the_death_of_its_daemon() {
        started("c1", Map.of());
        host.restart(Faults.NONE);
        assertThat(status("c1")).isEqualTo(Status.RUNNING);
    }

    @Test
    void is_found_stopped_when_it_ended_while_no_daemon_watched() {
        started("c1", Map.of());
        var id = host.use().instances().require(PROJECT, name("c1")).id();
        host.instances.onExit((handle, life, rebooting) -> {});
        host.instances.exit(id);
        host.restart(Faults.NONE);
        assertThat(status("c1")).isEqualTo(Status.STOPPED);
        assertThat(host.everything()).noneMatch(it -> it.startsWith("mount "));
    }

    @Test
    void is_started_by_a_boot_and_not_by_a_restart_of_the_daemon() {
        created("wanted", Map.of("boot.autostart", "true"));
        created("unwanted", Map.of("boot.autostart", "false"));
        created("stopped", Map.of());
        host.restart(Faults.NONE);
        assertThat(host.instances.running()).isEmpty();
        host.bootId = "boot 2";
        host.restart(Faults.NONE);
        assertThat(host.instances.running()).containsExactly("wanted");
    }

    @Test
    void that_ran_when_the_host_went_down_runs_again_after_its_boot() {
        started("c1", Map.of());
        host.engine.stopGuests();
        assertThat(host.instances.running()).isEmpty();
        host.bootId = "boot 2";
        host.restart(Faults.NONE);
        assertThat(host.instances.running()).containsExactly("c1");
    }

    @Test
    void boots_in_the_order_of_priorities() {
        var order = Collections.synchronizedList(new ArrayList<String>());
        for (String text : List.of("low", "high", "middle")) {
            String priority = Map.of("low", "1", "high", "9", "middle", "5").get(text);
            created(text, Map.of("boot.autostart", "true", "boot.autostart.priority", priority));
        }
        host.bootId = "boot 2";
        host.restart(Faults.NONE);
        host.use().instances().list(PROJECT).stream()
                .sorted((a, b) ->
                        a.instance().lastUsedAt().compareTo(b.instance().lastUsedAt()))
                .forEach(it -> order.add(it.instance().name().text()));
        assertThat(order).containsExactly("high", "middle", "low");
    }

    @Test
    void cannot_be_deleted_while_it_runs_or_is_protected() {
        started("c1", Map.of());
        assertThatThrownBy(() -> host.use().deleteInstance().delete(PROJECT, name("c1")))
                .hasMessage("Instance is running");
        created("c2", Map.of("security.protection.delete", "true"));
        assertThatThrownBy(() -> host.use().deleteInstance().deleteNow(PROJECT, name("c2")))
                .hasMessage("Container is protected");
    }

    @Test
    void leaves_nothing_behind_when_it_is_deleted() {
        var before = host.everything();
        started("c1", Map.of());
        host.use().snapshots().takeNow(PROJECT, name("c1"), "s1", null);
        host.use().stopInstance().stopNow(PROJECT, name("c1"), new Manner.Force());
        host.use().deleteInstance().deleteNow(PROJECT, name("c1"));
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void gets_new_limits_at_once_its_own_and_its_profile_s() {
        started("c1", Map.of());
        var id = host.use().instances().require(PROJECT, name("c1")).id();
        host.use()
                .updateInstance()
                .updateNow(
                        PROJECT,
                        name("c1"),
                        it -> new UpdateInstance.Wanted(
                                "", null, null, Settings.with(it.config(), "limits.memory", "64MiB"), null),
                        null);
        assertThat(host.instances.limits(id)).containsEntry("limits.memory", "64MiB");
        host.use()
                .profiles()
                .update(PROJECT, new ProfileName("default"), it -> TestHost.profile(it, Map.of("limits.cpu", "1")));
        assertThat(host.instances.limits(id)).containsEntry("limits.cpu", "1").containsEntry("limits.memory", "64MiB");
    }

    @Test
    void keeps_its_snapshots_through_a_rename() {
        created("c1", Map.of());
        host.use().snapshots().takeNow(PROJECT, name("c1"), "s1", null);
        done(host.use().renameInstance().rename(PROJECT, name("c1"), name("c2")));
        var renamed = host.use().instances().require(PROJECT, name("c2"));
        assertThat(host.use().snapshots().list(renamed))
                .extracting(it -> it.name())
                .containsExactly("s1");
        done(host.use().snapshots().restore(PROJECT, name("c2"), "s1"));
        assertThat(host.use().instances().require(PROJECT, name("c2")).name()).isEqualTo(name("c2"));
    }

    @Test
    void tells_of_an_operation_in_order() {
        var told = Collections.synchronizedList(new ArrayList<String>());
        host.use().events().listen(it -> {
            if (it.payload() instanceof berth.engine.operation.OperationChanged(var operation)) {
                told.add(operation.status().text());
            }
        });
        done(host.use().createInstance().create(draft("c1")));
        assertThat(told).startsWith("Pending", "Running").endsWith("Success");
    }

    @Test
    void that_is_ephemeral_goes_when_it_stops_however_it_stops() {
        for (Manner manner : List.of(new Manner.Force(), new Manner.Ask(Duration.ofSeconds(5)))) {
            var before = host.everything();
            var draft = draft("once");
            host.use()
                    .createInstance()
                    .createNow(new InstanceDraft(
                            PROJECT,
                            draft.name(),
                            Kind.CONTAINER,
                            "",
                            true,
                            "",
                            null,
                            draft.config(),
                            draft.devices(),
                            draft.origin(),
                            null));
            host.use().startInstance().startNow(PROJECT, name("once"));
            host.use().stopInstance().stopNow(PROJECT, name("once"), manner);
            assertThat(host.everything()).isEqualTo(before);
        }
    }

    /** A put-away that failed half way is finished before anything else is done with the instance. */
    @Test
    void starts_again_after_its_putting_away_has_failed() {
        started("c1", Map.of());
        var broken = new java.util.concurrent.atomic.AtomicBoolean(true);
        host.restart(new Faults() {
            @Override
            public void before(berth.steps.Run run, String step) {
                if (step.equals("unmount the root") && broken.getAndSet(false)) {
                    throw new IllegalStateException("broken on purpose");
                }
            }

            @Override
            public void after(berth.steps.Run run, String step) {}
        });
        try {
            host.use().stopInstance().stopNow(PROJECT, name("c1"), new Manner.Force());
        } catch (Refused whoeverPutItAwayFirst) {
            assertThat(whoeverPutItAwayFirst)
                    .hasMessage("put away instance failed at \"unmount the root\": broken on purpose");
        }
        assertThat(broken).as("a step was broken").isFalse();
        host.use().startInstance().startNow(PROJECT, name("c1"));
        assertThat(status("c1")).isEqualTo(Status.RUNNING);
        assertThat(host.store.list("/journal/")).isEmpty();
        host.restart(Faults.NONE);
        assertThat(status("c1")).isEqualTo(Status.RUNNING);
    }

    @Test
    void is_ready_when_its_card_has_an_address_of_each_family_that_its_network_gives() {
        started("c1", Map.of());
        host.instances.addresses = Set.of("inet6");
        assertThat(ready("c1", Duration.ofHours(1))).isFalse();

        host.instances.addresses = Set.of("inet", "inet6");
        assertThat(ready("c1", Duration.ofHours(1))).isTrue();
    }

    @Test
    void is_ready_in_the_end_although_it_asks_for_one_family_only() {
        started("c1", Map.of());
        host.instances.addresses = Set.of("inet6");

        assertThat(ready("c1", Duration.ZERO)).isTrue();
    }

    @Test
    void is_ready_in_the_end_although_it_asks_for_no_address_at_all_and_that_is_told() {
        started("c1", Map.of());
        host.instances.addresses = Set.of();

        assertThat(await("c1", Duration.ZERO))
                .isEqualTo(new AwaitReady.Outcome(true, List.of("no IPv4 or IPv6 address on eth0")));
        assertThat(await("c1", Duration.ofHours(1)))
                .isEqualTo(new AwaitReady.Outcome(false, List.of("no IPv4 or IPv6 address on eth0")));
    }

    @Test
    void is_not_ready_as_long_as_its_init_is_not_done_however_long_that_takes() {
        started("c1", Map.of());
        host.instances.started = false;
        assertThat(await("c1", Duration.ZERO))
                .isEqualTo(new AwaitReady.Outcome(false, List.of("its init has not finished starting")));

        host.instances.addresses = Set.of("inet6");
        assertThat(await("c1", Duration.ZERO).ready()).isFalse();
    }

    private boolean ready(String text, Duration grace) {
        return await(text, grace).ready();
    }

    private AwaitReady.Outcome await(String text, Duration grace) {
        return host.use().awaitReady().await(PROJECT, name(text), Duration.ZERO, System.nanoTime(), grace);
    }
}
