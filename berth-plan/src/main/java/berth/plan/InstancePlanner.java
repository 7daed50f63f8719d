package berth.plan;

import berth.model.Declared;
import berth.model.Effective;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.InstanceOptions;
import berth.model.PoolName;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.Settings;
import berth.model.wanted.Flat;
import berth.model.wanted.GuestFile;
import berth.model.wanted.Health;
import berth.model.wanted.Need;
import berth.model.wanted.Protection;
import berth.model.wanted.Spec;
import berth.model.wanted.Strategy;
import berth.model.wanted.Upkeep;
import berth.model.wanted.WantedInstance;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Plans guests: those of the file, those that left it, and what an edited profile does to each. */
final class InstancePlanner {
    private static final String NO_REBUILD = "its image has changed (A33); activation.strategy is reload, and it runs";
    private static final String HELD = "held: activation.strategy is none, and it runs";
    private static final String OUTSIDE = ", held: it is not the time of update.window; --now does it at once";
    private static final List<String> USED_HERE_ONLY = List.of("needs", "protect", "health", "update", "snapshots");
    private static final String CREDENTIALS = "files./etc/credstore/";
    private static final String AUTOSTART = "config.boot.autostart";

    private final Spec spec;
    private final World world;
    private final Claims claims;
    private final UnaryOperator<String> hostFile;
    private final Map<ProfileName, Profile> profilesAfter;
    private final List<Drifted> drifted = new ArrayList<>();
    private final List<Plan.Waiting> held = new ArrayList<>();
    private final ThisTime thisTime;
    private final Map<InstanceName, String> states;
    private final FollowImages follow;

    /**
     * @param profilesAfter the profiles as they will be
     * @param thisTime what is asked for besides
     * @param states snapshots that guests are put back to
     * @param madeAnew images that are made again by the plan
     */
    InstancePlanner(
            Spec spec,
            World world,
            Claims claims,
            UnaryOperator<String> hostFile,
            Map<ProfileName, Profile> profilesAfter,
            ThisTime thisTime,
            Map<InstanceName, String> states,
            Set<String> madeAnew) {
        this.thisTime = thisTime;
        this.follow = new FollowImages(spec, world, madeAnew);
        this.states = states;
        this.spec = spec;
        this.world = world;
        this.claims = claims;
        this.hostFile = hostFile;
        this.profilesAfter = profilesAfter;
    }

    /** The change of a guest of the file, if any. */
    Optional<Change> wanted(WantedInstance asked) {
        WantedInstance wanted = found(asked);
        World.Existing there = there(wanted);
        SortedMap<String, String> flat = Flat.of(wanted, hostFile);
        if (there == null) {
            var effective =
                    Effective.of(Guests.known(wanted.profiles(), profilesAfter), wanted.config(), wanted.devices());
            var draft = new InstanceDraft(
                    wanted.name(),
                    wanted.name(),
                    wanted.kind(),
                    wanted.image(),
                    wanted.description(),
                    wanted.ephemeral(),
                    wanted.profiles(),
                    wanted.config(),
                    wanted.devices(),
                    false,
                    Guests.pool(effective.devices()).orElse(null),
                    wanted.files(),
                    wanted.needs(),
                    health(wanted),
                    upkeep(wanted),
                    null,
                    false,
                    claims.declared(wanted.origin(), Flat.digest(flat), flat));
            Power power = wanted.autoStart() ? Power.START : Power.LEAVE;
            return Optional.of(new Change.OfInstance(Action.CREATE, draft, List.of(), power));
        }
        return claims.may(target(there.instance().name()), there.instance().declared(), wanted.origin())
                ? update(wanted, there, flat)
                : Optional.empty();
    }

    /** The guest with the system that it is to have, as it was found on this host. */
    private WantedInstance found(WantedInstance wanted) {
        World.FoundSystem found = world.host().systems().get(wanted.name());
        return wanted.system() != null && found != null && found.there()
                ? wanted.with(InstanceOptions.SYSTEM, found.path())
                : wanted;
    }

    /** The guest that is meant: of its name, else of the name that it had, if no other of the file has that. */
    private World.@Nullable Existing there(WantedInstance wanted) {
        World.Existing named = world.instances().get(wanted.name());
        InstanceName was = wanted.was();
        return named == null && was != null && !spec.instances().containsKey(was)
                ? world.instances().get(was)
                : named;
    }

