package berth.engine.apply;

import berth.engine.image.ImageAliases;
import berth.engine.instance.DeleteInstance;
import berth.engine.instance.Instances;
import berth.engine.network.Networks;
import berth.engine.operation.Operation;
import berth.engine.operation.OperationRequest;
import berth.engine.operation.Operations;
import berth.engine.profile.Profiles;
import berth.engine.record.Shelves;
import berth.engine.record.Turns;
import berth.engine.storage.Pools;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.NetworkName;
import berth.model.PoolName;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.plan.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Deletes what left the files of its site and was kept (plan rule A43): a decision of its own, never a consequence of an
 * apply. What uses others goes before them.
 */
public final class Purge {
    private static final ProjectName PROJECT = new ProjectName("default");
    private static final List<String> ORDER = List.of("instance", "profile", "image", "network", "pool");

    private final Shelves shelves;
    private final Instances instances;
    private final DeleteInstance deleteInstance;
    private final ImageAliases aliases;
    private final Profiles profiles;
    private final Networks networks;
    private final Pools pools;
    private final Operations operations;
    private final Turns turns;

    /** Deletes by those. */
    public Purge(
            Shelves shelves,
            Instances instances,
            DeleteInstance deleteInstance,
            ImageAliases aliases,
            Profiles profiles,
            Networks networks,
            Pools pools,
            Operations operations,
            Turns turns) {
        this.shelves = shelves;
        this.instances = instances;
        this.deleteInstance = deleteInstance;
        this.aliases = aliases;
        this.profiles = profiles;
        this.networks = networks;
        this.pools = pools;
        this.operations = operations;
        this.turns = turns;
    }

    /** What the site has retired, in the order in which it can be deleted. */
    public List<Target> retired(String site) {
        return new Belongings(shelves)
                .of(site).stream()
                        .filter(it -> it.declared().retired())
                        .map(Belongings.Belonging::target)
                        .sorted(Comparator.comparingInt((Target it) -> ORDER.indexOf(it.kind()))
                                .thenComparing(Target::name))
                        .toList();
    }

    /**
     * Those of the site's retired objects that are meant; refuses, with nothing deleted, a name that none of them has, and a
     * guest that runs or is protected.
     *
     * @param names as {@code kind:name}, or a name alone; none means all
     */
    public List<Target> meant(String site, Set<String> names) {
        List<Target> all = retired(site);
        Set<Target> meant = names.isEmpty() ? new LinkedHashSet<>(all) : new LinkedHashSet<>();
        for (String name : names) {
            List<Target> found = all.stream()
                    .filter(it -> it.name().equals(name) || it.toString().equals(name))
                    .toList();
            if (found.isEmpty()) {
                throw Refused.invalid("Site " + site + " has retired nothing that is called " + Quoted.of(name)
                        + "; only what has left its files can be purged. See: berth status " + site);
            }
            meant.addAll(found);
        }
        meant.stream().filter(it -> it.kind().equals("instance")).forEach(this::mustBeFree);
        new Belongings(shelves)
                .of(site).stream()
                        .filter(it -> meant.contains(it.target()))
                        .forEach(it -> ByHand.unprotected(it.target().toString(), it.declared()));
        return all.stream().filter(meant::contains).toList();
    }

    private void mustBeFree(Target guest) {
        Instance instance = instances.require(PROJECT, new InstanceName(guest.name()));
        if (instances.status(instance).alive()) {
            throw Refused.invalid(guest + " is running, so somebody uses it; stop it first, or declare it again. "
                    + "Nothing was deleted.");
        }
        if (deleteInstance.isProtected(instance)) {
            throw Refused.invalid(guest + " is protected (security.protection.delete). Nothing was deleted.");
        }
    }

    /** Deletes them for good, one after the other, each by its own journaled run; tells each under {@code deleted}. */
    public Operation purge(String site, Set<String> names) {
        meant(site, names);
        return operations.begin(
                OperationRequest.task("Purging site " + site, Map.of(), PROJECT),
                operation -> turns.take("site " + site, () -> {
                    var deleted = new ArrayList<String>();
                    for (Target each : meant(site, names)) { // an apply may have taken some back meanwhile
                        delete(each);
                        deleted.add(each.toString());
                        operation.tell("deleted", List.copyOf(deleted));
                    }
                }));
    }

    private void delete(Target target) {
        switch (target.kind()) {
            case "instance" -> deleteInstance.deleteNow(PROJECT, new InstanceName(target.name()));
            case "profile" -> profiles.delete(PROJECT, new ProfileName(target.name()));
            case "image" -> aliases.delete(PROJECT, target.name());
            case "network" -> networks.delete(new NetworkName(target.name()));
            case "pool" -> pools.delete(new PoolName(target.name()));
            default -> throw new IllegalStateException("nobody retires a " + target.kind());
        }
    }
}
