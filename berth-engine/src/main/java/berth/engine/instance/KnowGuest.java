package berth.engine.instance;

import berth.engine.driver.Drivers;
import berth.engine.record.Shelves;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.Kind;
import berth.model.ProjectName;
import java.util.Optional;
import java.util.UUID;

/** Knows which guest a process of this host belongs to. */
public final class KnowGuest {
    private final Drivers drivers;
    private final Shelves shelves;
    private final Instances instances;

    /** A running guest that asks for something. */
    public record Guest(UUID id, ProjectName project, InstanceName name) {}

    /** Knows the guests of those. */
    public KnowGuest(Drivers drivers, Shelves shelves, Instances instances) {
        this.drivers = drivers;
        this.shelves = shelves;
        this.instances = instances;
    }

    /**
     * Whose process it is: by what the kernel says, never by a name or a command line that a guest chose.
     *
     * @param pid in our pid namespace, of a process that the caller holds
     */
    public Optional<Guest> of(long pid) {
        return drivers.running(Kind.CONTAINER)
                .ownerOf(pid)
                .flatMap(key -> shelves.instances().all().stream()
                        .filter(it -> Instances.handle(it).key().equals(key))
                        .filter(it -> instances.status(it).alive())
                        .map(it -> new Guest(it.id(), it.project(), it.name()))
                        .findFirst());
    }

    /** The guest as it is now; empty when it has stopped, or is gone. */
    public Optional<InstanceView> now(Guest guest) {
        return shelves.instance(guest.project(), guest.name())
                .filter(it -> it.id().equals(guest.id()))
                .map(instances::view)
                .filter(it -> it.status().alive());
    }

    /** The hardware address of a card: its own, or the one that was chosen for it; empty for none. */
    public static String hwaddr(Instance instance, String device) {
        return instance.config().getOrDefault("volatile." + device + ".hwaddr", "");
    }
}
