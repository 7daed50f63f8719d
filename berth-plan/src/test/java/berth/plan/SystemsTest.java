package berth.plan;

import static berth.plan.Worlds.guest;
import static berth.plan.Worlds.site;
import static org.assertj.core.api.Assertions.assertThat;

import berth.model.InstanceName;
import berth.model.InstanceOptions;
import berth.model.wanted.Finding;
import berth.model.wanted.Protection;
import berth.model.wanted.Spec;
import berth.model.wanted.Strategy;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Guests that run a system of the host's Nix store. */
class SystemsTest {
    private static final String ONE = "/nix/store/" + "1".repeat(32) + "-nixos";
    private static final String TWO = "/nix/store/" + "2".repeat(32) + "-nixos";
    private static final Spec SITE = site(guest("a").system("/profile"));

    private static Plan plan(Spec wanted, World world) {
        return new Planner(1, Set.of()).plan(wanted, world);
    }

    private static World.Host host(World.FoundSystem found) {
        return new World.Host(
                Set.of(),
                List.of(),
                Map.of(),
                Set.of("btrfs"),
                Set.of(Skill.values()),
                true,
                OptionalLong.empty(),
                Map.of(),
                Map.of(new InstanceName("a"), found),
                World.Daemon.UNSET,
                Set.of());
    }

    private static World.Host leadsTo(String system) {
        return host(new World.FoundSystem(system, ""));
    }

    private static World running(Spec site, String system) {
        World empty = World.empty(leadsTo(system));
        return Worlds.outcome(plan(site, empty), empty);
    }

    private static Change.OfInstance only(Plan plan) {
        assertThat(plan.findings()).isEmpty();
        return (Change.OfInstance) plan.changes().getLast();
    }

    @Test
    void are_made_with_what_their_path_leads_to_and_need_no_image() {
        Change.OfInstance made = only(plan(SITE, World.empty(leadsTo(ONE))));
        assertThat(made.action()).isEqualTo(Action.CREATE);
        assertThat(made.draft().config()).containsEntry(InstanceOptions.SYSTEM, ONE);
        assertThat(plan(SITE, running(SITE, ONE)).changes()).isEmpty();
    }

    @Test
    void go_over_to_another_system_while_they_run() {
        Change.OfInstance change = only(plan(SITE, Worlds.withHost(running(SITE, ONE), leadsTo(TWO))));
        assertThat(change.power()).isEqualTo(Power.LEAVE);
        assertThat(change.keys()).singleElement().satisfies(key -> {
            assertThat(key.rule()).isEqualTo("A1");
            assertThat(key.verdict()).isEqualTo(Verdict.RELOAD);
        });
    }

    @Test
    void are_restarted_or_left_alone_where_their_strategy_says_so() {
        Spec restarting = site(guest("a").system("/profile").upkeep(Strategy.RESTART));
        World world = Worlds.withHost(running(restarting, ONE), leadsTo(TWO));
        assertThat(only(plan(restarting, world)).power()).isEqualTo(Power.RESTART);
        Spec held = site(guest("a").system("/profile").upkeep(Strategy.NONE));
        Plan plan = plan(held, Worlds.withHost(running(held, ONE), leadsTo(TWO)));
        assertThat(plan.changes()).isEmpty();
        assertThat(plan.pending()).extracting(Plan.Waiting::key).containsExactly(InstanceOptions.SYSTEM);
    }

    @Test
    void are_made_anew_with_another_kind_of_root_unless_they_are_protected() {
        World world = running(SITE, ONE);
        Change.OfInstance change = only(plan(site(guest("a")), world));
        assertThat(change.verdict()).isEqualTo(Verdict.REPLACE);
        assertThat(change.keys()).extracting(KeyChange::rule).contains("A34").doesNotContain("A1");
        assertThat(change.draft().config()).doesNotContainKey(InstanceOptions.SYSTEM);
        Spec guarded = site(guest("a").protect(Protection.REPLACE));
        assertThat(plan(guarded, world).isRefused()).isTrue();
    }

    @Test
    void are_refused_before_anything_is_touched_when_there_is_no_system() {
        Plan plan = plan(SITE, World.empty(host(new World.FoundSystem("", "/profile leads to nothing"))));
        assertThat(plan.findings())
                .extracting(Finding::line)
                .containsExactly("berth.yaml:1:1  instances.a.path: /profile leads to nothing");
    }
}
