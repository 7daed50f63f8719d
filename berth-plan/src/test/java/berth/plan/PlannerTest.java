package berth.plan;

import static berth.plan.Worlds.applied;
import static berth.plan.Worlds.existing;
import static berth.plan.Worlds.fresh;
import static berth.plan.Worlds.guest;
import static berth.plan.Worlds.outcome;
import static berth.plan.Worlds.plan;
import static berth.plan.Worlds.site;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.model.Declared;
import berth.model.InstanceName;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.Refused;
import berth.model.Status;
import berth.model.wanted.Finding;
import berth.model.wanted.Protection;
import berth.model.wanted.Spec;
import berth.model.wanted.Strategy;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static List<String> order(Plan plan) {
        return plan.changes().stream()
                .map(it -> it.action().sign() + it.target())
                .toList();
    }

    private static List<String> errors(Plan plan) {
        return plan.findings().stream()
                .filter(Finding::error)
                .map(Finding::line)
                .toList();
    }

    @Test
    void takes_a_secret_away_that_leaves_the_file_and_no_other_file() {
        World before = applied(site(guest("a").file("/etc/credstore/token", "x").file("/etc/other", "y")));
        Change.OfInstance change =
                (Change.OfInstance) plan(site(guest("a")), before).changes().getFirst();
        assertThat(change.draft().write()).containsExactly(berth.model.wanted.GuestFile.gone("/etc/credstore/token"));
        assertThat(change.keys())
                .extracting(key -> key.key() + " " + key.rule() + " " + key.verdict())
                .containsExactlyInAnyOrder("files./etc/credstore/token A27 LIVE", "files./etc/other A1 NONE");
        Change.OfInstance anew =
                (Change.OfInstance) plan(site(guest("a").reset(1).file("/etc/other", "y")), before)
                        .changes()
                        .getFirst();
        assertThat(anew.draft().write()).hasSize(2);
    }

    @Test
    void bends_what_a_change_costs_by_the_strategy_of_the_guest() {
        World before = Worlds.outcome(plan(site(guest("a")), fresh()), fresh());
        assertThat(verdict(guest("a").config("security.privileged", "true"), before))
                .isEqualTo(Verdict.RESTART);
        assertThat(verdict(guest("a").config("security.privileged", "true").upkeep(Strategy.RELOAD), before))
                .isEqualTo(Verdict.PENDING);
        assertThat(verdict(guest("a").config("limits.memory", "1GiB"), before)).isEqualTo(Verdict.LIVE);
        assertThat(verdict(guest("a").config("limits.memory", "1GiB").upkeep(Strategy.RESTART), before))
                .isEqualTo(Verdict.RESTART);
        assertThat(plan(site(guest("a").config("limits.memory", "1GiB").upkeep(Strategy.NONE)), before)
                        .changes())
                .isEmpty();
        assertThat(verdict(guest("a").file("/etc/x", "x"), before)).isEqualTo(Verdict.LIVE);
        assertThat(verdict(guest("a").file("/etc/x", "x").upkeep(Strategy.DYNAMIC, "reload"), before))
                .isEqualTo(Verdict.RELOAD);
    }

    private static Verdict verdict(Worlds.Guest guest, World world) {
        return plan(site(guest), world).changes().getFirst().verdict();
    }

    @Test
    void restarts_a_guest_that_is_renamed_unless_it_must_not_stop() {
        World before = Worlds.outcome(plan(site(guest("old")), fresh()), fresh());
        assertThat(plan(site(guest("new").was("old")), before).changes())
                .singleElement()
                .satisfies(it -> assertThat(it.verdict()).isEqualTo(Verdict.RESTART));
        assertThat(plan(site(guest("new").was("old").protect(Protection.STOP)), before)
                        .isRefused())
                .isTrue();
        assertThat(plan(site(guest("new").was("other")), before).changes())
                .extracting(Change::action)
                .containsExactly(Action.RETIRE, Action.CREATE);
    }

    @Test
    void makes_host_objects_before_guests_and_needed_guests_before_those_that_need_them() {
        Plan plan = plan(site(guest("a").needs("z"), guest("z").needs("m"), guest("m"), guest("b")), fresh());
        assertThat(order(plan))
                .containsExactly(
                        "+pool:default",
                        "+network:br0",
                        "+image:web",
                        "~profile:default",
                        "+instance:b",
                        "+instance:m",
                        "+instance:z",
                        "+instance:a");
        assertThat(plan.exitCode()).isEqualTo(2);
        assertThat(plan.findings()).isEmpty();
    }

    @Test
    void plans_nothing_a_second_time() {
        Spec site = site(
                guest("a").file("/etc/motd", "hello"), guest("b").needs("a").stopped());
        Plan again = plan(site, applied(site));
        assertThat(again.changes()).isEmpty();
        assertThat(again.exitCode()).isZero();
        assertThat(PlanText.of(again)).isEqualTo("site site\nno changes.\n");
    }

    @Test
    void goes_on_where_an_apply_broke_off() {
        Spec site = site(guest("a"), guest("b").needs("a"));
        Plan whole = plan(site, fresh());
        for (int done = 0; done <= whole.changes().size(); done++) {
            var part = new Plan(
                    "site", 1, 0, whole.changes().subList(0, done), List.of(), List.of(), List.of(), List.of());
            World broken = outcome(part, fresh());
            Plan rest = plan(site, broken);
            assertThat(rest.changes()).hasSize(whole.changes().size() - done);
            assertThat(plan(site, outcome(rest, broken)).changes()).isEmpty();
        }
    }

    @Test
    void starts_a_guest_that_was_made_but_not_started() {
        Spec site = site(guest("a"));
        World world = applied(site);
        World stopped = Worlds.with(
                world, Worlds.state(existing(world, "a"), Status.STOPPED, OptionalLong.empty(), new TreeSet<>()));
        Plan plan = plan(site, stopped);
        assertThat(plan.changes()).singleElement().satisfies(it -> {
            assertThat(it.verdict()).isEqualTo(Verdict.LIVE);
            assertThat(((Change.OfInstance) it).power()).isEqualTo(Power.START);
        });
    }

    @Test
    void retires_a_guest_that_leaves_the_file_and_revives_it_with_its_data() {
        Spec both = site(guest("a"), guest("b").needs("a"));
        World before = applied(both);
        Plan leave = plan(site(), before);
        assertThat(order(leave)).containsExactly("-instance:b", "-instance:a");
        assertThat(leave.changes())
                .allSatisfy(it -> assertThat(((Change.OfInstance) it).power()).isEqualTo(Power.STOP));
        World retired = outcome(leave, before);
        assertThat(existing(retired, "a").instance().declared().retired()).isTrue();
        assertThat(existing(retired, "a").instance().config()).containsEntry("boot.autostart", "false");
        assertThat(plan(site(), retired).changes()).isEmpty();

        Plan back = plan(both, retired);
        assertThat(back.changes()).extracting(Change::action).containsOnly(Action.REVIVE);
        World revived = outcome(back, retired);
        assertThat(existing(revived, "a").status()).isEqualTo(Status.RUNNING);
        assertThat(existing(revived, "a").instance().config()).containsEntry("boot.autostart", "true");
        assertThat(plan(both, revived).changes()).isEmpty();
    }

    @Test
    void takes_back_the_autostart_of_a_revived_guest_whose_profile_decides_on_it() {
        Spec site = site(Map.of("boot.autostart", "true"), Map.of("ipv4.address", "auto"), guest("a"));
        World retired = outcome(plan(site(), applied(site)), applied(site));
        World revived = outcome(plan(site, retired), retired);
        assertThat(plan(site, revived).changes()).isEmpty();
    }

    @Test
    void retires_every_kind_of_object_and_touches_none_of_them() {
        Spec site = site(guest("a"));
        World before = applied(site);
        Plan plan = plan(Spec.empty("site"), before);
        assertThat(order(plan))
                .containsExactly("-instance:a", "-profile:default", "-image:web", "-network:br0", "-pool:default");
        World after = outcome(plan, before);
        assertThat(plan(Spec.empty("site"), after).changes()).isEmpty();
        assertThat(plan(site, after).changes()).extracting(Change::action).containsOnly(Action.REVIVE);
        assertThat(plan(site, outcome(plan(site, after), after)).changes()).isEmpty();
    }

    @Test
    void never_touches_what_is_not_its_own() {
        World world = Worlds.with(applied(site()), Worlds.foreign("byhand", null));
        assertThat(plan(site(), world).changes()).isEmpty();

        Plan claim = plan(site(guest("byhand")), world);
        assertThat(claim.changes()).isEmpty();
        assertThat(errors(claim))
                .containsExactly(
                        "berth.yaml:1:1  instances.byhand: is there already and no site declares it; take it over"
                                + " with berth apply --adopt instance:byhand, or choose another name");
        assertThat(claim.exitCode()).isEqualTo(1);
    }

    @Test
    void never_takes_what_another_site_declares() {
        var other = new Declared("other", "other.yaml", 7, false, "");
        World world = Worlds.with(applied(site()), Worlds.foreign("theirs", other));
        Plan claim = new Planner(1, Set.of(new Target("instance", "theirs"))).plan(site(guest("theirs")), world);
        assertThat(claim.changes()).isEmpty();
        assertThat(errors(claim))
                .containsExactly("berth.yaml:1:1  instances.theirs: belongs to site other"
                        + " (other.yaml:7); choose another name, or take it out there");
    }

    @Test
    void takes_over_what_nobody_declares_when_asked_by_name_and_keeps_its_other_keys() {
        World.Existing byHand = Worlds.foreign("byhand", null);
        World world = Worlds.with(
                applied(site()), World.Existing.of(byHand.instance().with("user.note", "mine"), Status.RUNNING));
        var planner = new Planner(1, Set.of(new Target("instance", "byhand")));
        Spec site = site(guest("byhand").config("limits.memory", "1GiB"));
        Plan plan = planner.plan(site, world);
        assertThat(errors(plan)).isEmpty();
        World after = outcome(plan, world);
        assertThat(existing(after, "byhand").instance().config())
                .containsEntry("user.note", "mine")
                .containsEntry("limits.memory", "1GiB");
        assertThat(plan(site, after).changes()).isEmpty();
    }

    @Test
    void refuses_a_default_profile_that_somebody_has_filled() {
        var mine = new Profile(
                Worlds.PROJECT,
                new ProfileName("default"),
                "",
                new TreeMap<>(Map.of("limits.cpu", "1")),
                new TreeMap<>(),
                null);
        World world = Worlds.withProfiles(fresh(), new TreeMap<>(Map.of(mine.name(), mine)));
        assertThat(errors(plan(site(), world)))
                .singleElement()
                .asString()
                .contains("profiles.default: is there already");
    }

    @Test
    void takes_away_what_the_file_said_once_and_leaves_what_it_never_mentioned() {
        Spec site = site(guest("a").config("limits.memory", "1GiB"));
        World world = applied(site);
        World edited = Worlds.with(
                world, World.Existing.of(existing(world, "a").instance().with("user.note", "by hand"), Status.RUNNING));
        assertThat(plan(site, edited).changes()).isEmpty();
        Plan plan = plan(site(guest("a")), edited);
        World after = outcome(plan, edited);
        assertThat(existing(after, "a").instance().config())
                .doesNotContainKey("limits.memory")
                .containsEntry("user.note", "by hand");
    }

    @Test
    void tells_each_running_guest_what_an_edited_profile_does_to_it() {
        Spec before = site(guest("a"), guest("b").config("security.privileged", "false"));
        World world = Worlds.with(applied(before), Worlds.foreign("byhand", null));
        Spec after = site(
                Map.of("security.privileged", "true"),
                Map.of("ipv4.address", "auto", "ipv6.address", "auto"),
                guest("a"),
                guest("b").config("security.privileged", "false"));
        Plan plan = plan(after, world);
        var profile = (Change.OfProfile) plan.changes().getFirst();
        assertThat(profile.touches()).extracting(it -> it.instance().text()).containsExactly("a", "byhand");
        assertThat(profile.touches()).extracting(Touched::verdict).containsExactly(Verdict.RESTART, Verdict.PENDING);
        assertThat(order(plan)).containsExactly("~profile:default", "~instance:a");
        assertThat(plan.changes().get(1).keys()).singleElement().satisfies(key -> {
            assertThat(key.cause()).isEqualTo(Cause.PROFILE);
            assertThat(key.verdict()).isEqualTo(Verdict.RESTART);
        });
    }

    @Test
    void refuses_the_whole_plan_when_it_would_break_a_protection() {
        Spec before = site(guest("a").protect(Protection.STOP), guest("b"));
        World world = applied(before);
        Plan plan = plan(
                site(guest("a").protect(Protection.STOP).config("security.privileged", "true"), guest("c")), world);
        assertThat(plan.exitCode()).isEqualTo(3);
        assertThat(plan.isRefused()).isTrue();
        assertThat(PlanText.of(plan))
                .contains("A44: protected against stopping")
                .contains("Refused.");

        Plan leave = plan(site(guest("b")), world);
        assertThat(leave.exitCode()).isEqualTo(3);
    }

    @Test
    void asks_whether_a_guest_was_only_renamed() {
        World world = applied(site(guest("old").config("limits.cpu", "2")));
        Plan plan = plan(site(guest("new").config("limits.cpu", "2")), world);
        assertThat(order(plan)).containsExactly("-instance:old", "+instance:new");
        assertThat(plan.findings()).singleElement().satisfies(it -> {
            assertThat(it.error()).isFalse();
            assertThat(it.text()).contains("asks for just what old did").contains("A37");
        });
    }

    @Test
    void shows_what_waits_for_the_next_start() {
        Spec site = site(guest("a"));
        World world = applied(site);
        World waiting = Worlds.with(
                world,
                Worlds.state(
                        existing(world, "a"), Status.RUNNING, OptionalLong.empty(), new TreeSet<>(Set.of("raw.lxc"))));
        assertThat(PlanText.of(plan(site, waiting))).contains("! a   raw.lxc effective at next start");
    }

    @Test
    void refuses_needs_in_a_ring() {
        assertThatThrownBy(() -> plan(site(guest("a").needs("b"), guest("b").needs("a")), fresh()))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("in a ring; among them are a, b");
    }

    @Test
    void makes_an_image_again_when_its_recipe_changes_and_leaves_guests_alone() {
        Spec site = site(guest("a"));
        World world = applied(site);
        var image = new berth.model.wanted.WantedImage(
                "web",
                "",
                new berth.model.wanted.WantedImage.Source.Build("debian/12", List.of("apache2"), List.of()),
                Worlds.HERE);
        Spec other = new Spec(
                site.site(),
                site.pools(),
                site.networks(),
                new TreeMap<>(Map.of("web", image)),
                site.profiles(),
                site.instances(),
                site.origins());
        Plan plan = plan(other, world);
        assertThat(order(plan)).containsExactly("~image:web");
        assertThat(plan.changes().getFirst().keys()).extracting(KeyChange::rule).containsOnly("A32");
    }

    @Test
    void gives_each_change_all_that_carrying_it_out_needs() {
        Plan plan = plan(site(guest("a").file("/etc/motd", "x").needs("b"), guest("b")), fresh());
        var draft = ((Change.OfInstance) plan.changes().getLast()).draft();
        assertThat(draft.name()).isEqualTo(new InstanceName("a"));
        assertThat(draft.pool()).hasToString("default");
        assertThat(draft.write()).hasSize(1);
        assertThat(draft.needs()).hasSize(1);
        assertThat(draft.declared().site()).isEqualTo("site");
        assertThat(draft.declared().applied()).containsEntry("image", "web").containsKey("files./etc/motd");
    }

    @Test
    void is_told_in_words_as_in_this_transcript() {
        Spec before = site(guest("a").config("limits.memory", "4GiB"), guest("cache"));
        World world = applied(before);
        Plan plan = new Planner(42, Set.of())
                .plan(
                        site(
                                guest("a").config("limits.memory", "8GiB").config("security.privileged", "true"),
                                guest("mirror").stopped().config("limits.cpu", "1")),
                        world);
        assertThat(PlanText.of(plan)).isEqualTo("""
                site site   generation 41 -> 42

                  - instance cache                                    RETIRE    stop, then kept, revive by declaring it again

                  ~ instance a                                        RESTART   stop and start
                      limits.memory        4GiB -> 8GiB  live     A3: cgroup value
                      security.privileged  - -> true     restart  A24: set before PID 1

                  + instance mirror                                   CREATE    image web

                1 create, 1 retire, 1 restart.
                """);
        PlanReport report = PlanReport.of(plan);
        assertThat(report.generation()).isEqualTo(41);
        assertThat(report.summary()).isEqualTo(Map.of("create", 1L, "retire", 1L, "restart", 1L));
        assertThat(report.changes().get(1).rule()).isEqualTo("A24");
        assertThat(report.changes().get(0).rule()).isEqualTo("A43");
    }

    @Test
    void holds_what_disturbs_a_guest_until_the_time_of_its_window() {
        World world = applied(site(guest("a").window("Sat,Sun 22:00-04:00")));
        Spec firm = site(guest("a").window("Sat,Sun 22:00-04:00").config("security.privileged", "true"));
        Spec gentle = site(guest("a").window("Sat,Sun 22:00-04:00").config("limits.cpu", "1"));
        var tuesday = LocalDateTime.of(2026, 12, 1, 12, 0);
        Plan held = at(tuesday).plan(firm, world);
        assertThat(held.changes()).isEmpty();
        assertThat(held.pending()).singleElement().satisfies(it -> {
            assertThat(it.key()).isEqualTo("security.privileged");
            assertThat(it.why()).contains("restart, held", "--now");
        });
        assertThat(at(tuesday).plan(gentle, world).changes()).hasSize(1);
        assertThat(at(null).plan(firm, world).changes()).hasSize(1);
        for (var open :
                List.of(tuesday.plusDays(4).withHour(22), tuesday.plusDays(6).withHour(3))) {
            assertThat(at(open).plan(firm, world).changes()).hasSize(1);
        }
        assertThat(at(tuesday.plusDays(6).withHour(4)).plan(firm, world).changes())
                .isEmpty();
    }

    private static Planner at(@Nullable LocalDateTime now) {
        return new Planner(2, Set.of(), new ThisTime(null, List.of(), Set.of(), now));
    }
}
