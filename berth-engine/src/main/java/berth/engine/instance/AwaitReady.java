package berth.engine.instance;

import berth.engine.device.NicNetworks;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.spi.Handle;
import berth.spi.InstanceDriver;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Waits until an instance is ready: its network is up and its init says that start-up is over. Up means that each card has
 * an address of each family that its network gives. A guest may have been told to do without one of them, so one that is
 * ready but for that is given some time, and then is ready all the same.
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

    /** True when it is ready, false when the time ran out; refuses when it stops meanwhile. */
    public boolean await(ProjectName project, InstanceName name, Duration limit) {
        return await(project, name, limit, GRACE);
    }

    /**
     * The same.
     *
     * @param grace how long one that is ready but for an address that its network gives is waited for
     */
    public boolean await(ProjectName project, InstanceName name, Duration limit, Duration grace) {
        long end = System.nanoTime() + limit.toNanos();
        long mostly = Long.MAX_VALUE;
        for (long pause = FIRST_MILLIS; ; pause = Math.min(pause * 2, LONGEST_MILLIS)) {
            Instance instance = instances.require(project, name);
            if (!instances.status(instance).alive()) {
                throw Refused.failed(name + " is not running: it cannot become ready");
            }
            InstanceDriver driver = instances.driver(instance);
            Handle handle = Instances.handle(instance);
            Map<String, Set<String>> cards = addresses(instance);
            if (driver.ready(handle, cards, true)) {
                return true;
            }
            if (mostly == Long.MAX_VALUE && driver.ready(handle, cards, false)) {
                mostly = System.nanoTime();
            }
            long now = System.nanoTime();
            if (mostly != Long.MAX_VALUE && now - mostly >= grace.toNanos()) {
                return true;
            }
            if (now >= end) {
                return false;
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /** The families of addresses that each card on a managed network is given, by hardware address. */
    private Map<String, Set<String>> addresses(Instance instance) {
        var wanted = new TreeMap<String, Set<String>>();
        for (NicNetworks.Card card : setups.cards(instance)) {
            var families = new TreeSet<>(card.driver().serves(card.network()));
            families.removeIf(it -> "none"
                    .equals(it.equals("inet") ? card.host().ipv4() : card.host().ipv6()));
            if (!families.isEmpty()) {
                wanted.put(card.host().hwaddr(), families);
            }
        }
        return wanted;
    }
}
