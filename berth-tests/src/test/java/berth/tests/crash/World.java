package berth.tests.crash;

import berth.tests.host.Checkout;
import berth.tests.host.Daemon;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * All there is, as facts one a line: what the host shows ({@code tools/host-facts}) and what the API says exists. Two
 * worlds are the same when their facts are; ids, dates and random names do not count.
 */
public record World(Set<String> facts) {
    private static final List<String> SHOWN = List.of(
            "/1.0/instances?recursion=1",
            "/1.0/profiles?recursion=1",
            "/1.0/networks?recursion=1",
            "/1.0/storage-pools?recursion=1",
            "/1.0/images?recursion=1",
            "/1.0/images/aliases?recursion=1");
    private static final Pattern IDS = Pattern.compile(
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|([0-9a-f]{2}:){5}[0-9a-f]{2}|veth[0-9A-Za-z]+"
                    + "|\\d{4}-\\d\\d-\\d\\dT[0-9:.]+(Z|[+-]\\d\\d:\\d\\d)");

    private static final Pattern LEASE = Pattern.compile("^\\d+ lease of (\\S+) ");

    /** The mark of a mounted root names the inode that is mounted: another one for each instance that is made. */
    private static final Pattern HELD_INODE = Pattern.compile("\\.is-\\d+-\\d+-\\d+");

    /**
     * What may differ between done and undone: unpacked images, which are shared and come again when they are needed; what
     * overlayfs leaves in its own directory; the mark of a card that went, which stays for some seconds; the group that LXC
     * makes in a guest's own for the first command in it; a guest's logs, which tell of a start that failed; and which ids
     * it was given for that start, a choice that is kept for the next.
     */
    private static final Pattern OF_NO_CONCERN =
            Pattern.compile(".*(/1\\.0/images/[0-9a-f]{64}|/images/[0-9a-f]{64}|/work/work|/\\.gone-.*"
                    + "|\\.payload\\.[^/]+/\\.lxc| (logs|containers)/i\\d(/.*)?"
                    + "|i\\d\\.(expanded_)?config\\.volatile\\.idmap\\.(next|base): .*)");

    /** The world as it is once two looks in a row see the same, so that what was still going on has ended. */
    public static World settled(Daemon daemon) throws InterruptedException {
        World last = look(daemon);
        for (int again = 0; again < 50; again++) {
            Thread.sleep(100);
            World next = look(daemon);
            if (next.equals(last)) {
                return next;
            }
            last = next;
        }
        return last;
    }

    /** The first of these worlds that is there, or what is there instead once the time is over. */
    public static World awaited(Daemon daemon, Duration patience, World... these) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        World now = look(daemon);
        while (!List.of(these).contains(now) && System.nanoTime() < until) {
            Thread.sleep(100);
            now = look(daemon);
        }
        return now;
    }

    /** The world as it is now. */
    public static World look(Daemon daemon) {
        var facts = new TreeSet<String>();
        daemon.host()
                .run(
                        Checkout.root().resolve("tools/host-facts").toString(),
                        daemon.directory().toString())
                .out()
                .lines()
                .map(it -> HELD_INODE.matcher(it).replaceAll(".is-<inode>"))
                .forEach(facts::add);
        try {
            for (String path : SHOWN) {
                flattenAll(daemon, path, facts);
            }
            for (JsonNode pool : daemon.api().get("/1.0/storage-pools")) {
                flattenAll(daemon, pool.asString() + "/volumes/custom?recursion=1", facts);
            }
        } catch (UncheckedIOException noDoor) {
            facts.add("nobody opens the door");
        }
        var all = named(daemon, facts);
        all.removeIf(it -> OF_NO_CONCERN.matcher(it).matches() || leaseOfGuest(it, all));
        return new World(all);
    }

    /** An image that has a name goes by it: what is published has another fingerprint each time. */
    private static TreeSet<String> named(Daemon daemon, TreeSet<String> facts) {
        var named = new TreeSet<>(facts);
        try {
            for (JsonNode alias : daemon.api().get("/1.0/images/aliases?recursion=1")) {
                String mark = "<image " + alias.path("name").asString() + ">";
                String fingerprint = alias.path("target").asString();
                named = new TreeSet<>(
                        named.stream().map(it -> it.replace(fingerprint, mark)).toList());
            }
        } catch (UncheckedIOException noDoor) {
            // said already
        }
        return named;
    }

    /** What is here and not there (+), what is there and not here (-). */
    public List<String> besides(World other) {
        List<String> differences = new ArrayList<>();
        facts.stream().filter(it -> !other.facts.contains(it)).forEach(it -> differences.add("+ " + it));
        other.facts.stream().filter(it -> !facts.contains(it)).forEach(it -> differences.add("- " + it));
        return differences;
    }

    /** A guest that is there asks for an address when it likes; what is left when it is gone counts. */
    private static boolean leaseOfGuest(String fact, Set<String> facts) {
        var lease = LEASE.matcher(fact);
        return lease.find() && facts.contains("/1.0/instances %1$s.name: %1$s".formatted(lease.group(1)));
    }

    private static void flattenAll(Daemon daemon, String path, Set<String> facts) {
        daemon.api().get(path).forEach(it -> flatten(path.replaceAll("\\?.*", "") + " " + name(it), it, facts));
    }

    private static String name(JsonNode object) {
        return object.path("name").asString(object.path("fingerprint").asString(""));
    }

    private static void flatten(String path, JsonNode node, Set<String> facts) {
        if (node.isObject() || node.isArray()) {
            for (var each : node.properties()) {
                boolean moves = each.getKey().endsWith("_at") || each.getKey().equals("volatile.last_state.power");
                if (!moves) {
                    flatten(path + "." + each.getKey(), each.getValue(), facts);
                }
            }
            node.values().forEach(it -> {
                if (node.isArray()) {
                    flatten(path + "[]", it, facts);
                }
            });
        } else {
            facts.add(IDS.matcher(path + ": " + node.asString()).replaceAll("<id>"));
        }
    }
}
