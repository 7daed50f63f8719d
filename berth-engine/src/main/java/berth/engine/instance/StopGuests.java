package berth.engine.instance;

import berth.model.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/** Stops all guests because the host goes down: by {@code boot.stop.priority}, highest first, equal ones together. */
public final class StopGuests {
    private static final System.Logger LOG = System.getLogger(StopGuests.class.getName());
    private static final long DEFAULT_SECONDS = 30;

    private final Instances instances;
    private final StopInstance stopInstance;

    /** Stops those. */
    public StopGuests(Instances instances, StopInstance stopInstance) {
        this.instances = instances;
        this.stopInstance = stopInstance;
    }

    /** Stops them all; each is asked, and forced after its {@code boot.host_shutdown_timeout}. */
    public void stopAll() {
        var groups = new TreeMap<Long, List<Instance>>(Comparator.reverseOrder());
        for (InstanceView view : instances.listAll()) {
            if (view.status().alive()) {
                groups.computeIfAbsent(number(view, "boot.stop.priority", 0), _ -> new ArrayList<>())
                        .add(view.instance());
            }
        }
        groups.values().forEach(this::stopTogether);
    }

    private void stopTogether(List<Instance> group) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            group.forEach(it -> threads.submit(() -> stop(it)));
        }
    }

    private void stop(Instance instance) {
        long seconds = number(
                instances.show(instance.project(), instance.name()), "boot.host_shutdown_timeout", DEFAULT_SECONDS);
        try {
            stopInstance.stopNow(
                    instance.project(),
                    instance.name(),
                    new StopInstance.Manner.AskThenForce(Duration.ofSeconds(seconds)));
        } catch (RuntimeException failure) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "stopping " + instance.name() + " at shutdown failed: " + failure.getMessage());
        }
    }

    private static long number(InstanceView view, String key, long fallback) {
        String text = view.effective().config().getOrDefault(key, "");
        return text.isEmpty() ? fallback : Long.parseLong(text);
    }
}
