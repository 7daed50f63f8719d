package berth.plan;

import static berth.plan.Worlds.applied;
import static berth.plan.Worlds.guest;
import static berth.plan.Worlds.plan;
import static berth.plan.Worlds.site;
import static org.assertj.core.api.Assertions.assertThat;

import berth.model.Kind;
import berth.model.Status;
import berth.model.wanted.Protection;
import berth.model.wanted.Spec;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A before and an after for each row of the activation table that holds for containers. */
class RulesTest {
    /**
     * Rows of the design that cannot be said in a file yet: A2 and A7 (virtual machines), A41
     * (consoles). A34 is in SystemsTest, A37 and A42 to A45 are in PlannerTest, A36, A40 and A46 in
     * SitesTest.
     */
    private static final Set<String> NOT_YET = Set.of("A2", "A7", "A41");

    static Stream<Arguments> rows() {
        return Stream.of(
                row("A1", "live", guest("a"), guest("a").file("/etc/motd", "x")),
                row("A1", "live", guest("a").file("/etc/motd", "x"), guest("a").file("/etc/motd", "y")),
                row("A1", "none", guest("a").file("/etc/motd", "x"), guest("a")),
                row("A3", "live", memory("1GiB"), memory("2GiB")),
                row("A3", "live", memory("1GiB"), guest("a")),
                row("A4", "live", memory("2GiB"), memory("1GiB")),
                row("A5", "live", guest("a"), guest("a").config("limits.cpu", "2")),
                row("A6", "live", guest("a"), guest("a").config("limits.processes", "100")),
                row("A6", "live", guest("a"), guest("a").config("limits.cpu.allowance", "50%")),
                row("A8", "live", root("size", "1GiB"), root("size", "2GiB")),
                row("A9", "refuse", root("size", "2GiB"), root("size", "1GiB")),
                row("A10", "live", guest("a"), data("source", "/srv")),
                row("A11", "live", data("source", "/srv"), guest("a")),
                row("A11", "live", data("source", "/srv"), data("source", "/opt")),
                row("A11", "live", data("source", "/srv"), data("source", "/srv", "readonly", "true")),
                row("A12", "move", root("pool", "default"), root("pool", "other")),
                row("A12", "refuse", root("io.bus", "nvme"), root("io.bus", "virtio-scsi")),
                row("A13", "live", guest("a"), card("network", "br0")),
                row("A14", "live", card("network", "br0"), card("network", "br0", "limits.max", "1Mbit")),
                row("A14", "live", card("network", "br0"), card("network", "br0", "security.mac_filtering", "true")),
                row("A15", "live", card("network", "br0"), card("network", "br0", "ipv4.address", "10.77.0.9")),
                row("A16", "live", pair("ipv4.address", "10.9.0.2/24"), pair("ipv4.address", "10.9.0.3/24")),
                row(
                        "A16",
                        "live",
                        pair("ipv4.address", "10.9.0.2/24"),
                        guest("a").device("eth1", "type", "nic", "name", "eth1", "nictype", "p2p")),
                row("A17", "live", pair("ipv4.host_address", "10.9.0.1/24"), pair("ipv4.host_address", "10.9.0.9/24")),
                row("A18", "live", card("network", "br0"), card("network", "br0", "hwaddr", "00:16:3e:00:00:01")),
                row("A19", "restart", guest("a"), card("nictype", "host")),
                row("A19", "restart", card("nictype", "host"), guest("a")),
                row("A14", "live", card("nictype", "p2p"), card("nictype", "p2p", "ipv4.nat", "true")),
                row("A22", "restart", guest("a"), guest("a").config("raw.lxc", "lxc.x = y")),
                row("A22", "restart", guest("a"), guest("a").config("security.syscalls.deny", "x")),
                row("A22", "restart", guest("a"), guest("a").config("limits.kernel.nofile", "1000")),
                row("A22", "restart", guest("a"), guest("a").config("linux.sysctl.net.core.somaxconn", "9")),
                row("A23", "restart", guest("a"), guest("a").config("security.idmap.isolated", "true")),
                row("A24", "restart", guest("a"), guest("a").config("security.privileged", "true")),
                row("A24", "live", guest("a"), guest("a").config("security.nesting", "true")),
                row("A25", "live", guest("a"), guest("a").device("tty", "type", "unix-char", "path", "/dev/ttyS0")),
                row("A20", "live", guest("a"), door("tcp:0.0.0.0:80")),
                row("A20", "live", door("tcp:0.0.0.0:80"), door("tcp:0.0.0.0:81")),
                row("A27", "live", guest("a"), guest("a").file("/etc/credstore/key", "x")),
                row("A38", "refuse", guest("a").host("rome"), guest("a").host("athens")),
                row("A38", "none", guest("a"), guest("a").host("athens")),
                row("A26", "pending", guest("a"), guest("a").config("environment.LANG", "C")),
                row("A28", "pending", guest("a"), guest("a").config("cloud-init.user-data", "#cloud-config")),
                row("A29", "none", guest("a"), guest("a").config("boot.autostart.priority", "3")),
                row("A30", "none", guest("a"), guest("a").description("new")),
                row("A30", "none", guest("a"), guest("a").config("snapshots.schedule", "@daily")),
                row("A31", "none", guest("a"), guest("a").protect(Protection.REPLACE)),
                row("A32", "none", guest("a"), guest("a").image("debian/12")),
                row("A35", "refuse", guest("a"), guest("a").ephemeral()),
                row("A39", "refuse", guest("a"), guest("a").kind(Kind.VIRTUAL_MACHINE)));
    }

