package berth.plan;

import static berth.plan.Worlds.applied;
import static berth.plan.Worlds.fresh;
import static berth.plan.Worlds.guest;
import static berth.plan.Worlds.plan;
import static berth.plan.Worlds.site;
import static org.assertj.core.api.Assertions.assertThat;

import berth.model.Kind;
import berth.model.wanted.Finding;
import berth.model.wanted.Kept;
import berth.model.wanted.Spec;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What this daemon does not carry out waits, is said to, and does not keep the rest from being planned. */
class AsideTest {
    private static Spec withHosts(Spec site) {
        return withHosts(site, "192.0.2.1");
    }

    private static Spec withHosts(Spec site, String address) {
        Kept athens = new Kept.Keys(new TreeMap<>(Map.of("address", new Kept.Text(address))));
        Kept hosts = new Kept.Keys(new TreeMap<>(Map.of("athens", athens, "rome", new Kept.Keys(new TreeMap<>()))));
        return new Spec(
                site.site(),
                site.pools(),
                site.networks(),
                site.images(),
                site.profiles(),
                site.instances(),
                site.server(),
                site.origins(),
                new TreeMap<>(Map.of("hosts", hosts)));
    }

    private static World on(World world, String... names) {
        return Worlds.on(world, world.host().daemon(), Set.of(names));
    }

    private static Worlds.Guest machine(String name) {
        return guest(name).kind(Kind.VIRTUAL_MACHINE);
    }

    @Test
    void leaves_a_virtual_machine_out_and_plans_the_rest() {
        Plan plan = plan(site(guest("c"), machine("m").image("disk")), fresh());
        assertThat(plan.changes()).extracting(it -> it.target().toString()).contains("instance:c", "pool:default");
        assertThat(plan.changes()).extracting(it -> it.target().toString()).doesNotContain("instance:m");
        assertThat(plan.hasErrors()).isFalse();
        assertThat(plan.pending())
                .containsExactly(new Plan.Waiting(
                        "instance:m", "kind", "is vm: this version does not run virtual machines, so it waits"));
    }

    @Test
    void leaves_out_what_only_machines_use_without_taking_it_for_gone() {
        World world = applied(site(guest("c")));
        Plan plan = plan(site(machine("m")), world);
        assertThat(plan.changes()).extracting(it -> it.target().toString()).containsExactly("instance:c");
        assertThat(plan.changes().getFirst().action()).isEqualTo(Action.RETIRE);
        assertThat(plan.pending())
                .extracting(Plan.Waiting::instance)
                .containsExactly("instance:m", "image:web", "pool:default", "profile:default");
    }

    @Test
    void refuses_to_make_a_machine_of_a_guest_that_is_here() {
        Plan plan = plan(site(machine("c")), applied(site(guest("c"))));
        assertThat(plan.exitCode()).isEqualTo(3);
    }

    @Test
    void refuses_a_guest_that_needs_what_waits() {
        Plan plan = plan(site(guest("c").needs("m"), machine("m")), fresh());
        assertThat(plan.findings())
                .extracting(Finding::line)
                .containsExactly("berth.yaml:1:1  instances.c.needs: needs m, which does not run here");
    }

    @Test
    void takes_of_several_hosts_the_guests_of_this_one() {
        Spec site = withHosts(site(guest("a").host("athens"), guest("b").host("rome")));
        for (String name : new String[] {"athens", "192.0.2.1"}) {
            Plan plan = plan(site, on(fresh(), name));
            assertThat(plan.changes()).extracting(it -> it.target().toString()).contains("instance:a");
            assertThat(plan.pending())
                    .containsExactly(
                            new Plan.Waiting("instance:b", "host", "is rome and not this one: apply it there"));
        }
    }

    @Test
    void knows_an_address_of_this_host_in_every_spelling() {
        Spec site = withHosts(site(guest("a").host("athens")), "fd42::1");
        assertThat(plan(site, on(fresh(), "fd42:0:0:0:0:0:0:1")).findings()).isEmpty();
        assertThat(plan(site, on(fresh(), "fd42:0:0:0:0:0:0:2")).findings()).hasSize(1);
    }

    @Test
    void refuses_a_site_none_of_whose_hosts_is_this_one() {
        Plan plan = plan(withHosts(site(guest("a"))), on(fresh(), "sparta"));
        assertThat(plan.findings())
                .extracting(Finding::text)
                .containsExactly("none of athens, rome is this host: by name or address it is sparta");
    }

    @Test
    void refuses_to_let_a_guest_that_is_here_be_elsewhere() {
        Plan plan = plan(withHosts(site(guest("a").host("rome"))), on(applied(withHosts(site(guest("a")))), "athens"));
        assertThat(plan.exitCode()).isEqualTo(3);
        assertThat(plan.changes().getFirst().keys()).extracting(KeyChange::rule).contains("A38");
    }
}
