package berth.engine.instance;

import berth.engine.event.Events;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.Problem;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Status;
import berth.spi.Execution;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The consoles of instances: attached to by one at a time, and what was said on them. */
public final class Consoles {
    private final Instances instances;
    private final InstanceEvents events;
    private final Set<UUID> attached = ConcurrentHashMap.newKeySet();

    /** Consoles of those. */
    public Consoles(Instances instances, Events events) {
        this.instances = instances;
        this.events = new InstanceEvents(events);
    }

    /** A console that somebody is attached to; closing lets the next one in. */
    public final class Attached implements AutoCloseable {
        private final UUID instance;
        private final Execution terminal;

        private Attached(UUID instance, Execution terminal) {
            this.instance = instance;
            this.terminal = terminal;
        }

        /** Its bytes. They must be read, or the guest is held up. */
        public Execution terminal() {
            return terminal;
        }

        @Override
        public void close() {
            try {
                terminal.close();
            } finally {
                attached.remove(instance);
            }
        }
    }

    /** Refuses an instance that is not running. */
    public void check(ProjectName project, InstanceName name) {
        Status status = instances.status(instances.require(project, name));
        if (status == Status.FROZEN) {
            throw Refused.invalid("Instance is frozen");
        }
        if (!status.alive()) {
            throw Refused.invalid("Instance is not running");
        }
    }

    /**
     * Attaches; refuses while somebody else is attached.
     *
     * @param columns width of the terminal, 0 = unknown
     * @param rows height of the terminal, 0 = unknown
     */
    public Attached attach(ProjectName project, InstanceName name, int columns, int rows) {
        check(project, name);
        Instance instance = instances.require(project, name);
        if (!attached.add(instance.id())) {
            throw new Refused(new Problem.InUse("Somebody else is attached to the console of " + name
                    + "; it is free once they detach (ctrl+a q)"));
        }
        try {
            var console = new Attached(
                    instance.id(), instances.driver(instance).console(Instances.handle(instance), columns, rows));
            events.tell(instance, "instance-console", Map.of("type", "console"));
            return console;
        } catch (RuntimeException failed) {
            attached.remove(instance.id());
            throw failed;
        }
    }

    /** What was said on it lately, running or stopped. */
    public byte[] log(ProjectName project, InstanceName name) {
        Instance instance = instances.require(project, name);
        byte[] said = instances.driver(instance).consoleLog(Instances.handle(instance));
        events.tell(instance, "instance-console-retrieved", Map.of());
        return said;
    }

    /** Forgets what was said on it so far. */
    public void clear(ProjectName project, InstanceName name) {
        Instance instance = instances.require(project, name);
        instances.driver(instance).clearConsoleLog(Instances.handle(instance));
        events.tell(instance, "instance-console-reset", Map.of());
    }
}
