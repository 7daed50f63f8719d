package berth.engine.apply;

import berth.engine.instance.Snapshots;
import berth.engine.record.Shelves;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Snapshot;
import berth.model.wanted.Spec;
import berth.plan.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots that applies took of guests before they changed them, {@code pre-42} by the one that made generation 42: what a
 * guest was like at the end of an earlier generation is in the first that was taken since.
 */
final class KeptStates {
    private static final ProjectName PROJECT = new ProjectName("default");
    private static final Pattern NAME = Pattern.compile("pre-([0-9]{1,9})(-[0-9]{1,9})?");

    private final Shelves shelves;
    private final Snapshots snapshots;

    KeptStates(Shelves shelves, Snapshots snapshots) {
        this.shelves = shelves;
        this.snapshots = snapshots;
    }

    /** The name of the next one: another where an apply that made no generation of it left one of that number. */
    static String name(long generation, List<Snapshot> taken) {
        Set<String> names = taken.stream().map(Snapshot::name).collect(Collectors.toSet());
        String name = "pre-" + generation;
        for (int again = 2; names.contains(name); again++) {
            name = "pre-" + generation + "-" + again;
        }
        return name;
    }

    /**
     * What there is of the guests of a generation as they were at its end.
     *
     * @param asked which to put back, {@code GUEST} or {@code GUEST=SNAPSHOT}; refuses those that cannot be
     */
    List<Plan.State> since(Spec spec, long generation, Set<String> asked) {
        var wanted = new TreeMap<String, String>();
        for (String text : asked) {
            int equals = text.indexOf('=');
            wanted.put(equals < 0 ? text : text.substring(0, equals), equals < 0 ? "" : text.substring(equals + 1));
        }
        var states = new ArrayList<Plan.State>();
        for (InstanceName name : spec.instances().keySet()) {
            String named = wanted.remove(name.text());
            Instance guest = shelves.instance(PROJECT, name).orElse(null);
            if (guest != null) {
                state(guest, spec.site(), generation, named).ifPresent(states::add);
            } else if (named != null) {
                throw Refused.missing("Guest " + name + " is not there, and so is no state of it");
            }
        }
        if (!wanted.isEmpty()) {
            throw Refused.missing("Generation " + generation + " has no guest " + Quoted.of(wanted.firstKey())
                    + ", whose state could go back");
        }
        return states;
    }

    /** What the apply that makes that generation kept of a guest, to be put back. */
    List<Plan.State> taken(InstanceName name, long generation) {
        return shelves.instance(PROJECT, name).stream()
                .flatMap(guest -> snapshots.list(guest).stream()
                        .filter(it -> number(it) == generation)
                        .max(Comparator.comparing(Snapshot::createdAt))
                        .map(it -> new Plan.State(name, it.name(), true))
                        .stream())
                .toList();
    }

    private Optional<Plan.State> state(Instance guest, String site, long generation, @Nullable String named) {
        if (named != null && !named.isEmpty()) {
            return Optional.of(
                    new Plan.State(guest.name(), snapshots.require(guest, named).name(), true));
        }
        Optional<String> first = first(guest, site, generation);
        if (named != null && first.isEmpty()) {
            throw Refused.missing("No apply since generation " + generation + " kept the state of " + guest.name()
                    + "; applies do when the guest says snapshots.before: restart. To use a snapshot of another name:"
                    + " --with-state " + guest.name() + "=SNAPSHOT");
        }
        return first.map(it -> new Plan.State(guest.name(), it, named != null));
    }

    private Optional<String> first(Instance guest, String site, long generation) {
        return snapshots.list(guest).stream()
                .filter(it -> ofSite(it, site) && number(it) > generation)
                .min(Comparator.comparingLong(KeptStates::number)
                        .thenComparing(Snapshot::createdAt, Comparator.reverseOrder()))
                .map(Snapshot::name);
    }

    private static boolean ofSite(Snapshot snapshot, String site) {
        var declared = snapshot.instance().declared();
        return declared != null && Objects.equals(declared.site(), site);
    }

    private static long number(Snapshot snapshot) {
        var name = NAME.matcher(snapshot.name());
        return name.matches() ? Long.parseLong(name.group(1)) : 0;
    }
}
