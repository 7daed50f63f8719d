package berth.model.wanted;

import berth.model.Kind;
import berth.model.PoolName;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What of a site only virtual machines need: they themselves, and the pools, images and profiles that nobody else names. */
public final class ForMachines {
    private ForMachines() {}

    /** Their dotted paths: {@code instances.NAME}, {@code pools.NAME}, {@code images.NAME}, {@code profiles.NAME}. */
    public static Set<String> of(Spec spec) {
        var machines = guests(spec, true);
        if (machines.isEmpty()) {
            return Set.of();
        }
        var only = used(spec, machines);
        only.removeAll(used(spec, guests(spec, false)));
        machines.forEach(it -> only.add("instances." + it.name()));
        only.retainAll(Stream.of(
                        paths("instances", spec.instances().keySet()),
                        paths("pools", spec.pools().keySet()),
                        paths("images", spec.images().keySet()),
                        paths("profiles", spec.profiles().keySet()))
                .flatMap(it -> it)
                .collect(Collectors.toSet()));
        return only;
    }

    private static Stream<String> paths(String section, Collection<?> names) {
        return names.stream().map(it -> section + "." + it);
    }

    private static Collection<WantedInstance> guests(Spec spec, boolean machines) {
        return spec.instances().values().stream()
                .filter(it -> (it.kind() == Kind.VIRTUAL_MACHINE) == machines)
                .toList();
    }

    private static Set<String> used(Spec spec, Collection<WantedInstance> guests) {
        var used = new TreeSet<String>();
        for (WantedInstance guest : guests) {
            used.add("images." + guest.image());
            disks(spec, "instances." + guest.name(), used);
            guest.profiles().forEach(it -> {
                used.add("profiles." + it);
                disks(spec, "profiles." + it, used);
            });
            spec.effective(guest).devices().values().stream()
                    .map(it -> it.getOrDefault("pool", ""))
                    .forEach(it -> used.add("pools." + it));
        }
        return used;
    }

    /** Pools that disks in the short form lie on. */
    private static void disks(Spec spec, String path, Set<String> used) {
        if (spec.kept().get(path + ".disks") instanceof Kept.Items(var disks)) {
            for (Kept disk : disks) {
                if (disk instanceof Kept.Keys(var keys)) {
                    spec.pools().keySet().stream()
                            .map(PoolName::text)
                            .filter(it -> text(keys.get("pool")).equals(it)
                                    || text(keys.get("volume")).startsWith(it + "/"))
                            .forEach(it -> used.add("pools." + it));
                }
            }
        }
    }

    private static String text(@Nullable Kept kept) {
        return kept instanceof Kept.Text(String text) ? text : "";
    }
}
