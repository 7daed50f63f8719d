package berth.rest.resource;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Names of vendors and products by their numbers, from the lists that distributions install; empty without one. */
final class Names {
    private static final List<String> PLACES = List.of("/usr/share/misc/", "/usr/share/hwdata/", "/var/lib/usbutils/");
    private static final Map<String, Names> READ = new ConcurrentHashMap<>();

    private final Map<String, String> names = new ConcurrentHashMap<>();

    private Names(Sys sys, String file) {
        PLACES.stream()
                .map(it -> Sys.lines(sys.at(it + file)))
                .filter(it -> !it.isEmpty())
                .findFirst()
                .ifPresent(this::learn);
    }

    /** The list of that name, {@code pci.ids} for instance, which is read once. */
    static Names of(Sys sys, String file) {
        return READ.computeIfAbsent(sys.root() + "|" + file, _ -> new Names(sys, file));
    }

    private void learn(List<String> lines) {
        String vendor = "";
        for (String line : lines) {
            if (line.startsWith("#") || line.startsWith("\t\t") || line.isBlank()) {
                continue;
            }
            if (!line.startsWith("\t") && !line.matches("[0-9a-f]{4} .*")) {
                return; // classes follow
            }
            String[] parts = line.strip().split("\\s+", 2);
            if (line.startsWith("\t")) {
                names.put(vendor + ":" + parts[0], parts.length > 1 ? parts[1] : "");
            } else {
                vendor = parts[0];
                names.put(vendor, parts.length > 1 ? parts[1] : "");
            }
        }
    }

    String vendor(String id) {
        return names.getOrDefault(id, "");
    }

    String product(String vendor, String id) {
        return names.getOrDefault(vendor + ":" + id, "");
    }
}
