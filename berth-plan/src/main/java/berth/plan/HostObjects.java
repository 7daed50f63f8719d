package berth.plan;

import berth.model.AddressPools;
import berth.model.Cidr;
import berth.model.Declared;
import berth.model.ImageAlias;
import berth.model.Network;
import berth.model.Pool;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.wanted.Flat;
import berth.model.wanted.OnDrift;
import berth.model.wanted.Protection;
import berth.model.wanted.Spec;
import berth.model.wanted.Upkeep;
import berth.model.wanted.WantedImage;
import berth.model.wanted.WantedNetwork;
import berth.model.wanted.WantedPool;
import berth.model.wanted.WantedProfile;
import berth.model.wanted.WantedServer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Plans what guests stand on: pools, networks, images, profiles. */
final class HostObjects {
    private static final ProjectName PROJECT = new ProjectName("default");

    private final Spec spec;
    private final World world;
    private final Claims claims;
    private final UnaryOperator<String> hostFile;
    private final List<Drifted> drifted = new ArrayList<>();

    HostObjects(Spec spec, World world, Claims claims, UnaryOperator<String> hostFile) {
        this.spec = spec;
        this.world = world;
        this.claims = claims;
        this.hostFile = hostFile;
    }

    /** The daemon's own settings. What leaves the file is no longer set: it goes back to what it is when nobody says it. */
    List<Change> server() {
        World.Daemon there = world.host().daemon();
        WantedServer wanted = spec.server();
        Declared before = there.declared();
        if (wanted == null && !claims.owns(before)
                || wanted != null
                        && before != null
                        && !claims.may(new Target("server", "settings"), before, wanted.origin())) {
            return List.of();
        }
        SortedMap<String, String> flat = wanted == null ? new TreeMap<>() : Flat.of(wanted);
        SortedMap<String, String> asked = wanted == null ? new TreeMap<>() : wanted.config();
        SortedMap<String, String> applied = Claims.applied(before);
        var config = Merge.of(there.config(), asked, applied, "config.");
        var leave = new Leave(
                new Target("server", "settings"), wanted == null ? OnDrift.UNSAID : wanted.onDrift(), flat, applied);
        leave.keep("config.", config, whole(there.config(), config.keySet()), it -> it);
        drifted.addAll(leave.drifted());
        var keys = new Keys(judge(Set.of()), flat, applied, Rule.Facet.SERVER);
        var touched = new TreeSet<>(config.keySet());
        touched.addAll(there.config().keySet());
        Merge.differences(
                whole(there.config(), touched),
                whole(config, touched),
                (key, from, to) -> keys.changed(key, "config." + key, from, to));
        if (wanted == null) {
            return List.of(new Change.OfServer(Action.UPDATE, unset(config), null, keys.list()));
        }
        keys.settle(before);
        Declared declared = claims.declared(wanted.origin(), Flat.digest(flat), flat);
        return keys.changes(before).stream()
                .<Change>map(changed -> new Change.OfServer(action(before), unset(config), declared, changed))
                .toList();
    }

    /** With the defaults of keys that nobody set. */
    private static SortedMap<String, String> whole(Map<String, String> config, Set<String> keys) {
        var whole = new TreeMap<String, String>();
        keys.forEach(key -> {
            String value = config.getOrDefault(key, "");
            String shown = value.isEmpty() ? WantedServer.fallback(key) : value;
            if (!shown.isEmpty()) {
                whole.put(key, shown);
            }
        });
        return whole;
    }

    /** Without what is so when nobody sets it. */
    private static SortedMap<String, String> unset(Map<String, String> config) {
        var kept = new TreeMap<>(config);
        kept.entrySet().removeIf(it -> it.getValue().equals(WantedServer.fallback(it.getKey())));
        return kept;
    }

    List<Change> pools() {
        var changes = new ArrayList<Change>();
        for (WantedPool wanted : spec.pools().values()) {
            Pool there = world.pools().get(wanted.name());
            SortedMap<String, String> flat = Flat.of(wanted);
            Declared declared = claims.declared(wanted.origin(), Flat.digest(flat), flat);
            if (there == null) {
                var pool = new Pool(wanted.name(), wanted.driver(), wanted.description(), wanted.config(), declared);
                changes.add(new Change.OfPool(Action.CREATE, pool, List.of()));
            } else if (claims.may(target("pool", wanted.name()), there.declared(), wanted.origin())) {
                pool(wanted, there, flat, declared).ifPresent(changes::add);
            }
        }
        return changes;
    }

