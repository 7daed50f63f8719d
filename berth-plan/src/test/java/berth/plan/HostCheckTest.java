package berth.plan;

import static berth.plan.Worlds.applied;
import static berth.plan.Worlds.fresh;
import static berth.plan.Worlds.guest;
import static berth.plan.Worlds.plan;
import static berth.plan.Worlds.site;
import static org.assertj.core.api.Assertions.assertThat;

import berth.model.Cidr;
import berth.model.Status;
import berth.model.wanted.Finding;
import berth.model.wanted.GuestFile;
import berth.model.wanted.Spec;
import berth.model.wanted.WantedImage;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** All that a host must have is looked for before anything is touched. */
class HostCheckTest {
    private static final String AT = "berth.yaml:1:1  ";

    private static List<String> errors(Spec site, World world) {
        Plan plan = plan(site, world);
        List<String> errors = plan.findings().stream()
                .filter(Finding::error)
                .map(Finding::line)
                .toList();
        assertThat(plan.exitCode()).isEqualTo(errors.isEmpty() ? 2 : 1);
        return errors;
    }

    private static World on(World.Host host) {
        return Worlds.withHost(fresh(), host);
    }

    private static World.Host host(Set<String> interfaces, List<Cidr> subnets, Set<String> drivers, boolean build) {
        return new World.Host(
                interfaces, subnets, Map.of(), drivers, Set.of(Skill.values()), build, OptionalLong.of(1L << 30));
    }

    @Test
    void is_content_with_a_host_that_has_everything() {
        assertThat(errors(site(guest("a")), fresh())).isEmpty();
    }

    @Test
    void misses_an_image_and_says_how_to_get_it() {
        assertThat(errors(site(guest("a").image("debian/12"), guest("b").image("nothing")), fresh()))
                .containsExactly(
                        AT
                                + "instances.a.image: there is no image debian/12 on this host; make it with berth image build"
                                + " debian/12, or declare one under images: with build: debian/12",
                        AT + "instances.b.image: there is no image nothing on this host; declare it under images:, or"
                                + " import it with berth image import");
    }

    @Test
    void does_not_ask_for_the_image_of_a_guest_that_is_there() {
        World world = applied(site(guest("a")));
        assertThat(plan(site(guest("a").image("gone")), world).hasErrors()).isFalse();
    }

    @Test
    void misses_profiles_pools_networks_and_parents() {
        assertThat(errors(
                        site(guest("a")
                                .profiles("default", "extra")
                                .device("root", "type", "disk", "path", "/", "pool", "fast")
                                .device("eth1", "type", "nic", "network", "nowhere")
                                .device("eth2", "type", "nic", "nictype", "bridged", "parent", "br9")),
                        fresh()))
                .containsExactly(
                        AT + "instances.a.devices.eth1.network: there is no network nowhere, here or on the host",
                        AT + "instances.a.devices.eth2.parent: the host has no interface br9",
                        AT + "instances.a.devices.root.pool: there is no pool fast, here or on the host",
                        AT + "instances.a.profiles: there is no profile extra, here or on the host");
    }

    @Test
    void misses_a_root_disk() {
        assertThat(errors(site(guest("a").profiles()), fresh()))
                .containsExactly(AT + "instances.a.devices: it has no root disk: no disk with path: / and a pool");
    }

    @Test
    void refuses_a_network_whose_name_or_subnet_the_host_has() {
        var host = host(Set.of("br0"), List.of(Cidr.of("10.5.0.0/16").orElseThrow()), Set.of("btrfs"), true);
        Spec site = site(Map.of(), Map.of("ipv4.address", "10.5.1.1/24", "ipv6.address", "none"));
        World world = Worlds.withHost(
                fresh(),
                new World.Host(
                        host.interfaces(),
                        host.subnets(),
                        Map.of(),
                        host.poolDrivers(),
                        Set.of(),
                        true,
                        OptionalLong.empty()));
        assertThat(errors(site, world))
                .containsExactly(
                        AT + "networks.br0: the host has an interface of that name already; choose another",
                        AT + "networks.br0.config.ipv4.address: 10.5.1.1/24 overlaps with a network of the host");
        assertThat(plan(site, Worlds.withHost(applied(site), host)).hasErrors()).isFalse();
    }