    private Upkeep upkeep(WantedInstance wanted) {
        return wanted.upkeep().with(thisTime.strategy());
    }

    private Map<InstanceName, Health> health(WantedInstance wanted) {
        var health = new TreeMap<InstanceName, Health>();
        for (Need need : wanted.needs()) {
            WantedInstance other = spec.instances().get(need.instance());
            if (other != null && other.upkeep().health() != null) {
                health.put(need.instance(), other.upkeep().health());
            }
        }
        return health;
    }

    /** What waits because its guest is not to be changed while it runs. */
    List<Plan.Waiting> held() {
        return List.copyOf(held);
    }

    /** Whether a guest that is in no file by its name is in one by another. */
    private boolean renamed(InstanceName old) {
        return spec.instances().values().stream()
                .anyMatch(it -> old.equals(it.was()) && !world.instances().containsKey(it.name()));
    }

    private Optional<Change> update(WantedInstance wanted, World.Existing there, SortedMap<String, String> flat) {
        Instance actual = there.instance();
        SortedMap<String, String> applied = Claims.applied(actual.declared());
        Upkeep upkeep = upkeep(wanted);
        var judge = judge(there, wanted.protect(), upkeep);
        var keys = new Keys(judge, flat, applied, Rule.Facet.FIELD);
        keys.compare("name", "name", actual.name().text(), wanted.name().text());
        keys.compare("kind", "kind", actual.kind().text(), wanted.kind().text());
        boolean elsewhere = Aside.isElsewhere(spec, world, wanted.host());
        host(keys, applied.getOrDefault("host", elsewhere ? "this host" : ""), wanted.host());
        String hasSystem = actual.config().get(InstanceOptions.SYSTEM);
        boolean otherRoot = (wanted.system() == null) != (hasSystem == null);
        if (otherRoot) {
            keys.compare("system", "system", root(hasSystem, applied.get("image")), root(wanted));
        }
        boolean again = thisTime.anew().contains(wanted.name());
        boolean anew = otherRoot
                || again
                || !applied.isEmpty() && !flat.getOrDefault("reset", "0").equals(applied.getOrDefault("reset", "0"));
        String state = states.get(wanted.name());
        boolean rebuild = !anew && state == null && follow.outdated(wanted, actual);
        if (rebuild && upkeep.strategy() == Strategy.RELOAD && there.status().alive()) {
            held.add(new Plan.Waiting(wanted.name().text(), "image", NO_REBUILD));
            rebuild = false;
        } else if (rebuild) {
            keys.add(follow.rebuild(judge, wanted, actual));
        }
        if (!rebuild && !otherRoot && applied.containsKey("image")) {
            keys.compare("image", "image", applied.get("image"), wanted.image());
        }
        var leave = new Leave(target(wanted.name()), wanted.onDrift(), flat, applied);
        String description = leave.field(
                "description",
                actual.description(),
                Merge.text(actual.description(), wanted.description(), applied, "description"));
        keys.compare("description", "description", actual.description(), description);
        boolean ephemeral = Boolean.parseBoolean(
                leave.field("ephemeral", String.valueOf(actual.ephemeral()), String.valueOf(wanted.ephemeral())));
        keys.compare("ephemeral", "ephemeral", String.valueOf(actual.ephemeral()), String.valueOf(ephemeral));
        String asked = names(wanted.profiles());
        boolean profilesStay =
                !leave.field("profiles", names(actual.profiles()), asked).equals(asked);
        List<ProfileName> profiles = profilesStay ? actual.profiles() : wanted.profiles();
        keys.compare("profiles", "profiles", names(actual.profiles()), names(profiles));
        var config = Merge.of(actual.config(), wanted.config(), applied, "config.");
        leave.keep("config.", config, actual.config(), it -> it);
        if (otherRoot && hasSystem != null) {
            config.remove(InstanceOptions.SYSTEM);
        }
        var devices = Merge.of(actual.devices(), wanted.devices(), applied, "devices.");
        leave.keep("devices.", devices, actual.devices(), HostObjects::text);
        var before = Guests.effective(actual, world);
        var after = Effective.of(Guests.known(profiles, profilesAfter), config, devices);
        if (!anew && isMovedByProfile(actual)) {
            keys.add(new KeyChange(
                    "pool",
                    actual.pool().text(),
                    Guests.pool(after.devices()).map(PoolName::text).orElse(null),
                    Verdict.REFUSE,
                    "A12",
                    "the pool is said by a profile that it is on; first write the root disk into the guest's own devices",
                    Cause.PROFILE));
        }
        if (otherRoot) {
            effective(
                    keys,
                    judge,
                    rootless(before),
                    rootless(after),
                    own(actual.with(InstanceOptions.SYSTEM, ""), rootless(config), devices));
        } else {
            effective(keys, judge, before, after, own(actual, config, devices));
        }
        List<GuestFile> changedFiles = files(keys, judge, wanted, flat, applied);
        List<GuestFile> write =
                anew || rebuild || state != null ? withGone(wanted.files(), changedFiles) : changedFiles;
        if (!applied.isEmpty()) {
            if (again) {
                keys.changed("reset", "reset", applied.getOrDefault("reset", "0"), "asked for");
            } else {
                keys.compare("reset", "reset", applied.getOrDefault("reset", "0"), flat.getOrDefault("reset", "0"));
            }
            for (String key : USED_HERE_ONLY) {
                keys.compare(key, key, applied.getOrDefault(key, ""), flat.getOrDefault(key, ""));
            }
        }
        if (state != null) {
            keys.add(judge.state(state, anew));
        }
        boolean retired = actual.declared() != null && actual.declared().retired();
        boolean start = wanted.autoStart() && !there.status().alive();
        if (start && !retired && leave.leaves("power") && Objects.equals(applied.get(AUTOSTART), flat.get(AUTOSTART))) {
            leave.note("power", "power", "running", "stopped");
            start = false;
        }
        drifted.addAll(leave.drifted());
        if (start) {
            keys.add(judge.key(Rule.Facet.FIELD, "power", "power", "stopped", "running", Cause.DRIFT));
        }
        keys.settle(actual.declared());
        List<KeyChange> changed = keys.changes(actual.declared()).orElse(null);
        if (changed == null) {
            return Optional.empty();
        }
        var draft = new InstanceDraft(
                wanted.name(),
                actual.name(),
                wanted.kind(),
                wanted.image(),
                description,
                ephemeral,
                profiles,
                config,
                devices,
                anew,
                Guests.pool(after.devices()).orElse(actual.pool()),
                write,
                wanted.needs(),
                health(wanted),
                upkeep(wanted),
                state,
                rebuild,
                claims.declared(wanted.origin(), Flat.digest(flat), flat));
        if (upkeep.strategy() == Strategy.NONE
                && there.status().alive()
                && changed.stream().anyMatch(key -> key.verdict() != Verdict.NONE)) {
            changed.stream()
                    .filter(key -> key.verdict() != Verdict.NONE)
                    .forEach(key -> held.add(new Plan.Waiting(wanted.name().text(), key.key(), HELD)));
            return Optional.empty();
        }
        List<KeyChange> disturbing = changed.stream()
                .filter(key -> key.verdict().compareTo(Verdict.RELOAD) >= 0)
                .toList();
        if (there.status().alive()
                && !upkeep.isOpen(thisTime.now())
                && disturbing.stream().noneMatch(key -> key.verdict() == Verdict.REFUSE)
                && !disturbing.isEmpty()) {
            disturbing.forEach(key -> held.add(new Plan.Waiting(
                    wanted.name().text(), key.key(), key.verdict().text() + OUTSIDE)));
            return Optional.empty();
        }
        boolean restart = changed.stream()
                        .anyMatch(key -> key.verdict() == Verdict.RESTART
                                || key.verdict() == Verdict.MOVE
                                        && there.status().alive())
                || rebuild && there.status().alive();
        Power power = start || anew && wanted.autoStart() ? Power.START : restart ? Power.RESTART : Power.LEAVE;
        return Optional.of(new Change.OfInstance(retired ? Action.REVIVE : Action.UPDATE, draft, changed, power));
    }

