package berth.plan;

import berth.model.InstanceName;
import berth.model.Refused;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Brings guests into the order of their needs. */
final class Order {
    private Order() {}

    /**
     * The keys of the map, needed ones first, by name where either could be first. Needs of guests that are not keys
     * count for nothing. Refuses a ring.
     */
    static List<InstanceName> needsFirst(Map<InstanceName, Set<InstanceName>> needs) {
        var open = new HashMap<InstanceName, Set<InstanceName>>();
        var neededBy = new HashMap<InstanceName, List<InstanceName>>();
        var ready = new TreeSet<InstanceName>();
        needs.forEach((name, all) -> {
            var waits = new HashSet<>(all);
            waits.retainAll(needs.keySet());
            open.put(name, waits);
            waits.forEach(other ->
                    neededBy.computeIfAbsent(other, it -> new ArrayList<>()).add(name));
            if (waits.isEmpty()) {
                ready.add(name);
            }
        });
        var order = new ArrayList<InstanceName>(needs.size());
        while (!ready.isEmpty()) {
            InstanceName next = ready.removeFirst();
            order.add(next);
            for (InstanceName needer : neededBy.getOrDefault(next, List.of())) {
                Set<InstanceName> waits = open.getOrDefault(needer, Set.of());
                waits.remove(next);
                if (waits.isEmpty()) {
                    ready.add(needer);
                }
            }
        }
        if (order.size() < needs.size()) {
            var ring = new TreeSet<>(needs.keySet());
            order.forEach(ring::remove);
            throw Refused.invalid("guests need each other in a ring; among them are "
                    + String.join(
                            ", ",
                            ring.stream().limit(10).map(InstanceName::text).toList()));
        }
        return order;
    }
}