    @Test
    void of_several_subnets_that_a_network_may_have_one_must_be_free() {
        World world = on(new World.Host(
                Set.of(),
                List.of(Cidr.of("10.5.0.0/16").orElseThrow()),
                Map.of(),
                Set.of("dir", "btrfs"),
                Set.of(Skill.values()),
                true,
                OptionalLong.empty()));
        assertThat(errors(
                        site(
                                Map.of(),
                                Map.of("ipv4.address", "auto", "user.berth.ipv4.pools", "10.5.1.1/24 10.5.2.1/24")),
                        world))
                .containsExactly(AT + "networks.br0.config.ipv4.address: none of 10.5.1.1/24, 10.5.2.1/24 is free: all"
                        + " overlap with networks of the host; write another one into addrPool");
        assertThat(errors(
                        site(
                                Map.of(),
                                Map.of("ipv4.address", "auto", "user.berth.ipv4.pools", "10.5.1.1/24 10.6.2.1/24")),
                        world))
                .isEmpty();
    }

    @Test
    void refuses_a_pool_that_the_host_cannot_hold() {
        assertThat(errors(site(), on(host(Set.of(), List.of(), Set.of("dir"), true))))
                .containsExactly(
                        AT + "pools.default.config.size: 5GiB is more than the host has free: 1024MiB",
                        AT + "pools.default.driver: btrfs cannot be used on this host; there are [dir]");
    }

    @Test
    void warns_of_a_key_that_does_nothing_on_this_host() {
        World.Host host = host(Set.of(), List.of(), Set.of("btrfs"), true);
        World.Host deaf = new World.Host(
                host.interfaces(),
                host.subnets(),
                host.files(),
                host.poolDrivers(),
                host.skills(),
                host.canBuildImages(),
                OptionalLong.empty(),
                Map.of("limits.memory", "there is no controller memory", "limits.cpu", "there is no cpuset"),
                Map.of(),
                World.Daemon.UNSET,
                Set.of());
        Plan plan = plan(site(guest("a").config("limits.memory", "1GiB")), on(deaf));
        assertThat(plan.hasErrors()).isFalse();
        assertThat(plan.findings())
                .extracting(it -> it.path() + ": " + it.text())
                .containsExactly("instances.a.config.limits.memory: limits.memory has no effect on this host: "
                        + "there is no controller memory");
    }

    @Test
    void refuses_to_build_an_image_without_the_tools() {
        World.Host bare =
                new World.Host(Set.of(), List.of(), Map.of(), Set.of("btrfs"), Set.of(), false, OptionalLong.empty());
        assertThat(errors(site(), on(bare)))
                .containsExactly(
                        AT + "images.web.build: mmdebstrap is not installed on this host; apt install mmdebstrap");
    }