    /** A host that is said for the first time, or no more, is where the guest is. */
    private static void host(Keys keys, String from, String to) {
        if (from.isEmpty() != to.isEmpty()) {
            keys.add(new KeyChange(
                    "host",
                    from.isEmpty() ? null : from,
                    to.isEmpty() ? null : to,
                    Verdict.NONE,
                    "A38",
                    "it is there",
                    Cause.FILE));
        } else {
            keys.compare("host", "host", from, to);
        }
    }

    /** Whether an edited profile says another pool for a root that lies in the one that it said before. */
    private boolean isMovedByProfile(Instance actual) {
        return Guests.pool(Effective.of(actual, Guests.known(actual.profiles(), profilesAfter))
                        .devices())
                .filter(it -> !it.equals(actual.pool()))
                .isPresent();
    }

    private static String root(@Nullable String system, @Nullable String image) {
        return system != null ? "system " + system : "image " + (image == null ? "" : image);
    }

    private static String root(WantedInstance wanted) {
        return root(wanted.config().get(InstanceOptions.SYSTEM), wanted.image());
    }

    /** Without the system: what changes of it is told by the kind of root. */
    private static Effective rootless(Effective effective) {
        return new Effective(rootless(effective.config()), effective.devices());
    }

    private static SortedMap<String, String> rootless(SortedMap<String, String> config) {
        return Settings.with(config, InstanceOptions.SYSTEM, "");
    }

