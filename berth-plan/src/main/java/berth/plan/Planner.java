package berth.plan;

import berth.model.InstanceName;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.wanted.Finding;
import berth.model.wanted.Flat;
import berth.model.wanted.Need;
import berth.model.wanted.Origin;
import berth.model.wanted.Spec;
import berth.model.wanted.WantedInstance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Wanted minus actual. Pure: no clock, no store, no driver, so that every case is a short test. */
public final class Planner {
    private final long generation;
    private final Set<Target> adopt;
    private final ThisTime thisTime;

    /**
     * @param generation the number that applying the plan makes
     * @param adopt objects that no site declares and that this one may take over
     */
    public Planner(long generation, Set<Target> adopt) {
        this(generation, adopt, ThisTime.NOTHING);
    }

    /**
     * @param generation the number that applying the plan makes
     * @param adopt objects that no site declares and that this one may take over
     * @param thisTime what is asked for besides
     */
    public Planner(long generation, Set<Target> adopt, ThisTime thisTime) {
        this.generation = generation;
        this.adopt = Set.copyOf(adopt);
        this.thisTime = thisTime;
    }

    /**
     * What has to happen for the world to be as the site wants it: the daemon's settings, pools, networks, images and profiles, then guests
     * that leave, then guests by their needs, last what else left the file.
     */
    public Plan plan(Spec whole, World actual) {
        var aside = new Aside(whole, actual);
        Spec wanted = aside.here();
        UnaryOperator<String> hostFile =
                path -> actual.host().files().getOrDefault(path, "missing:" + Flat.sha256(path));
        var claims = new Claims(wanted.site(), adopt);
        var host = new HostObjects(wanted, actual, claims, hostFile);
        var changes = new ArrayList<>(host.server());
        changes.addAll(host.pools());
        changes.addAll(host.networks());
        List<Change> images = host.images();
        changes.addAll(images);
        Map<ProfileName, Profile> after = new HashMap<>(actual.profiles());
        List<Change> profiles = host.profiles(after);
        var guests =
                new InstancePlanner(wanted, actual, claims, hostFile, after, thisTime, putBack(), madeAnew(images));
        profiles.forEach(change -> changes.add(felt(change, guests)));
        changes.addAll(guests.retired());
        for (InstanceName name : order(wanted)) {
            WantedInstance guest = wanted.instances().get(name);
            if (guest != null) {
                guests.wanted(guest).ifPresent(changes::add);
            }
        }
        changes.addAll(host.retired());
        changes.removeIf(it -> it.action() == Action.RETIRE && aside.targets().contains(it.target()));
        var waiting = new ArrayList<>(waiting(wanted.site(), actual));
        waiting.addAll(guests.held());
        waiting.addAll(aside.waiting());
        var drifted = new ArrayList<>(host.drifted());
        drifted.addAll(guests.drifted());
        var findings = new ArrayList<>(claims.refusals());
        findings.addAll(aside.findings());
        findings.addAll(new HostCheck(wanted, actual, after).findings());
        findings.addAll(renamed(changes));
        return new Plan(
                wanted.site(),
                generation,
                actual.revision(),
                changes,
                waiting,
                drifted,
                thisTime.states(),
                findings.stream().sorted().distinct().toList());
    }

    private static Set<String> madeAnew(List<Change> images) {
        return images.stream()
                .filter(it -> it instanceof Change.OfImage image && image.making())
                .map(it -> it.target().name())
                .collect(Collectors.toSet());
    }

    private Map<InstanceName, String> putBack() {
        return thisTime.states().stream()
                .filter(Plan.State::used)
                .collect(Collectors.toMap(Plan.State::instance, Plan.State::snapshot));
    }

    /** Every guest of a profile that is edited has a verdict of its own (rule A42). */
    private static Change felt(Change change, InstancePlanner guests) {
        return change instanceof Change.OfProfile(Action action, Profile profile, List<KeyChange> keys, var none)
                        && action != Action.CREATE
                ? new Change.OfProfile(action, profile, keys, guests.touched(profile.name()))
                : change;
    }

    private static List<InstanceName> order(Spec wanted) {
        var needs = new HashMap<InstanceName, Set<InstanceName>>();
        wanted.instances()
                .forEach((name, guest) -> needs.put(
                        name, guest.needs().stream().map(Need::instance).collect(Collectors.toSet())));
        return Order.needsFirst(needs);
    }

    private static List<Plan.Waiting> waiting(String site, World actual) {
        return actual.instances().values().stream()
                .filter(it -> it.instance().declared() != null
                        && it.instance().declared().site().equals(site))
                .flatMap(it -> it.pending().stream()
                        .map(key -> new Plan.Waiting(it.instance().name().text(), key, "effective at next start")))
                .toList();
    }

    /** A guest that leaves while one that asks for the same comes may only have been renamed (rule A37). */
    private static List<Finding> renamed(List<Change> changes) {
        var gone = new HashMap<Map<String, String>, String>();
        for (Change change : changes) {
            if (change instanceof Change.OfInstance guest && guest.action() == Action.RETIRE) {
                gone.put(asked(guest), guest.draft().name().text());
            }
        }
        var findings = new ArrayList<Finding>();
        for (Change change : changes) {
            if (change instanceof Change.OfInstance guest && guest.action() == Action.CREATE) {
                String old = gone.get(asked(guest));
                if (old != null) {
                    var declared = guest.draft().declared();
                    findings.add(new Finding(
                            false,
                            new Origin(declared.file(), declared.line(), 1),
                            "instances." + guest.draft().name(),
                            "asks for just what " + old + " did, which is retired by this plan (A37): renamed? Its data"
                                    + " stays with " + old));
                }
            }
        }
        return findings;
    }

    /** What was asked for, without what retiring adds. */
    private static Map<String, String> asked(Change.OfInstance guest) {
        var asked = new HashMap<>(guest.draft().declared().applied());
        asked.remove("config.boot.autostart");
        return asked;
    }
}