    private Optional<Change> pool(WantedPool wanted, Pool there, SortedMap<String, String> flat, Declared declared) {
        SortedMap<String, String> applied = Claims.applied(there.declared());
        var config = Merge.of(there.config(), wanted.config(), applied, "config.");
        // The driver brings these to a form of its own: what counts is whether the file asks for another one.
        for (String own : List.of("source", "size")) {
            String asked = wanted.config().get(own);
            if (asked == null || asked.equals(applied.get("config." + own))) {
                keep(config, there.config(), own);
            }
        }
        var leave = new Leave(target("pool", wanted.name()), wanted.onDrift(), flat, applied);
        leave.keep("config.", config, there.config(), it -> it);
        var keys = new Keys(judge(wanted.protect()), flat, applied, Rule.Facet.POOL);
        keys.compare("driver", "driver", there.driver(), wanted.driver());
        Merge.differences(there.config(), config, (key, from, to) -> keys.changed(key, "config." + key, from, to));
        String description = leave.field(
                "description",
                there.description(),
                Merge.text(there.description(), wanted.description(), applied, "description"));
        drifted.addAll(leave.drifted());
        keys.compare("description", "description", there.description(), description);
        keys.settle(there.declared());
        var pool = new Pool(wanted.name(), there.driver(), description, config, declared);
        return keys.changes(there.declared())
                .map(changed -> new Change.OfPool(action(there.declared()), pool, changed));
    }

    List<Change> networks() {
        var changes = new ArrayList<Change>();
        // Those that may choose come last: what they choose from may be what another must have.
        var inOrder = spec.networks().values().stream()
                .sorted(Comparator.comparing(HostObjects::mayChoose))
                .toList();
        for (WantedNetwork wanted : inOrder) {
            Network there = world.networks().get(wanted.name());
            SortedMap<String, String> flat = Flat.of(wanted);
            Declared declared = claims.declared(wanted.origin(), Flat.digest(flat), flat);
            if (there == null) {
                var network =
                        new Network(wanted.name(), wanted.type(), wanted.description(), wanted.config(), declared);
                changes.add(new Change.OfNetwork(Action.CREATE, network, List.of(), List.of()));
            } else if (claims.may(target("network", wanted.name()), there.declared(), wanted.origin())) {
                network(wanted, there, flat, declared).ifPresent(changes::add);
            }
        }
        return changes;
    }

    private static boolean mayChoose(WantedNetwork network) {
        return network.config().containsValue("auto");
    }

    private Optional<Change> network(
            WantedNetwork wanted, Network there, SortedMap<String, String> flat, Declared declared) {
        SortedMap<String, String> applied = Claims.applied(there.declared());
        var config = Merge.of(there.config(), wanted.config(), applied, "config.");
        for (String family : List.of("ipv4.address", "ipv6.address")) {
            boolean picked = Cidr.of(there.config().getOrDefault(family, "")).isPresent();
            if (picked
                    && "auto".equals(wanted.config().get(family))
                    && AddressPools.allow(
                            wanted.config(),
                            family.replace(".address", ""),
                            there.config().getOrDefault(family, ""))) {
                keep(config, there.config(), family);
            }
        }
        var leave = new Leave(target("network", wanted.name()), wanted.onDrift(), flat, applied);
        leave.keep("config.", config, there.config(), it -> it);
        var keys = new Keys(judge(wanted.protect()), flat, applied, Rule.Facet.NETWORK);
        Merge.differences(there.config(), config, (key, from, to) -> keys.changed(key, "config." + key, from, to));
        String description = leave.field(
                "description",
                there.description(),
                Merge.text(there.description(), wanted.description(), applied, "description"));
        drifted.addAll(leave.drifted());
        keys.compare("description", "description", there.description(), description);
        var touched = touched(wanted, keys.list());
        keys.settle(there.declared());
        var network = new Network(wanted.name(), there.type(), description, config, declared);
        return keys.changes(there.declared())
                .map(changed -> new Change.OfNetwork(action(there.declared()), network, changed, touched));
    }