    private static Target target(InstanceName name) {
        return new Target("instance", name.text());
    }

    /** What has drifted and is left so. */
    List<Drifted> drifted() {
        return List.copyOf(drifted);
    }

    /** Which own keys change; what else differs in effect comes from a profile. */
    private static Set<String> own(
            Instance actual, SortedMap<String, String> config, SortedMap<String, SortedMap<String, String>> devices) {
        var own = new TreeSet<String>();
        Merge.differences(actual.config(), config, (key, from, to) -> own.add("config." + key));
        Merge.differences(
                HostObjects.text(actual.devices()),
                HostObjects.text(devices),
                (key, from, to) -> own.add("devices." + key));
        return own;
    }

    private static void effective(Keys keys, Judge judge, Effective before, Effective after, Set<String> own) {
        var left = new TreeSet<>(own);
        Merge.differences(before.config(), after.config(), (key, from, to) -> {
            boolean mine = left.remove("config." + key);
            Cause cause = mine ? keys.cause("config." + key) : Cause.PROFILE;
            keys.add(judge.key(Rule.Facet.CONFIG, key, key, from, to, cause));
        });
        var names = new TreeSet<>(before.devices().keySet());
        names.addAll(after.devices().keySet());
        for (String name : names) {
            boolean mine = left.remove("devices." + name);
            Cause cause = mine ? keys.cause("devices." + name) : Cause.PROFILE;
            Devices.compare(
                    name,
                    before.devices().get(name),
                    after.devices().get(name),
                    (facet, key, from, to) -> keys.add(judge.key(
                            facet, "devices." + name + (key.isEmpty() ? "" : "." + key), key, from, to, cause)));
        }
        for (String same : left) {
            keys.add(new KeyChange(
                    same, null, null, Verdict.NONE, "A42", "own key now, with the value it has already", Cause.FILE));
        }
    }

    /** Files cannot be looked into; what counts is what was written last. A secret that leaves the file leaves the guest. */
    private static List<GuestFile> files(
            Keys keys,
            Judge judge,
            WantedInstance wanted,
            SortedMap<String, String> flat,
            SortedMap<String, String> applied) {
        var write = new ArrayList<GuestFile>();
        for (GuestFile file : wanted.files()) {
            String key = "files." + file.path();
            String to = flat.get(key);
            String from = applied.get(key);
            if (to != null && !to.equals(from)) {
                write.add(file);
                keys.add(judge.key(Rule.Facet.FILE, key, key, brief(from), brief(to), Cause.FILE));
            }
        }
        applied.keySet().stream()
                .filter(key -> key.startsWith("files.") && !flat.containsKey(key))
                .forEach(key -> {
                    if (key.startsWith(CREDENTIALS)) {
                        write.add(GuestFile.gone(key.substring("files.".length())));
                        keys.add(judge.key(Rule.Facet.FILE, key, key, brief(applied.get(key)), null, Cause.FILE));
                    } else {
                        keys.add(new KeyChange(
                                key,
                                brief(applied.get(key)),
                                null,
                                Verdict.NONE,
                                "A1",
                                "left where it is",
                                Cause.FILE));
                    }
                });
        return write;
    }

    /** All files of a guest, and those that it is to have no more. */
    private static List<GuestFile> withGone(List<GuestFile> all, List<GuestFile> changed) {
        var files = new ArrayList<>(all);
        changed.stream()
                .filter(it -> it.content() instanceof GuestFile.Content.Gone)
                .forEach(files::add);
        return files;
    }