    @Test
    void misses_files_of_the_host_and_sees_when_one_of_them_changes() {
        Spec plain = site(guest("a"));
        var file = new GuestFile("/etc/x", new GuestFile.Content.FromHost("/srv/x"), 0644, 0, 0);
        var wanted = plain.instances().values().iterator().next();
        var with = new berth.model.wanted.WantedInstance(
                wanted.name(),
                wanted.was(),
                wanted.kind(),
                wanted.image(),
                wanted.system(),
                wanted.description(),
                wanted.ephemeral(),
                wanted.profiles(),
                wanted.config(),
                wanted.devices(),
                List.of(file),
                wanted.needs(),
                wanted.autoStart(),
                wanted.reset(),
                wanted.protect(),
                wanted.onDrift(),
                wanted.upkeep(),
                wanted.host(),
                wanted.origin());
        Spec site = new Spec(
                plain.site(),
                plain.pools(),
                plain.networks(),
                plain.images(),
                plain.profiles(),
                new TreeMap<>(Map.of(with.name(), with)),
                new TreeMap<>());
        assertThat(errors(site, fresh()))
                .containsExactly(
                        AT + "instances.a.guest.files./etc/x: /srv/x is no file on this host that can be read");
        World one = on(holding(Map.of("/srv/x", "11111111")));
        World after = Worlds.outcome(plan(site, one), one);
        assertThat(plan(site, after).changes()).isEmpty();
        World two = Worlds.withHost(after, holding(Map.of("/srv/x", "22222222")));
        assertThat(plan(site, two).changes()).singleElement().satisfies(it -> {
            assertThat(it.keys()).extracting(KeyChange::rule).containsExactly("A1");
            assertThat(((Change.OfInstance) it).draft().write()).containsExactly(file);
        });
    }

    private static World.Host holding(Map<String, String> files) {
        return new World.Host(
                Set.of(), List.of(), files, Set.of("btrfs"), Set.of(Skill.values()), true, OptionalLong.empty());
    }

    @Test
    void misses_a_tarball_and_an_image_that_is_only_named() {
        Spec plain = site();
        var images = new TreeMap<String, WantedImage>();
        images.put("tar", new WantedImage("tar", "", new WantedImage.Source.Tarball("/srv/i.tar"), Worlds.HERE));
        images.put("name", new WantedImage("name", "", new WantedImage.Source.Existing("other"), Worlds.HERE));
        Spec site = new Spec(
                "site", plain.pools(), plain.networks(), images, plain.profiles(), plain.instances(), new TreeMap<>());
        assertThat(errors(site, fresh()))
                .containsExactly(
                        AT + "images.name.source: there is no image other on this host; declare it under images:, or"
                                + " import it with berth image import",
                        AT + "images.tar.source: /srv/i.tar is no file on this host that can be read");
    }

    @Test
    void refuses_an_address_that_a_guest_outside_of_the_file_holds() {
        World.Existing byHand = Worlds.foreign("byhand", null);
        var devices = new TreeMap<>(
                Map.of("eth0", new TreeMap<>(Map.of("type", "nic", "network", "br0", "ipv4.address", "10.77.0.9"))));
        var instance = byHand.instance();
        World world = Worlds.with(
                applied(site()),
                World.Existing.of(
                        new berth.model.Instance(
                                instance.id(),
                                instance.project(),
                                instance.name(),
                                instance.kind(),
                                instance.architecture(),
                                false,
                                "",
                                instance.profiles(),
                                instance.config(),
                                berth.model.Settings.devices(devices),
                                instance.createdAt(),
                                instance.lastUsedAt(),
                                instance.pool(),
                                null),
                        Status.RUNNING));
        Spec site = site(guest("a").device("eth0", "type", "nic", "network", "br0", "ipv4.address", "10.77.0.9"));
        assertThat(errors(site, world))
                .containsExactly(AT + "instances.a.devices.eth0: its ipv4.address on br0 is held by byhand already");
    }

    @Test
    void a_guest_that_is_renamed_takes_its_fixed_address_along() {
        var old = guest("a").device("eth1", "type", "nic", "network", "br0", "ipv4.address", "10.77.0.9");
        var now = guest("b").was("a").device("eth1", "type", "nic", "network", "br0", "ipv4.address", "10.77.0.9");
        assertThat(plan(site(now), Worlds.applied(site(old))).findings()).isEmpty();
    }

    @Test
    void refuses_an_address_outside_of_the_subnet_that_was_picked() {
        Spec site = site(guest("a").device("eth0", "type", "nic", "network", "br0", "ipv4.address", "10.1.1.9"));
        assertThat(errors(site, applied(site())))
                .containsExactly(
                        AT + "instances.a.devices.eth0: its ipv4.address is not within br0, which picked 10.77.0.1/24");
    }
}