    /** The guests on a network whose keys change in more than name. */
    private List<Touched> touched(WantedNetwork network, List<KeyChange> keys) {
        var felt = keys.stream()
                .filter(key -> key.verdict() != Verdict.NONE)
                .map(key -> new KeyChange(
                        "networks." + network.name() + "." + key.key(),
                        key.from(),
                        key.to(),
                        key.verdict(),
                        key.rule(),
                        key.why(),
                        Cause.NETWORK))
                .toList();
        if (felt.isEmpty()) {
            return List.of();
        }
        return world.instances().values().stream()
                .filter(it ->
                        it.status().alive() && Guests.isOn(Guests.effective(it.instance(), world), network.name()))
                .map(it -> new Touched(
                        it.instance().name(), claims.owns(it.instance().declared()), felt))
                .toList();
    }

    List<Change> images() {
        var changes = new ArrayList<Change>();
        for (WantedImage wanted : spec.images().values()) {
            ImageAlias there = world.aliases().get(wanted.name());
            SortedMap<String, String> flat = Flat.of(wanted, hostFile);
            Declared declared = claims.declared(wanted.origin(), Flat.digest(flat), flat);
            boolean whole = there != null && world.images().contains(there.target());
            if (there == null || !whole && claims.owns(there.declared())) {
                changes.add(new Change.OfImage(Action.CREATE, wanted.name(), wanted, declared, List.of()));
            } else if (claims.may(target("image", wanted.name()), there.declared(), wanted.origin())) {
                var keys = new ArrayList<KeyChange>();
                SortedMap<String, String> applied = Claims.applied(there.declared());
                Merge.differences(
                        applied,
                        flat,
                        (key, from, to) -> keys.add(
                                key.equals("protect")
                                        ? new KeyChange(
                                                key, from, to, Verdict.NONE, "A31", "used by Berth only", Cause.FILE)
                                        : new KeyChange(
                                                key,
                                                from,
                                                to,
                                                Verdict.NONE,
                                                "A32",
                                                "made again, for new guests only",
                                                Cause.FILE)));
                if (keys.isEmpty()) {
                    moved(wanted, there).ifPresent(keys::add);
                }
                if (!keys.isEmpty() || retired(there.declared())) {
                    changes.add(new Change.OfImage(action(there.declared()), wanted.name(), wanted, declared, keys));
                }
            }
        }
        return changes;
    }

    /** An image that guests follow, and that is another one now by the name that it is taken from. */
    private Optional<KeyChange> moved(WantedImage wanted, ImageAlias there) {
        if (!wanted.rebuild() || !(wanted.source() instanceof WantedImage.Source.Existing(var name))) {
            return Optional.empty();
        }
        ImageAlias source = world.aliases().get(name);
        return source == null || source.target().equals(there.target())
                ? Optional.empty()
                : Optional.of(new KeyChange(
                        "source",
                        FollowImages.brief(there.target().text()),
                        FollowImages.brief(source.target().text()),
                        Verdict.NONE,
                        "A33",
                        "another image is called " + name + " now",
                        Cause.FILE));
    }

    List<Change> profiles(Map<ProfileName, Profile> after) {
        var changes = new ArrayList<Change>();
        for (WantedProfile wanted : spec.profiles().values()) {
            Profile there = world.profiles().get(wanted.name());
            SortedMap<String, String> flat = Flat.of(wanted);
            Declared declared = claims.declared(wanted.origin(), Flat.digest(flat), flat);
            if (there == null) {
                var profile = new Profile(
                        PROJECT, wanted.name(), wanted.description(), wanted.config(), wanted.devices(), declared);
                after.put(wanted.name(), profile);
                changes.add(new Change.OfProfile(Action.CREATE, profile, List.of(), List.of()));
            } else if (untouchedDefault(there)
                    || claims.may(target("profile", wanted.name()), there.declared(), wanted.origin())) {
                profile(wanted, there, flat, declared, after).ifPresent(changes::add);
            }
        }
        return changes;
    }

