package berth.daemon;

import berth.driver.bridge.BridgeDriver;
import berth.driver.btrfs.BtrfsDriver;
import berth.driver.dir.DirDriver;
import berth.driver.embedded.EmbeddedStore;
import berth.driver.lxc.LxcDriver;
import berth.engine.Engine;
import berth.engine.driver.Drivers;
import berth.engine.image.ImageUseCases;
import berth.engine.instance.KnowGuest;
import berth.engine.warning.HostLacks;
import berth.model.Instance;
import berth.model.Kind;
import berth.rest.Door;
import berth.rest.DoorSettings;
import berth.rest.GuestDoor;
import berth.spi.Driver;
import berth.spi.InstanceDriver;
import berth.spi.NetworkDriver;
import berth.spi.Readiness;
import berth.spi.StorageDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The whole house, assembled by hand. */
final class House {
    private static final System.Logger LOG = System.getLogger(House.class.getName());

    /** Directory of the guests' socket: bound into each guest, so it stays as long as any guest runs. */
    private static final String GUEST_API = "guest-api";

    private final DaemonSettings settings;
    private final EmbeddedStore store;
    private final Engine engine;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private @Nullable Door door;
    private @Nullable GuestDoor guestDoor;
    private List<Instance> toStart = List.of();

    private House(DaemonSettings settings, EmbeddedStore store, Engine engine) {
        this.settings = settings;
        this.store = store;
        this.engine = engine;
    }

    static House build(DaemonSettings settings, Map<String, String> environment) throws IOException {
        Path directory = settings.directory();
        for (String part :
                List.of("containers", "logs", "images", "networks", "storage-pools", "disks", "uploads", GUEST_API)) {
            Files.createDirectories(directory.resolve(part));
        }
        Files.setPosixFilePermissions(directory.resolve(GUEST_API), PosixFilePermissions.fromString("rwxr-xr-x"));
        Path file = directory.resolve("berth.db");
        String kept = environment.get("BERTH_STORE_SYNCED"); // see FaultsFromEnvironment
        var store = kept == null ? new EmbeddedStore(file) : new EmbeddedStore(file, Path.of(kept));
        var engine = new Engine(
                store,
                drivers(directory),
                HostFactsReader.read(environment),
                Clock.systemUTC(),
                FaultsFromEnvironment.of(environment),
                directory,
                ground -> ImageUseCases.assemble(
                        directory.resolve("images"),
                        ground.shelves(),
                        ground.drivers(),
                        ground.events(),
                        ground.operations(),
                        ground.runs(),
                        ground.turns(),
                        ground.clock()));
        FaultsFromEnvironment.tellKinds(environment, engine.ground().runs().kinds());
        return new House(settings, store, engine);
    }

    private static Drivers drivers(Path directory) {
        var instances = new HashMap<Kind, InstanceDriver>();
        var storage = new HashMap<String, StorageDriver>();
        var networks = new HashMap<String, NetworkDriver>();
        take(
                new LxcDriver(
                        directory.resolve("containers"),
                        directory.resolve("logs"),
                        groups(directory),
                        directory.resolve(GUEST_API)),
                it -> instances.put(it.kind(), it));
        take(new DirDriver(directory), it -> storage.put(it.id(), it));
        take(new BtrfsDriver(directory), it -> storage.put(it.id(), it));
        take(new BridgeDriver(directory), it -> networks.put(it.id(), it));
        return new Drivers(instances, storage, networks);
    }

    /** First word of the names of control groups: daemons with other state directories on one host keep apart. */
    private static String groups(Path directory) {
        return directory.equals(Path.of("/var/lib/berth"))
                ? "berth"
                : String.format("berth-%08x", directory.toString().hashCode());
    }

    private static <D extends Driver> void take(D driver, Consumer<D> shelf) {
        switch (driver.readiness()) {
            case Readiness.Ready() -> {
                shelf.accept(driver);
                if (driver instanceof InstanceDriver runner
                        && !runner.withoutEffect().isEmpty()) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "driver {0}: these keys have no effect on this host: {1}",
                            driver.id(),
                            told(runner.withoutEffect()));
                }
            }
            case Readiness.Lacking(var what) ->
                LOG.log(System.Logger.Level.WARNING, "driver {0} cannot be used here: {1}", driver.id(), what);
        }
    }

    /** Keys of the same reason together. */
    private static String told(SortedMap<String, String> keys) {
        return keys.values().stream()
                .distinct()
                .map(why -> keys.keySet().stream()
                                .filter(key -> why.equals(keys.get(key)))
                                .collect(Collectors.joining(", "))
                        + " (" + why + ")")
                .collect(Collectors.joining("; "));
    }

    /** Finds the guests as they are, then opens the door. */
    void open(boolean inherited, Runnable onShutdown) throws IOException {
        engine.useCases()
                .warnings()
                .only(
                        HostLacks.KINDS,
                        HostLacks.ofThisHost(
                                engine.useCases().drivers().instances().keySet()));
        toStart = engine.wakeUp();
        Path directory = settings.directory();
        var useCases = engine.useCases();
        guestDoor = new GuestDoor(
                directory.resolve(GUEST_API).resolve("sock"),
                useCases,
                new Callers(new KnowGuest(useCases.drivers(), useCases.shelves(), useCases.instances())));
        door = new Door(
                new DoorSettings(
                        directory.resolve("unix.socket"), settings.group(), inherited, stopping::get, onShutdown),
                engine.useCases());
    }

    /** Starts what the host's boot is to bring up. */
    void autostart() {
        engine.keepTime();
        engine.autostart(toStart);
    }

    void close(boolean withGuests) {
        stopping.set(true);
        if (withGuests) {
            engine.stopGuests();
        }
        engine.beginStopping();
        if (door != null) {
            door.close();
        }
        if (guestDoor != null) {
            guestDoor.close();
        }
        engine.end();
        store.close();
    }
}
