package berth.engine.instance;

import berth.engine.event.Events;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Status;
import berth.spi.ExecSetup;
import berth.spi.Execution;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Starts a command inside a running instance. Costs no store write. */
public final class ExecInstance {
    /** LXD's default search path inside. */
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Instances instances;
    private final InstanceEvents events;

    /** Runs commands in those. */
    public ExecInstance(Instances instances, Events events) {
        this.instances = instances;
        this.events = new InstanceEvents(events);
    }

    /**
     * A command to run.
     *
     * @param environment laid over {@code environment.*} of the instance and the defaults
     * @param directory empty for the user's default
     */
    public record Wanted(
            List<String> command,
            Map<String, String> environment,
            long user,
            long group,
            String directory,
            boolean terminal,
            int width,
            int height) {}

    /** Checks that the instance can run commands now, and completes the environment; starts nothing. */
    public ExecSetup prepare(ProjectName project, InstanceName name, Wanted wanted) {
        Instance instance = instances.require(project, name);
        Status status = instances.status(instance);
        if (status == Status.FROZEN) {
            throw Refused.invalid("Instance is frozen");
        }
        if (!status.alive()) {
            throw Refused.invalid("Instance is not running");
        }
        var environment = new TreeMap<String, String>();
        environment.put("PATH", PATH);
        environment.put("LANG", "C.UTF-8");
        if (wanted.user() == 0) {
            environment.put("HOME", "/root");
            environment.put("USER", "root");
        }
        instances.effective(instance).config().forEach((key, value) -> {
            if (key.startsWith("environment.")) {
                environment.put(key.substring("environment.".length()), value);
            }
        });
        environment.putAll(wanted.environment());
        environment.forEach((key, value) -> {
            if (key.isEmpty() || key.indexOf('=') >= 0 || key.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
                throw Refused.invalid("Invalid environment variable name or value");
            }
        });
        if (wanted.command().stream().anyMatch(it -> it.indexOf('\0') >= 0)) {
            throw Refused.invalid("A command may not hold a NUL");
        }
        String directory = wanted.directory().isEmpty() ? environment.getOrDefault("HOME", "/") : wanted.directory();
        return new ExecSetup(
                wanted.command(),
                environment,
                wanted.user(),
                wanted.group(),
                directory,
                wanted.terminal(),
                wanted.width(),
                wanted.height());
    }

    /** Starts what was prepared. */
    public Execution start(ProjectName project, InstanceName name, ExecSetup setup) {
        Instance instance = instances.require(project, name);
        Execution execution = instances.driver(instance).exec(Instances.handle(instance), setup);
        events.tell(instance, "instance-exec", Map.of("command", setup.command()));
        return execution;
    }
}