    private Optional<Change> profile(
            WantedProfile wanted,
            Profile there,
            SortedMap<String, String> flat,
            Declared declared,
            Map<ProfileName, Profile> after) {
        SortedMap<String, String> applied = Claims.applied(there.declared());
        var config = Merge.of(there.config(), wanted.config(), applied, "config.");
        var devices = Merge.of(there.devices(), wanted.devices(), applied, "devices.");
        var leave = new Leave(target("profile", wanted.name()), wanted.onDrift(), flat, applied);
        leave.keep("config.", config, there.config(), it -> it);
        leave.keep("devices.", devices, there.devices(), HostObjects::text);
        boolean fresh = untouchedDefault(there);
        String description = leave.field(
                "description",
                there.description(),
                fresh
                        ? wanted.description()
                        : Merge.text(there.description(), wanted.description(), applied, "description"));
        drifted.addAll(leave.drifted());
        var profile = new Profile(PROJECT, wanted.name(), description, config, devices, declared);
        after.put(wanted.name(), profile);
        var keys = new Keys(judge(Set.of()), flat, applied, Rule.Facet.FIELD);
        // What it costs is said guest by guest; in the profile itself nothing runs.
        Merge.differences(there.config(), config, (key, from, to) -> keys.noted(key, "config." + key, from, to));
        Merge.differences(
                text(there.devices()),
                text(devices),
                (key, from, to) -> keys.noted("devices." + key, "devices." + key, from, to));
        keys.compare("description", "description", there.description(), description);
        keys.settle(there.declared());
        return keys.changes(there.declared())
                .map(changed -> new Change.OfProfile(action(there.declared()), profile, changed, List.of()));
    }

    /** What is ours and in no file any more. */
    List<Change> retired() {
        var changes = new ArrayList<Change>();
        world.profiles().values().stream()
                .filter(it -> gone(it.declared(), spec.profiles().containsKey(it.name())))
                .forEach(it -> changes.add(new Change.OfProfile(
                        Action.RETIRE,
                        new Profile(
                                it.project(),
                                it.name(),
                                it.description(),
                                it.config(),
                                it.devices(),
                                asRetired(it.declared())),
                        List.of(),
                        List.of())));
        world.aliases().values().stream()
                .filter(it -> gone(it.declared(), spec.images().containsKey(it.name())))
                .forEach(it -> changes.add(new Change.OfImage(
                        Action.RETIRE, it.name(), null, Objects.requireNonNull(asRetired(it.declared())), List.of())));
        world.networks().values().stream()
                .filter(it -> gone(it.declared(), spec.networks().containsKey(it.name())))
                .forEach(it -> changes.add(new Change.OfNetwork(
                        Action.RETIRE,
                        new Network(it.name(), it.type(), it.description(), it.config(), asRetired(it.declared())),
                        List.of(),
                        List.of())));
        world.pools().values().stream()
                .filter(it -> gone(it.declared(), spec.pools().containsKey(it.name())))
                .forEach(it -> changes.add(new Change.OfPool(
                        Action.RETIRE,
                        new Pool(it.name(), it.driver(), it.description(), it.config(), asRetired(it.declared())),
                        List.of())));
        return changes;
    }

    private boolean gone(@Nullable Declared declared, boolean wanted) {
        return claims.owns(declared) && !retired(declared) && !wanted;
    }

    private static @Nullable Declared asRetired(@Nullable Declared declared) {
        return declared == null ? null : declared.asRetired();
    }

    private static boolean retired(@Nullable Declared declared) {
        return declared != null && declared.retired();
    }

    /** The profile that the daemon makes by itself, with nothing in it: no one's work is lost when a site takes it. */
    private static boolean untouchedDefault(Profile profile) {
        return profile.name().text().equals("default")
                && profile.declared() == null
                && profile.config().isEmpty()
                && profile.devices().isEmpty();
    }

    private Judge judge(Set<Protection> protect) {
        return new Judge(
                Rule.Backend.LXC, true, OptionalLong.empty(), world.host().skills(), protect, Upkeep.UNSAID);
    }

    private static Action action(@Nullable Declared declared) {
        return retired(declared) ? Action.REVIVE : Action.UPDATE;
    }

    private static Target target(String kind, Object name) {
        return new Target(kind, name.toString());
    }

    private static void keep(Map<String, String> config, Map<String, String> actual, String key) {
        if (actual.containsKey(key)) {
            config.put(key, actual.get(key));
        } else {
            config.remove(key);
        }
    }

    static SortedMap<String, String> text(Map<String, SortedMap<String, String>> devices) {
        var text = new TreeMap<String, String>();
        devices.forEach((name, device) -> text.put(name, text(device)));
        return text;
    }

    /** A device on one line. */
    static String text(SortedMap<String, String> device) {
        return Flat.text(device).replace("\n", ", ");
    }

    /** What has drifted and is left so. */
    List<Drifted> drifted() {
        return List.copyOf(drifted);
    }
}
