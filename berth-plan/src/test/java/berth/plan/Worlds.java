package berth.plan;

import berth.model.Declared;
import berth.model.Fingerprint;
import berth.model.ImageAlias;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.Kind;
import berth.model.NetworkName;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Status;
import berth.model.wanted.DriftPolicy;
import berth.model.wanted.Flat;
import berth.model.wanted.GuestFile;
import berth.model.wanted.GuestSystem;
import berth.model.wanted.Need;
import berth.model.wanted.OnDrift;
import berth.model.wanted.Origin;
import berth.model.wanted.Protection;
import berth.model.wanted.Spec;
import berth.model.wanted.Strategy;
import berth.model.wanted.Upkeep;
import berth.model.wanted.WantedImage;
import berth.model.wanted.WantedInstance;
import berth.model.wanted.WantedNetwork;
import berth.model.wanted.WantedPool;
import berth.model.wanted.WantedProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Small sites and worlds for tests, and what a world becomes when a plan has been carried out. */
final class Worlds {
    static final Origin HERE = new Origin("berth.yaml", 1, 1);
    static final ProjectName PROJECT = new ProjectName("default");
    static final World.Host HOST = new World.Host(
            Set.of("lo", "eth0"),
            List.of(),
            Map.of(),
            Set.of("dir", "btrfs"),
            Set.of(Skill.values()),
            true,
            OptionalLong.of(100L << 30));

    private Worlds() {}

    /** A guest of a site, to be changed bit by bit. */
    static final class Guest {
        private final String name;
        private String image = "web";
        private Kind kind = Kind.CONTAINER;
        private String description = "";
        private boolean ephemeral;
        private boolean autoStart = true;
        private List<String> profiles = List.of("default");
        private final Map<String, String> config = new TreeMap<>(Map.of("boot.autostart", "true"));
        private final SortedMap<String, SortedMap<String, String>> devices = new TreeMap<>();
        private final List<GuestFile> files = new ArrayList<>();
        private final List<Need> needs = new ArrayList<>();
        private Set<Protection> protect = Set.of();
        private OnDrift onDrift = OnDrift.UNSAID;
        private Upkeep upkeep = Upkeep.UNSAID;
        private @Nullable InstanceName was;
        private String host = "";
        private @Nullable GuestSystem system;
        private int reset;

        Guest(String name) {
            this.name = name;
        }

        Guest config(String key, String value) {
            config.put(key, value);
            return this;
        }

        Guest device(String device, String... keysAndValues) {
            var keys = new TreeMap<String, String>();
            for (int i = 0; i < keysAndValues.length; i += 2) {
                keys.put(keysAndValues[i], keysAndValues[i + 1]);
            }
            devices.put(device, keys);
            return this;
        }

        Guest image(String other) {
            image = other;
            return this;
        }

        Guest system(String place) {
            image = "";
            system = new GuestSystem(GuestSystem.How.PATH, place, "");
            return this;
        }

        Guest kind(Kind other) {
            kind = other;
            return this;
        }

        Guest description(String text) {
            description = text;
            return this;
        }

        Guest ephemeral() {
            ephemeral = true;
            return this;
        }

        Guest stopped() {
            autoStart = false;
            config.put("boot.autostart", "false");
            return this;
        }

        Guest profiles(String... names) {
            profiles = List.of(names);
            return this;
        }

        Guest file(String path, String content) {
            files.add(new GuestFile(path, new GuestFile.Content.Text(content), 0644, 0, 0));
            return this;
        }

        Guest needs(String... names) {
            for (String other : names) {
                needs.add(new Need(new InstanceName(other), Need.State.READY));
            }
            return this;
        }

        Guest protect(Protection... what) {
            protect = Set.of(what);
            return this;
        }

        Guest upkeep(Strategy strategy, String... reload) {
            upkeep = new Upkeep(strategy, List.of(reload), null, 1, 0, true, false, List.of());
            return this;
        }

        Guest window(String text) {
            upkeep = new Upkeep(
                    Strategy.DYNAMIC, List.of(), null, 1, 0, true, false, List.of(berth.model.wanted.Window.of(text)));
            return this;
        }

        Guest was(String name) {
            was = new InstanceName(name);
            return this;
        }

        Guest reset(int count) {
            reset = count;
            return this;
        }

        Guest host(String name) {
            host = name;
            return this;
        }

        Guest onDrift(String flatKey, DriftPolicy policy) {
            var more = new TreeMap<>(onDrift.policies());
            more.put(flatKey, policy);
            onDrift = new OnDrift(more);
            return this;
        }

