package berth.plan;

import static berth.plan.Worlds.applied;
import static berth.plan.Worlds.existing;
import static berth.plan.Worlds.outcome;
import static berth.plan.Worlds.plan;
import static org.assertj.core.api.Assertions.assertThat;

import berth.model.InstanceOption;
import berth.model.InstanceOptions;
import berth.model.wanted.Protection;
import berth.model.wanted.Spec;
import berth.model.wanted.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every pair of sites, not only for those that somebody thought of. */
class PlannerPropertiesTest {
    /** Every key that an instance may have, those with a name of one's choice with one; what the daemon notes is not asked for. */
    private static final List<String> KEYS = InstanceOptions.all().stream()
            .map(InstanceOption::key)
            .filter(it -> !it.matches("volatile\\..*|image\\..*|boot\\.autostart"))
            .map(it -> it.endsWith("*") ? it.replace("*", "some") : it)
            .sorted()
            .toList();

    /** The planner looks into sizes alone. */
    private static List<String> values(String key) {
        return key.equals("limits.memory") ? List.of("1GiB", "2GiB", "50%") : List.of("1", "2", "true");
    }

    private static Map<String, String> entries(List<Map.Entry<String, String>> pairs) {
        var map = new TreeMap<String, String>();
        pairs.forEach(pair -> map.put(pair.getKey(), pair.getValue()));
        return map;
    }

    private static Arbitrary<Map<String, String>> settings() {
        return Arbitraries.of(KEYS)
                .flatMap(key -> Arbitraries.of(values(key)).map(value -> Map.entry(key, value)))
                .list()
                .ofMaxSize(6)
                .map(PlannerPropertiesTest::entries);
    }

    /** Devices of each kind that has rules of its own, each in two forms or not there. */
    private static Arbitrary<List<List<String>>> devices() {
        return Combinators.combine(
                        device(
                                "data",
                                "type",
                                "disk",
                                "path",
                                "/data",
                                "source",
                                "/srv|/opt",
                                "readonly",
                                "false|true"),
                        device("root", "type", "disk", "path", "/", "pool", "default|other", "size", "1GiB|2GiB"),
                        device(
                                "eth0",
                                "type",
                                "nic",
                                "network",
                                "br0",
                                "ipv4.address",
                                "10.77.0.9|10.77.0.8",
                                "limits.max",
                                "1Mbit|2Mbit"),
                        device(
                                "eth1",
                                "type",
                                "nic",
                                "nictype",
                                "p2p",
                                "ipv4.address",
                                "10.9.0.2/24|10.9.0.3/24",
                                "ipv4.host_address",
                                "10.9.0.1/24|10.9.0.9/24"),
                        device("host", "type", "nic", "nictype", "host|macvlan", "mtu", "1400|1500"),
                        device("door", "type", "proxy", "listen", "tcp:0.0.0.0:80|tcp:0.0.0.0:81"),
                        device("tty", "type", "unix-char", "path", "/dev/a|/dev/b"))
                .as((a, b, c, d, e, f, g) -> List.of(a, b, c, d, e, f, g));
    }

    /** One device, without which the guest may be as well; values between bars are those that it may have. */
    private static Arbitrary<List<String>> device(String name, String... keys) {
        return Arbitraries.integers().between(0, 4).map(which -> {
            var device = new ArrayList<>(List.of(name));
            for (int i = 0; which > 0 && i < keys.length; i += 2) {
                String[] choices = keys[i + 1].split("\\|");
                device.add(keys[i]);
                device.add(choices[(i % 4 == 0 ? which : which / 2) % choices.length]);
            }
            return device;
        });
    }

    private static Arbitrary<UnaryOperator<Worlds.Guest>> keeping() {
        return Combinators.combine(
                        Arbitraries.of(Protection.class).set().ofMaxSize(1),
                        Arbitraries.of(0, 0, 1, 2),
                        Arbitraries.of("", "athens"),
                        Arbitraries.of(Strategy.DYNAMIC, Strategy.RESTART),
                        Arbitraries.of("", "reload"),
                        Arbitraries.of("web", "other"))
                .as((protect, reset, host, strategy, reload, image) ->
                        guest -> guest.protect(protect.toArray(Protection[]::new))
                                .reset(reset)
                                .host(host)
                                .upkeep(strategy, reload.isEmpty() ? new String[0] : new String[] {reload})
                                .image(image));
    }

    private static Arbitrary<Worlds.Guest> guest(String name) {
        return Combinators.combine(
                        settings(),
                        devices(),
                        keeping(),
                        Arbitraries.of(true, false),
                        Arbitraries.of("", "one", "two"),
                        Arbitraries.of("", "x", "y"))
                .as((config, devices, keeping, runs, file, description) -> {
                    var guest = keeping.apply(Worlds.guest(name));
                    config.forEach(guest::config);
                    devices.stream()
                            .filter(it -> it.size() > 1)
                            .forEach(it -> guest.device(
                                    it.getFirst(), it.subList(1, it.size()).toArray(String[]::new)));
                    if (!runs) {
                        guest.stopped();
                    }
                    if (!file.isEmpty()) {
                        guest.file("/etc/motd", file).file("/etc/credstore/key", file);
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

    @Property(tries = 300)
    void one_more_change_never_makes_the_verdict_weaker(
            @ForAll("guests") Worlds.Guest from,
            @ForAll("guests") Worlds.Guest to,
            @ForAll("keys") String key,
            @ForAll("texts") String value) {
        Assume.that(!from.wanted().config().containsKey(key)
                && !to.wanted().config().containsKey(key));
        World world = applied(Worlds.site(from));
        Verdict before = verdict(plan(Worlds.site(to), world));
        Verdict after = verdict(plan(Worlds.site(to.config(key, value)), world));
        assertThat(after).isGreaterThanOrEqualTo(before);
    }

    @Provide
    Arbitrary<String> keys() {
        return Arbitraries.of(KEYS);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of("1", "2");
    }

    @Property(tries = 300)
    void each_key_alone_is_judged_by_its_own_rule_and_comes_and_goes_by_one_apply(
            @ForAll("keys") String key, @ForAll("texts") String value) {
        Spec without = Worlds.site(Worlds.guest("a"));
        Spec with = Worlds.site(Worlds.guest("a").config(key, value));
        for (List<Spec> way : List.of(List.of(without, with), List.of(with, without))) {
            World world = applied(way.getFirst());
            Plan plan = plan(way.getLast(), world);
            assertThat(plan.changes())
                    .singleElement()
                    .satisfies(change -> assertThat(change.keys())
                            .singleElement()
                            .satisfies(it -> {
                                assertThat(it.key()).isEqualTo(key);
                                assertThat(it.rule())
                                        .isIn(Rules.of(Rule.Facet.CONFIG, key).id(), "A4");
                            }));
            assertThat(plan(way.getLast(), outcome(plan, world)).changes()).isEmpty();
        }
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
