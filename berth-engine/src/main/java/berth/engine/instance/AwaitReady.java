package berth.engine.instance;

import berth.engine.device.NicNetworks;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.spi.Handle;
import berth.spi.InstanceDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Waits until an instance is ready: its network is up and its init says that start-up is over. Up means that each card has
 * an address of each family that its network gives. A guest may have been told to do without some of them, or to ask for none at
 * all, so one whose init is done and whose cards have got nothing more for a while is ready all the same; what it lacks is told.
 */
public final class AwaitReady {
    private static final long FIRST_MILLIS = 20;
    private static final long LONGEST_MILLIS = 500;
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Instances instances;
    private final Setups setups;

    /** Waits for those. */
    public AwaitReady(Instances instances, Setups setups) {
        this.instances = instances;
        this.setups = setups;
    }

    /**
     * What came of waiting.
     *
     * @param ready false when the time ran out
     * @param lacks what it has not got, in words for people: {@code no IPv4 address on eth0}
     */
    public record Outcome(boolean ready, List<String> lacks) {
        public Outcome {
            lacks = List.copyOf(lacks);
        }

        /** In one line; empty when it lacks nothing. */
        public String text() {
            return String.join(", ", lacks);
        }
    }

    /** Waits from now on; refuses when it stops meanwhile. */
    public Outcome await(ProjectName project, InstanceName name, Duration limit) {
        return await(project, name, limit, System.nanoTime());
    }

    /**
     * The same.
     *
     * @param since when it was started, as {@link System#nanoTime} had it: so long it has had for its addresses already
     */
    public Outcome await(ProjectName project, InstanceName name, Duration limit, long since) {
        return await(project, name, limit, since, GRACE);
    }

    /**
     * The same.
     *
     * @param grace how long one that gets no more addresses is waited for
     */
    public Outcome await(ProjectName project, InstanceName name, Duration limit, long since, Duration grace) {
        long end = System.nanoTime() + limit.toNanos();
        long better = since;
        boolean busy = false;
        @Nullable Map<String, Set<String>> before = null;
        for (long pause = FIRST_MILLIS; ; pause = Math.min(pause * 2, LONGEST_MILLIS)) {
            Instance instance = instances.require(project, name);
            if (!instances.status(instance).alive()) {
                throw Refused.failed(name + " is not running: it cannot become ready");
            }
            InstanceDriver driver = instances.driver(instance);
            Handle handle = Instances.handle(instance);
            List<NicNetworks.Card> cards = setups.cards(instance);
            Map<String, Set<String>> lacks = driver.lacks(handle, given(cards));
            long now = System.nanoTime();
            if (before != null && !lacks.equals(before)) {
                better = now;
            }
            before = lacks;
            boolean over = lacks.isEmpty() || now - better >= grace.toNanos();
            if (over && driver.started(handle)) {
                if (lacks.isEmpty() || !busy) {
                    return new Outcome(true, words(cards, lacks));
                }
                busy = false;
                better = now; // what asks for addresses may have been started last
            } else if (over) {
                busy = true;
            }
            if (now >= end) {
                var missing = new ArrayList<>(words(cards, lacks));
                if (busy) {
                    missing.add("its init has not finished starting");
                }
                return new Outcome(false, missing);
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return new Outcome(false, List.of("the wait was broken off"));
            }
        }
    }

    /** The families of addresses that each card on a managed network is given, by hardware address. */
    private static Map<String, Set<String>> given(List<NicNetworks.Card> cards) {
        var wanted = new TreeMap<String, Set<String>>();
        for (NicNetworks.Card card : cards) {
            var families = new TreeSet<>(card.driver().serves(card.network()));
            families.removeIf(it -> "none"
                    .equals(it.equals("inet") ? card.host().ipv4() : card.host().ipv6()));
            if (!families.isEmpty()) {
                wanted.put(card.host().hwaddr(), families);
            }
        }
        return wanted;
    }

    private static List<String> words(List<NicNetworks.Card> cards, Map<String, Set<String>> lacks) {
        return cards.stream()
                .filter(it -> lacks.containsKey(it.host().hwaddr()))
                .map(it -> {
                    var families = lacks.getOrDefault(it.host().hwaddr(), Set.of()).stream()
                            .map(family -> family.equals("inet") ? "IPv4" : "IPv6")
                            .toList();
                    return "no " + String.join(" or ", families) + " address on " + it.device();
                })
                .toList();
    }
}
