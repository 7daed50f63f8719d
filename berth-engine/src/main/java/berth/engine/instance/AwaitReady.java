package berth.engine.instance;

import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.Refused;
import java.time.Duration;

/** Waits until an instance is ready: its network is up and its init says that start-up is over. */
public final class AwaitReady {
    private static final long FIRST_MILLIS = 20;
    private static final long LONGEST_MILLIS = 500;

    private final Instances instances;

    /** Waits for those. */
    public AwaitReady(Instances instances) {
        this.instances = instances;
    }

    /** True when it is ready, false when the time ran out; refuses when it stops meanwhile. */
    public boolean await(ProjectName project, InstanceName name, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        for (long pause = FIRST_MILLIS; ; pause = Math.min(pause * 2, LONGEST_MILLIS)) {
            Instance instance = instances.require(project, name);
            if (!instances.status(instance).alive()) {
                throw Refused.failed(name + " is not running: it cannot become ready");
            }
            if (instances.driver(instance).ready(Instances.handle(instance))) {
                return true;
            }
            if (System.nanoTime() >= end) {
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
}