        WantedInstance wanted() {
            return new WantedInstance(
                    new InstanceName(name),
                    was,
                    kind,
                    image,
                    system,
                    description,
                    ephemeral,
                    profiles.stream().map(ProfileName::new).toList(),
                    new TreeMap<>(config),
                    devices,
                    files,
                    needs.stream().sorted().toList(),
                    autoStart,
                    reset,
                    protect,
                    onDrift,
                    upkeep,
                    host,
                    HERE);
        }
    }

    static Guest guest(String name) {
        return new Guest(name);
    }

    static Spec site(Guest... guests) {
        return site(Map.of(), Map.of("ipv4.address", "auto", "ipv6.address", "auto"), guests);
    }

    /** A site with a pool, a network, an image, a profile and guests. */
    static Spec site(Map<String, String> profileConfig, Map<String, String> networkConfig, Guest... guests) {
        var spec = Spec.empty("site");
        var pool = new WantedPool(
                new PoolName("default"),
                "btrfs",
                "",
                new TreeMap<>(Map.of("size", "5GiB")),
                Set.of(),
                OnDrift.UNSAID,
                HERE);
        var network = new WantedNetwork(
                new NetworkName("br0"), "bridge", "", new TreeMap<>(networkConfig), Set.of(), OnDrift.UNSAID, HERE);
        var devices = new TreeMap<String, SortedMap<String, String>>();
        devices.put("root", new TreeMap<>(Map.of("type", "disk", "path", "/", "pool", "default")));
        devices.put("eth0", new TreeMap<>(Map.of("type", "nic", "name", "eth0", "network", "br0")));
        var profile = new WantedProfile(
                new ProfileName("default"), "", new TreeMap<>(profileConfig), devices, Set.of(), OnDrift.UNSAID, HERE);
        var image = new WantedImage(
                "web", "", new WantedImage.Source.Build("debian/12", List.of("nginx-light"), List.of()), HERE);
        var instances = new TreeMap<InstanceName, WantedInstance>();
        for (Guest guest : guests) {
            WantedInstance wanted = guest.wanted();
            instances.put(wanted.name(), wanted);
        }
        return new Spec(
                spec.site(),
                new TreeMap<>(Map.of(pool.name(), pool)),
                new TreeMap<>(Map.of(network.name(), network)),
                new TreeMap<>(Map.of("web", image)),
                new TreeMap<>(Map.of(profile.name(), profile)),
                instances,
                new TreeMap<>());
    }

    /** A host after its daemon's first start. */
    static World fresh() {
        var profile =
                new Profile(PROJECT, new ProfileName("default"), "Default", new TreeMap<>(), new TreeMap<>(), null);
        return withProfiles(World.empty(HOST), new TreeMap<>(Map.of(profile.name(), profile)));
    }

    static Plan plan(Spec spec, World world) {
        return new Planner(1, Set.of()).plan(spec, world);
    }

    /** The world in which this site has been applied to a fresh host. */
    static World applied(Spec spec) {
        return outcome(plan(spec, fresh()), fresh());
    }

    static World withDaemon(World world, Map<String, String> config, @Nullable Declared declared) {
        return on(
                world,
                new World.Daemon(new TreeMap<>(config), declared),
                world.host().names());
    }

    /** The same on a host of that daemon and those names. */
    static World on(World world, World.Daemon daemon, Set<String> names) {
        World.Host host = world.host();
        return withHost(
                world,
                new World.Host(
                        host.interfaces(),
                        host.subnets(),
                        host.files(),
                        host.poolDrivers(),
                        host.skills(),
                        host.canBuildImages(),
                        host.freeBytes(),
                        host.withoutEffect(),
                        host.systems(),
                        daemon,
                        names));
    }