    private static @Nullable String brief(@Nullable String file) {
        if (file == null) {
            return null;
        }
        int digest = file.lastIndexOf(' ') + 1;
        return file.substring(0, Math.min(file.length(), digest + 8));
    }

    /** Guests that were the site's and are in no file any more: stopped, not started again, kept. */
    List<Change> retired() {
        var gone = new TreeMap<InstanceName, World.Existing>();
        world.instances().forEach((name, it) -> {
            Declared declared = it.instance().declared();
            if (claims.owns(declared)
                    && declared != null
                    && !declared.retired()
                    && !spec.instances().containsKey(name)
                    && !renamed(name)) {
                gone.put(name, it);
            }
        });
        var needs = new HashMap<InstanceName, Set<InstanceName>>();
        gone.forEach((name, it) -> needs.put(name, needed(it.instance())));
        return Order.needsFirst(needs).reversed().stream()
                .map(gone::get)
                .map(this::retire)
                .toList();
    }

    private Change retire(World.Existing there) {
        Instance it = there.instance();
        SortedMap<String, String> applied = Claims.applied(it.declared());
        var remembered = new TreeMap<>(applied);
        remembered.putIfAbsent("config.boot.autostart", "false");
        Declared declared = it.declared();
        var retired = declared == null
                ? new Declared("", "", 0, true, "", remembered)
                : new Declared(declared.site(), declared.file(), declared.line(), true, declared.digest(), remembered);
        var draft = new InstanceDraft(
                it.name(),
                it.name(),
                it.kind(),
                applied.getOrDefault("image", ""),
                it.description(),
                it.ephemeral(),
                it.profiles(),
                Settings.with(it.config(), "boot.autostart", "false"),
                it.devices(),
                false,
                it.pool(),
                List.of(),
                List.of(),
                Map.of(),
                Upkeep.UNSAID,
                null,
                false,
                retired);
        boolean guarded = there.status().alive() && protection(applied).contains(Protection.STOP);
        List<KeyChange> keys = guarded
                ? List.of(new KeyChange(
                        "power", "running", "stopped", Verdict.REFUSE, "A44", "protected against stopping", Cause.FILE))
                : List.of();
        return new Change.OfInstance(Action.RETIRE, draft, keys, there.status().alive() ? Power.STOP : Power.LEAVE);
    }

    /** What an edited profile does to a running guest, declared or not. */
    List<Touched> touched(ProfileName profile) {
        return world.instances().values().stream()
                .filter(it -> it.instance().profiles().contains(profile)
                        && it.status().alive())
                .map(it -> touched(it))
                .filter(it -> !it.keys().isEmpty())
                .toList();
    }

    private Touched touched(World.Existing there) {
        Instance it = there.instance();
        var judge = judge(there, protection(Claims.applied(it.declared())), Upkeep.UNSAID);
        var keys = new Keys(judge, new TreeMap<>(), new TreeMap<>(), Rule.Facet.FIELD);
        var after = Effective.of(it, Guests.known(it.profiles(), profilesAfter));
        effective(keys, judge, Guests.effective(it, world), after, Set.of());
        return new Touched(it.name(), claims.owns(it.declared()), keys.list());
    }

    private Judge judge(World.Existing there, Set<Protection> protect, Upkeep upkeep) {
        return new Judge(
                Rule.Backend.LXC,
                there.status().alive(),
                there.memoryInUse(),
                world.host().skills(),
                protect,
                upkeep);
    }

    private static Set<InstanceName> needed(Instance instance) {
        return Claims.applied(instance.declared())
                .getOrDefault("needs", "")
                .lines()
                .map(line -> new InstanceName(line.substring(0, line.indexOf(' '))))
                .collect(Collectors.toSet());
    }

    private static Set<Protection> protection(SortedMap<String, String> applied) {
        var protect = EnumSet.noneOf(Protection.class);
        var words = applied.getOrDefault("protect", "").lines().toList();
        for (Protection protection : Protection.values()) {
            if (words.contains(protection.text())) {
                protect.add(protection);
            }
        }
        return protect;
    }

    private static String names(List<ProfileName> profiles) {
        return profiles.stream().map(ProfileName::text).collect(Collectors.joining(", "));
    }
}
