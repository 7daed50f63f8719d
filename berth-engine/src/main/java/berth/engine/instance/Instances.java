package berth.engine.instance;

import berth.engine.device.Guest;
import berth.engine.driver.Drivers;
import berth.engine.record.Shelves;
import berth.model.Effective;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.Problem;
import berth.model.Profile;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Status;
import berth.spi.Handle;
import berth.spi.InstanceDriver;
import berth.spi.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Answers about instances. Nothing here changes anything; only {@link #usage} asks the kernel. */
public final class Instances {
    private final Shelves shelves;
    private final Pulses pulses;
    private final Drivers drivers;
    /** What held at the last look, for as long as the documents are the same: lists ask for it again and again. */
    private final Map<UUID, Held> effective = new ConcurrentHashMap<>();

    private record Held(Instance instance, List<Profile> profiles, Effective effective) {}

    /** Answers from those. */
    public Instances(Shelves shelves, Pulses pulses, Drivers drivers) {
        this.shelves = shelves;
        this.pulses = pulses;
        this.drivers = drivers;
    }

    /** The instance of that name; refuses with LXD's text when there is none. */
    public Instance require(ProjectName project, InstanceName name) {
        return shelves.instance(project, name).orElseThrow(() -> Refused.missing("Instance not found"));
    }

    /** The instance as it is shown; refuses when there is none. */
    public InstanceView show(ProjectName project, InstanceName name) {
        return view(require(project, name));
    }

    /** All of a project, by name. */
    public List<InstanceView> list(ProjectName project) {
        return shelves.instances().under(project.text() + "/").stream()
                .map(this::view)
                .toList();
    }

    /** All of all projects. */
    public List<InstanceView> listAll() {
        return shelves.instances().all().stream().map(this::view).toList();
    }

    /** How it is now. */
    public Status status(Instance instance) {
        return pulses.status(instance.id());
    }

    /** How a running instance is, and which run of it that is; empty when it is stopped. */
    Optional<Pulse> pulse(UUID id) {
        return pulses.of(id);
    }

    /** A number that is another one as soon as any instance runs that did not, or the other way round. */
    public long turns() {
        return pulses.turns();
    }

    /** What really holds for it. */
    @SuppressWarnings("ReferenceEquality")
    public Effective effective(Instance instance) {
        List<Profile> profiles = shelves.profilesOf(instance);
        Held held = effective.get(instance.id());
        if (held == null || held.instance() != instance || !same(held.profiles(), profiles)) {
            held = new Held(instance, profiles, Effective.of(instance, profiles));
            effective.put(instance.id(), held);
        }
        return held.effective();
    }

    /** The very same documents, not equal ones: comparing those would cost what is to be saved. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean same(List<Profile> one, List<Profile> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (one.get(i) != other.get(i)) {
                return false;
            }
        }
        return true;
    }

    /** What it uses now; empty when it is stopped. */
    public Optional<Usage> usage(Instance instance) {
        return pulses.of(instance.id()).flatMap(_ -> {
            try {
                return Optional.of(driver(instance).usage(handle(instance)));
            } catch (Refused justGone) {
                return Optional.empty();
            }
        });
    }

    /** Bytes that its root volume uses; -1 where that cannot be told. */
    public long diskUsage(Instance instance) {
        return shelves.pools()
                .find(instance.pool().text())
                .map(pool -> drivers.keeping(pool).usage(pool, Roots.volume(instance)))
                .orElse(-1L);
    }

    /** The names of its log files. */
    public List<String> logs(Instance instance) {
        return driver(instance).logs(handle(instance));
    }

    /** One of its log files; refuses a name that is not in {@link #logs}. */
    public Path log(Instance instance, String name) {
        if (!logs(instance).contains(name)) {
            throw new Refused(new Problem.Missing("Not Found"));
        }
        return driver(instance).log(handle(instance), name);
    }

    /** Where a log file of that name is to be written; the name holds no slash and does not begin with a dot. */
    public Path newLog(Instance instance, String name) {
        if (name.indexOf('/') >= 0 || name.indexOf('\0') >= 0 || name.startsWith(".")) {
            throw new IllegalArgumentException("not a name of a log file: " + name);
        }
        return driver(instance).log(handle(instance), name);
    }

    /** Deletes one of its log files; refuses a name that is not in {@link #logs}. */
    public void deleteLog(Instance instance, String name) {
        try {
            Files.deleteIfExists(log(instance, name));
        } catch (IOException failure) {
            throw Refused.failed("Deleting the log file " + name + " of " + instance.name() + " failed: " + failure);
        }
    }

    /** It is deleted: nothing of it is to be remembered. */
    void forget(Instance instance) {
        effective.remove(instance.id());
    }

    InstanceView view(Instance instance) {
        return new InstanceView(instance, effective(instance), status(instance));
    }

    /** It as it runs, or does not. */
    Guest guest(Instance instance) {
        return new Guest(driver(instance), () -> pulses.of(instance.id()).map(Pulse::life));
    }

    InstanceDriver driver(Instance instance) {
        return drivers.running(instance.kind());
    }

    static Handle handle(Instance instance) {
        return new Handle(instance.id(), instance.project(), instance.name());
    }

    static String subject(Instance instance) {
        return "instance " + instance.project() + "/" + instance.name();
    }

    static String url(Instance instance) {
        return "/1.0/instances/" + instance.name();
    }
}