    /** What the world is after the plan has been carried out. */
    static World outcome(Plan plan, World before) {
        World world = before;
        for (Change change : plan.changes()) {
            world = switch (change) {
                case Change.OfServer it -> withDaemon(world, it.config(), it.declared());
                case Change.OfPool it -> {
                    var pools = new TreeMap<>(world.pools());
                    // As a driver does: source comes to be, in a form of the driver's own.
                    var config = new TreeMap<>(it.pool().config());
                    config.put("source", "/var/lib/berth/disks/" + it.pool().name() + ".img");
                    pools.put(
                            it.pool().name(),
                            new Pool(
                                    it.pool().name(),
                                    it.pool().driver(),
                                    it.pool().description(),
                                    config,
                                    it.pool().declared()));
                    yield new World(
                            world.revision() + 1,
                            pools,
                            world.networks(),
                            world.aliases(),
                            world.images(),
                            world.profiles(),
                            world.instances(),
                            world.host());
                }
                case Change.OfNetwork it -> {
                    var networks = new TreeMap<>(world.networks());
                    var config = new TreeMap<>(it.network().config());
                    config.replace("ipv4.address", "auto", "10.77.0.1/24");
                    config.replace("ipv6.address", "auto", "fd42:77::1/64");
                    config.putIfAbsent("ipv4.nat", "true");
                    networks.put(
                            it.network().name(),
                            new berth.model.Network(
                                    it.network().name(),
                                    it.network().type(),
                                    it.network().description(),
                                    config,
                                    it.network().declared()));
                    yield new World(
                            world.revision() + 1,
                            world.pools(),
                            networks,
                            world.aliases(),
                            world.images(),
                            world.profiles(),
                            world.instances(),
                            world.host());
                }
                case Change.OfImage it -> {
                    var aliases = new TreeMap<>(world.aliases());
                    var images = new TreeSet<>(world.images());
                    var target = new Fingerprint(
                            Flat.sha256(it.alias() + it.declared().digest()));
                    images.add(target);
                    aliases.put(
                            it.alias(), new ImageAlias(PROJECT, it.alias(), "", target, Kind.CONTAINER, it.declared()));
                    yield new World(
                            world.revision() + 1,
                            world.pools(),
                            world.networks(),
                            aliases,
                            images,
                            world.profiles(),
                            world.instances(),
                            world.host());
                }
                case Change.OfProfile it -> {
                    var profiles = new TreeMap<>(world.profiles());
                    profiles.put(it.profile().name(), it.profile());
                    yield withProfiles(world, profiles);
                }
                case Change.OfInstance it -> with(world, it);
            };
        }
        return world;
    }

    private static World with(World world, Change.OfInstance change) {
        InstanceDraft draft = change.draft();
        World.Existing there = world.instances().get(draft.was());
        var config = new TreeMap<>(draft.config());
        config.putIfAbsent("volatile.uuid", "00000000-0000-0000-0000-000000000001");
        var instance = new Instance(
                new UUID(0, 1),
                PROJECT,
                draft.name(),
                draft.kind(),
                "x86_64",
                draft.ephemeral(),
                draft.description(),
                draft.profiles(),
                config,
                draft.devices(),
                Instant.EPOCH,
                Instant.EPOCH,
                Objects.requireNonNullElse(draft.pool(), new PoolName("none")),
                draft.declared());
        Status before = there == null ? Status.STOPPED : there.status();
        Status status = switch (change.power()) {
            case LEAVE -> before;
            case START, RESTART -> Status.RUNNING;
            case STOP -> Status.STOPPED;
        };
        World after = with(world, World.Existing.of(instance, status));
        return draft.was().equals(draft.name()) ? after : without(after, draft.was());
    }

    private static World without(World world, InstanceName gone) {
        var instances = new TreeMap<>(world.instances());
        instances.remove(gone);
        return new World(
                world.revision(),
                world.pools(),
                world.networks(),
                world.aliases(),
                world.images(),
                world.profiles(),
                instances,
                world.host());
    }

    static World with(World world, World.Existing existing) {
        var instances = new TreeMap<>(world.instances());
        instances.put(existing.instance().name(), existing);
        return new World(
                world.revision() + 1,
                world.pools(),
                world.networks(),
                world.aliases(),
                world.images(),
                world.profiles(),
                instances,
                world.host());
    }

    static World withProfiles(World world, SortedMap<ProfileName, Profile> profiles) {
        return new World(
                world.revision() + 1,
                world.pools(),
                world.networks(),
                world.aliases(),
                world.images(),
                profiles,
                world.instances(),
                world.host());
    }

    static World withHost(World world, World.Host host) {
        return new World(
                world.revision(),
                world.pools(),
                world.networks(),
                world.aliases(),
                world.images(),
                world.profiles(),
                world.instances(),
                host);
    }

    static World.Existing existing(World world, String name) {
        return world.instances().get(new InstanceName(name));
    }

    /** A guest that somebody made by hand. */
    static World.Existing foreign(String name, Declared declared) {
        return World.Existing.of(
                new Instance(
                        new UUID(0, 2),
                        PROJECT,
                        new InstanceName(name),
                        Kind.CONTAINER,
                        "x86_64",
                        false,
                        "",
                        List.of(new ProfileName("default")),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        Instant.EPOCH,
                        Instant.EPOCH,
                        new PoolName("default"),
                        declared),
                Status.RUNNING);
    }

    static World.Existing state(World.Existing there, Status status, OptionalLong memory, SortedSet<String> pending) {
        return new World.Existing(there.instance(), status, memory, pending);
    }
}
