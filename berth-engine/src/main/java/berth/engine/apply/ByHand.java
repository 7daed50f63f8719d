package berth.engine.apply;

import berth.engine.instance.UpdateInstance;
import berth.engine.record.ServerSettings;
import berth.model.Declared;
import berth.model.Instance;
import berth.model.Network;
import berth.model.Pool;
import berth.model.Problem;
import berth.model.Profile;
import berth.model.Refused;
import berth.model.wanted.DriftPolicy;
import berth.model.wanted.Flat;
import berth.model.wanted.OnDrift;
import berth.model.wanted.Protection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A change that somebody makes by hand, by a call of LXD's API: the keys that a site's file says are not for it, and the
 * refusal tells where they are written. What no site declares, and keys that the file never mentioned, are free.
 *
 * @param forced whether it is to be done all the same; the next plan shows it as drift
 */
public record ByHand(boolean forced) {
    private static final List<String> ALWAYS = List.of("profiles", "ephemeral");

    /** What a guest shall be like; refuses when that touches what its site owns. */
    public UpdateInstance.Wanted checked(Instance before, UpdateInstance.Wanted after) {
        var profiles = after.profiles() == null ? before.profiles() : after.profiles();
        var now = held(
                after.description(),
                after.config() == null ? before.config() : after.config(),
                after.devices() == null ? before.devices() : after.devices());
        now.put("profiles", Flat.profiles(profiles));
        now.put("ephemeral", String.valueOf(after.ephemeral() == null ? before.ephemeral() : after.ephemeral()));
        var was = held(before.description(), before.config(), before.devices());
        was.put("profiles", Flat.profiles(before.profiles()));
        was.put("ephemeral", String.valueOf(before.ephemeral()));
        check("instance " + before.name(), before.declared(), was, now);
        return after;
    }

    /** The daemon's own settings as they shall be; refuses as well. */
    public SortedMap<String, String> checked(ServerSettings before, SortedMap<String, String> after) {
        check("the server", before.declared(), held("", before.config(), Map.of()), held("", after, Map.of()));
        return after;
    }

    /** The profile as it shall be; refuses as well. */
    public Profile checked(Profile before, Profile after) {
        check(
                "profile " + before.name(),
                before.declared(),
                held(before.description(), before.config(), before.devices()),
                held(after.description(), after.config(), after.devices()));
        return after;
    }

    /** The network as it shall be; refuses as well. */
    public Network checked(Network before, Network after) {
        check(
                "network " + before.name(),
                before.declared(),
                held(before.description(), before.config(), Map.of()),
                held(after.description(), after.config(), Map.of()));
        return after;
    }

    /** The pool as it shall be; refuses as well. */
    public Pool checked(Pool before, Pool after) {
        check(
                "pool " + before.name(),
                before.declared(),
                held(before.description(), before.config(), Map.of()),
                held(after.description(), after.config(), Map.of()));
        return after;
    }

    /**
     * Refuses that something is renamed or replaced that a file still declares.
     *
     * @param what kind and name
     */
    public void whole(String what, @Nullable Declared declared) {
        if (declared != null && !declared.retired() && !forced) {
            throw refusal(what + " is", declared);
        }
    }

    /**
     * Refuses as well that something is deleted that its file protects.
     *
     * @param what kind and name
     */
    public void deletion(String what, @Nullable Declared declared) {
        whole(what, declared);
        if (declared != null) {
            unprotected(what, declared);
        }
    }

    /** Refuses, forced or not, that something goes that its file protects (rule A44). */
    static void unprotected(String what, Declared declared) {
        boolean guarded =
                declared.applied().getOrDefault("protect", "").lines().anyMatch(Protection.DELETE.text()::equals);
        if (guarded) {
            throw Refused.invalid(what + " is protected against deletion by site " + declared.site() + " ("
                    + declared.file() + ":" + declared.line() + "); take protect out of the file and apply first."
                    + " Nothing was deleted.");
        }
    }

    private void check(
            String what, @Nullable Declared declared, SortedMap<String, String> was, SortedMap<String, String> now) {
        if (declared == null || declared.retired() || forced) {
            return;
        }
        var keys = was.keySet().stream().collect(Collectors.toCollection(java.util.TreeSet::new));
        keys.addAll(now.keySet());
        var policies = OnDrift.of(declared.applied());
        keys.removeIf(key -> policies.of(key) != DriftPolicy.REPAIR
                || Objects.equals(was.get(key), now.get(key))
                || !declared.applied().containsKey(key) && !ALWAYS.contains(key));
        if (!keys.isEmpty()) {
            String names = keys.stream()
                    .map(it -> it.startsWith("config.") ? it.substring("config.".length()) : it)
                    .collect(Collectors.joining(", "));
            throw refusal(names + " of " + what + (keys.size() == 1 ? " is" : " are"), declared);
        }
    }

    private static Refused refusal(String what, Declared declared) {
        return new Refused(new Problem.Forbidden(what + " declared in site " + declared.site() + " (" + declared.file()
                + ":" + declared.line() + "); change it there and apply. To do it all the same: berth … --override,"
                + " or ?override=1 in the URL. To let the whole go from the site: berth detach"));
    }

    private static SortedMap<String, String> held(
            String description, Map<String, String> config, Map<String, SortedMap<String, String>> devices) {
        var held = new TreeMap<String, String>();
        if (!description.isEmpty()) {
            held.put("description", description);
        }
        config.forEach((key, value) -> held.put("config." + key, value));
        devices.forEach((name, device) -> held.put("devices." + name, Flat.text(device)));
        return held;
    }
}
