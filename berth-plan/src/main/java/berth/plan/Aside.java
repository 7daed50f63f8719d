package berth.plan;

import berth.model.Cidr;
import berth.model.Kind;
import berth.model.wanted.Finding;
import berth.model.wanted.ForMachines;
import berth.model.wanted.Origin;
import berth.model.wanted.Spec;
import berth.model.wanted.WantedInstance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What of a site is not for this daemon: virtual machines, what only they need, and the guests of other hosts. It waits and
 * is said to; all else is planned. A guest that is here already is not among it: what becomes of that is for the rules.
 */
final class Aside {
    private final Spec here;
    private final List<Plan.Waiting> waiting = new ArrayList<>();
    private final Set<Target> targets = new TreeSet<>(Comparator.comparing(Target::toString));
    private final List<Finding> findings = new ArrayList<>();

    Aside(Spec whole, World world) {
        if (whole.kept().containsKey("systemd")) {
            waiting.add(new Plan.Waiting(
                    "host",
                    "systemd.network",
                    "is of the host's own networkd: it is kept here, and written below /etc/systemd/network by whoever runs"
                            + " the host"));
        }
        Set<String> machines = ForMachines.of(whole);
        if (!whole.hosts().isEmpty() && known(whole, world).isEmpty()) {
            findings.add(new Finding(
                    true,
                    whole.origin("hosts", new Origin("", 1, 1)),
                    "hosts",
                    "none of " + String.join(", ", whole.hosts().keySet())
                            + " is this host: by name or address it is "
                            + String.join(", ", new TreeSet<>(world.host().names()))));
        }
        whole.instances().values().stream()
                .filter(it -> !world.instances().containsKey(it.name()))
                .forEach(it -> guest(whole, world, it));
        for (String path : machines) {
            int dot = path.indexOf('.');
            String section = path.substring(0, dot);
            if (!section.equals("instances")) {
                aside(
                        section.substring(0, section.length() - 1),
                        path.substring(dot + 1),
                        "users",
                        "are virtual machines only, so it waits for them");
            }
        }
        this.here = targets.isEmpty()
                ? whole
                : new Spec(
                        whole.site(),
                        without("pool", whole.pools()),
                        whole.networks(),
                        without("image", whole.images()),
                        without("profile", whole.profiles()),
                        without("instance", whole.instances()),
                        whole.server(),
                        whole.origins(),
                        whole.kept());
        here.instances().values().forEach(it -> needs(whole, it));
    }

    private void guest(Spec whole, World world, WantedInstance guest) {
        if (isElsewhere(whole, world, guest.host())) {
            aside("instance", guest.name().text(), "host", "is " + guest.host() + " and not this one: apply it there");
        } else if (guest.kind() == Kind.VIRTUAL_MACHINE) {
            aside(
                    "instance",
                    guest.name().text(),
                    "kind",
                    "is vm: this version does not run virtual machines, so it waits");
        }
    }

    private void aside(String kind, String name, String key, String why) {
        var target = new Target(kind, name);
        targets.add(target);
        waiting.add(new Plan.Waiting(target.toString(), key, why));
    }

    private void needs(Spec whole, WantedInstance guest) {
        guest.needs().stream()
                .map(it -> it.instance())
                .filter(it -> targets.contains(new Target("instance", it.text())))
                .forEach(it -> {
                    String path = "instances." + guest.name() + ".needs";
                    findings.add(new Finding(
                            true,
                            whole.origin(path, guest.origin()),
                            path,
                            "needs " + it + ", which does not run here"));
                });
    }

    private <K, V> SortedMap<K, V> without(String kind, SortedMap<K, V> all) {
        var left = new TreeMap<>(all);
        left.keySet().removeIf(it -> targets.contains(new Target(kind, it.toString())));
        return left;
    }

    /** Whether a guest's {@code host} is declared and is another machine than this one. */
    static boolean isElsewhere(Spec spec, World world, String host) {
        return !host.isEmpty()
                && spec.hosts().containsKey(host)
                && !known(spec, world).contains(host);
    }

    /** The declared hosts that are this one. */
    private static Set<String> known(Spec spec, World world) {
        var here = new TreeSet<String>();
        for (Map.Entry<String, String> host : spec.hosts().entrySet()) {
            if (world.host().names().contains(host.getKey())
                    || world.host().names().stream().anyMatch(it -> same(it, host.getValue()))) {
                here.add(host.getKey());
            }
        }
        return here;
    }

    /** An address of IPv6 has several spellings. */
    private static boolean same(String one, String other) {
        return one.equals(other)
                || Cidr.address(one).isPresent() && Cidr.address(one).equals(Cidr.address(other));
    }

    /** What is planned. */
    Spec here() {
        return here;
    }

    /** What waits, each with the reason. */
    List<Plan.Waiting> waiting() {
        return List.copyOf(waiting);
    }

    /** Which objects wait: they have not left the file. */
    Set<Target> targets() {
        return targets;
    }

    /** What makes the rest impossible. */
    List<Finding> findings() {
        return List.copyOf(findings);
    }
}