    private static Arguments row(String rule, String verdict, Worlds.Guest before, Worlds.Guest after) {
        return Arguments.of(rule, verdict, before, after);
    }

    private static Worlds.Guest memory(String limit) {
        return guest("a").config("limits.memory", limit);
    }

    private static Worlds.Guest root(String key, String value) {
        return key.equals("pool")
                ? guest("a").device("root", "type", "disk", "path", "/", "pool", value)
                : guest("a").device("root", "type", "disk", "path", "/", "pool", "default", key, value);
    }

    private static Worlds.Guest data(String... more) {
        var keys = new java.util.ArrayList<>(List.of("type", "disk", "path", "/data"));
        keys.addAll(List.of(more));
        return guest("a").device("data", keys.toArray(String[]::new));
    }

    private static Worlds.Guest pair(String key, String value) {
        return guest("a").device("eth1", "type", "nic", "name", "eth1", "nictype", "p2p", key, value);
    }

    private static Worlds.Guest door(String listen) {
        return guest("a").device("web", "type", "proxy", "listen", listen, "connect", "tcp:127.0.0.1:80");
    }

    private static Worlds.Guest card(String... more) {
        var keys = new java.util.ArrayList<>(List.of("type", "nic", "name", "eth1"));
        keys.addAll(List.of(more));
        return guest("a").device("eth1", keys.toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void judges_a_running_guest_by_the_row(String rule, String verdict, Worlds.Guest before, Worlds.Guest after) {
        Plan plan = plan(site(after), applied(site(before)));
        var keys = plan.changes().stream()
                .filter(it -> it instanceof Change.OfInstance)
                .flatMap(it -> it.keys().stream())
                .toList();
        assertThat(keys).singleElement().satisfies(key -> {
            assertThat(key.rule()).isEqualTo(rule);
            assertThat(key.verdict().text()).isEqualTo(verdict);
            assertThat(key.why()).isNotBlank();
        });
    }

    @ParameterizedTest
    @MethodSource("rows")
    void asks_nothing_of_a_stopped_guest_but_what_is_refused(
            String rule, String verdict, Worlds.Guest before, Worlds.Guest after) {
        World world = applied(site(before.stopped()));
        Plan plan = plan(site(after.stopped()), world);
        assertThat(plan.changes().getLast().verdict().text())
                .isEqualTo(Set.of("refuse", "move").contains(verdict) ? verdict : "none");
    }

    @Test
    void covers_every_row_of_the_table_or_says_that_it_is_not_there_yet() {
        var shown = new TreeSet<>(NOT_YET);
        rows().forEach(row -> shown.add((String) row.get()[0]));
        shown.addAll(Set.of("A33", "A34", "A36", "A40", "A17", "A21", "A37", "A42", "A43", "A44", "A45", "A46", "A47"));
        assertThat(shown).hasSize(47);
        assertThat(Rules.TABLE).allSatisfy(rule -> assertThat(shown).contains(rule.id()));
    }

    @Test
    void refuses_a_memory_limit_below_what_is_in_use_and_gives_the_figures() {
        World world = applied(site(memory("2GiB")));
        World busy = Worlds.with(
                world,
                Worlds.state(
                        Worlds.existing(world, "a"), Status.RUNNING, OptionalLong.of(1500L << 20), new TreeSet<>()));
        Change change = plan(site(memory("1GiB")), busy).changes().getLast();
        assertThat(change.verdict()).isEqualTo(Verdict.REFUSE);
        assertThat(change.keys().getFirst().why())
                .isEqualTo("1572864000 bytes are in use, more than the new limit of 1073741824");
    }

    @Test
    void restarts_where_the_driver_lacks_the_skill_to_do_it_live() {
        World.Host plain =
                new World.Host(Set.of(), List.of(), Map.of(), Set.of("btrfs"), Set.of(), true, OptionalLong.empty());
        World world = Worlds.withHost(applied(site(guest("a"))), plain);
        Change change = plan(site(data("source", "/srv")), world).changes().getLast();
        assertThat(change.verdict()).isEqualTo(Verdict.RESTART);
        assertThat(change.keys().getFirst().rule()).isEqualTo("A10");
    }

    @Test
    void edits_of_a_network_are_live_on_the_host_side() {
        Spec before = site(guest("a"));
        Spec after = site(
                Map.of(),
                Map.of(
                        "ipv4.address",
                        "10.9.0.1/24",
                        "ipv6.address",
                        "auto",
                        "dns.domain",
                        "lan",
                        "bridge.mtu",
                        "1400"),
                guest("a"));
        var change = (Change.OfNetwork) plan(after, applied(before)).changes().getFirst();
        assertThat(change.keys()).extracting(KeyChange::rule).containsExactly("A18", "A21", "A17");
        assertThat(change.keys())
                .extracting(KeyChange::verdict)
                .containsExactly(Verdict.PENDING, Verdict.LIVE, Verdict.LIVE);
        assertThat(change.touches()).extracting(it -> it.instance().text()).containsExactly("a");
    }

    @Test
    void repairs_what_drifted_by_the_verdict_of_its_key_and_says_so() {
        Spec site = site(memory("2GiB"));
        World world = applied(site);
        World drifted = Worlds.with(
                world,
                World.Existing.of(
                        Worlds.existing(world, "a").instance().with("limits.memory", "1GiB"), Status.RUNNING));
        Plan plan = plan(site, drifted);
        assertThat(plan.changes().getFirst().keys()).singleElement().satisfies(key -> {
            assertThat(key.cause()).isEqualTo(Cause.DRIFT);
            assertThat(key.rule()).isEqualTo("A3");
        });
        assertThat(PlanText.of(plan)).contains("A3: cgroup value (drift, A45)");
    }

    @Test
    void has_a_row_for_whatever_key_there_is() {
        for (Rule.Facet facet : Rule.Facet.values()) {
            if (facet != Rule.Facet.FIELD) {
                assertThat(Rules.of(facet, "what.ever.this.is")).isNotNull();
            }
        }
    }

    @Test
    void tell_which_of_them_decide_about_a_key() {
        assertThat(Rules.about("limits.memory")).extracting(Rule::id).containsExactly("A3", "A14", "A6", "A6");
        assertThat(Rules.about("A8"))
                .allSatisfy(it -> assertThat(it.keys().pattern()).isEqualTo("size"));
        assertThat(Rules.about("no such thing")).isEmpty();
        assertThat(Rules.about("A99")).isEmpty();
        assertThat(Rules.about("")).isEqualTo(Rules.TABLE);
    }
}
