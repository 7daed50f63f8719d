package berth.plan;

import static berth.plan.Worlds.applied;
import static berth.plan.Worlds.existing;
import static berth.plan.Worlds.outcome;
import static berth.plan.Worlds.plan;
import static org.assertj.core.api.Assertions.assertThat;

import berth.model.wanted.Protection;
import berth.model.wanted.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every pair of sites, not only for those that somebody thought of. */
class PlannerPropertiesTest {
    private static final Map<String, List<String>> VALUES = Map.of(
            "limits.memory", List.of("1GiB", "2GiB", "50%"),
            "limits.cpu", List.of("1", "0-2"),
            "limits.processes", List.of("10", "20"),
            "security.nesting", List.of("true", "false"),
            "security.privileged", List.of("true", "false"),
            "environment.LANG", List.of("C", "de"),
            "cloud-init.user-data", List.of("#cloud-config\n", "#cloud-config\nx: 1\n"),
            "user.note", List.of("a", "b"),
            "boot.autostart.priority", List.of("1", "2"));

    private static Map<String, String> entries(List<Map.Entry<String, String>> pairs) {
        var map = new TreeMap<String, String>();
        pairs.forEach(pair -> map.put(pair.getKey(), pair.getValue()));
        return map;
    }

    private static Arbitrary<Map<String, String>> settings() {
        return Arbitraries.of(VALUES.keySet().stream().sorted().toList())
                .flatMap(key -> Arbitraries.of(VALUES.get(key)).map(value -> Map.entry(key, value)))
                .list()
                .ofMaxSize(4)
                .map(PlannerPropertiesTest::entries);
    }

    private static Arbitrary<Worlds.Guest> guest(String name) {
        return Combinators.combine(
                        settings(),
                        Arbitraries.of("", "/srv", "/opt"),
                        Arbitraries.of("", "10.77.0.9", "10.77.0.8"),
                        Arbitraries.of(true, false),
                        Arbitraries.of("", "one", "two"),
                        Arbitraries.of("", "x", "y"))
                .as((config, source, address, runs, file, description) -> {
                    var guest = Worlds.guest(name);
                    config.forEach(guest::config);
                    if (!source.isEmpty()) {
                        guest.device("data", "type", "disk", "path", "/data", "source", source);
                    }
                    if (!address.isEmpty()) {
                        guest.device("eth0", "type", "nic", "name", "eth0", "network", "br0", "ipv4.address", address);
                    }
                    if (!runs) {
                        guest.stopped();
                    }
                    if (!file.isEmpty()) {
                        guest.file("/etc/motd", file);
                    }
                    return guest.description(description);
                });
    }

    @Provide
    Arbitrary<Spec> sites() {
        var networks = Arbitraries.of(
                Map.of("ipv4.address", "auto", "ipv6.address", "auto"),
                Map.of("ipv4.address", "10.77.0.1/24", "ipv6.address", "none", "dns.domain", "lan"));
        return Combinators.combine(
                        settings(),
                        networks,
                        guest("a").optional(),
                        guest("b").optional(),
                        guest("c").optional())
                .as((profile, network, a, b, c) -> {
                    var guests = new ArrayList<Worlds.Guest>();
                    a.ifPresent(guests::add);
                    b.ifPresent(guests::add);
                    c.ifPresent(guests::add);
                    return Worlds.site(profile, network, guests.toArray(Worlds.Guest[]::new));
                });
    }

    @Property(tries = 300)
    void a_plan_that_was_carried_out_leaves_nothing_to_plan(@ForAll("sites") Spec site) {
        assertThat(plan(site, applied(site)).changes()).isEmpty();
    }

    @Property(tries = 300)
    void from_any_site_to_any_other_takes_one_apply(@ForAll("sites") Spec from, @ForAll("sites") Spec to) {
        World before = applied(from);
        World after = outcome(plan(to, before), before);
        assertThat(plan(to, after).changes()).isEmpty();
        to.instances().forEach((name, wanted) -> {
            var actual = existing(after, name.text()).instance();
            assertThat(actual.config()).containsAllEntriesOf(wanted.config());
            assertThat(actual.devices()).isEqualTo(wanted.devices());
            assertThat(existing(after, name.text()).status().alive() || !wanted.autoStart())
                    .isTrue();
        });
    }

    @Property(tries = 200)
    void there_and_back_again_is_where_it_was(@ForAll("sites") Spec from, @ForAll("sites") Spec to) {
        World first = applied(from);
        World other = outcome(plan(to, first), first);
        World back = outcome(plan(from, other), other);
        from.instances()
                .keySet()
                .forEach(name -> assertThat(
                                Guests.effective(existing(back, name.text()).instance(), back))
                        .isEqualTo(Guests.effective(existing(first, name.text()).instance(), first)));
    }

    @Property(tries = 200)
    void one_more_change_never_makes_the_verdict_weaker(@ForAll("sites") Spec from, @ForAll("guests") Worlds.Guest to) {
        World world = applied(from);
        Verdict before = verdict(plan(Worlds.site(to), world));
        Verdict after = verdict(plan(Worlds.site(to.config("security.syscalls.deny", "one more")), world));
        assertThat(after).isGreaterThanOrEqualTo(before);
    }

    @Property(tries = 100)
    void a_protected_guest_is_never_stopped(@ForAll("guests") Worlds.Guest from, @ForAll("guests") Worlds.Guest to) {
        World world = applied(Worlds.site(from.protect(Protection.STOP)));
        Plan plan = plan(Worlds.site(to.protect(Protection.STOP)), world);
        boolean stops = plan.changes().stream()
                .anyMatch(it -> it instanceof Change.OfInstance guest
                        && (guest.power() == Power.RESTART || guest.power() == Power.STOP));
        assertThat(stops && !plan.isRefused()).isFalse();
    }

    @Provide
    Arbitrary<Worlds.Guest> guests() {
        return guest("a");
    }

    private static Verdict verdict(Plan plan) {
        return plan.changes().stream()
                .filter(it -> it.target().equals(new Target("instance", "a")))
                .map(Change::verdict)
                .reduce(Verdict.NONE, Verdict::and);
    }
}
