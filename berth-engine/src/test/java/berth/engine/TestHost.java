package berth.engine;

import berth.engine.driver.Drivers;
import berth.engine.image.ImageContents;
import berth.engine.image.ImageUseCases;
import berth.engine.instance.InstanceDraft;
import berth.engine.instance.Origin;
import berth.engine.operation.Operation;
import berth.engine.operation.OperationStatus;
import berth.model.Fingerprint;
import berth.model.IdMap;
import berth.model.Image;
import berth.model.InstanceName;
import berth.model.Kind;
import berth.model.Network;
import berth.model.NetworkName;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Settings;
import berth.spi.InMemoryStore;
import berth.steps.Faults;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A host made of fakes: its store and its drivers outlive each engine, as real ones outlive the daemon. */
final class TestHost {
    static final ProjectName PROJECT = new ProjectName("default");
    static final Fingerprint IMAGE = new Fingerprint("a".repeat(64));

    final InMemoryStore store = new InMemoryStore();
    final FakeInstances instances = new FakeInstances();
    final FakeStorage storage = new FakeStorage();
    final FakeNetworks networks = new FakeNetworks();
    final Path imageDirectory = Path.of("target", "images", UUID.randomUUID().toString());
    String bootId = "boot 1";
    Engine engine;
    private MortalStore alive;

    TestHost() {
        alive = new MortalStore(store);
        engine = engine(Faults.NONE);
    }

    /** The daemon is dead; a new one starts on what there is. */
    void restart(Faults faults) {
        alive.die();
        alive = new MortalStore(store);
        engine = engine(faults);
    }

    /** The daemon is dead, and its store forgot what was not on the disk. */
    void cutPower() {
        alive.die();
        store.cutPower();
    }

    private Engine engine(Faults faults) {
        var fresh = new Engine(
                alive,
                new Drivers(
                        Map.of(Kind.CONTAINER, instances),
                        Map.of("fake", storage, "dir", storage),
                        Map.of("bridge", networks)),
                new Engine.HostFacts("x86_64", bootId, new IdMap(1_000_000, 1_000_000_000)),
                Clock.systemUTC(),
                faults,
                java.nio.file.Path.of("target"),
                this::images);
        fresh.autostart(fresh.wakeUp());
        return fresh;
    }

    private ImageUseCases images(Engine.Ground ground) {
        var real = ImageUseCases.assemble(
                imageDirectory,
                ground.shelves(),
                ground.drivers(),
                ground.events(),
                ground.operations(),
                ground.runs(),
                ground.turns(),
                ground.clock());
        return new ImageUseCases(
                real.images(),
                real.aliases(),
                real.files(),
                real.importImage(),
                real.exportImage(),
                real.deleteImage(),
                real.buildImage(),
                new OneImage(ground, real.contents()));
    }

    /** A pool, a network and a default profile that uses both. */
    TestHost furnished() {
        use().pools().create(pool("p1"));
        use().networks().create(network("br0"));
        use().profiles().update(PROJECT, new ProfileName("default"), it -> profile(it, Map.of()));
        return this;
    }

    static Pool pool(String name) {
        return new Pool(new PoolName(name), "fake", "", Settings.copyOf(null), null);
    }

    static Network network(String name) {
        return new Network(new NetworkName(name), "bridge", "", Settings.copyOf(null), null);
    }

    static Profile profile(Profile it, Map<String, String> config) {
        return profile(it, config, Map.of());
    }

    static Profile profile(Profile it, Map<String, String> config, Map<String, Map<String, String>> more) {
        var devices = new TreeMap<String, Map<String, String>>(Map.of(
                "root", Map.of("type", "disk", "path", "/", "pool", "p1"),
                "eth0", Map.of("type", "nic", "network", "br0", "name", "eth0")));
        devices.putAll(more);
        return new Profile(
                it.project(), it.name(), it.description(), Settings.copyOf(config), Settings.devices(devices), null);
    }

    UseCases use() {
        return engine.useCases();
    }

    static InstanceDraft draft(String name) {
        return draft(name, Map.of());
    }

    static InstanceDraft draft(String name, Map<String, String> config) {
        return draft(name, config, new Origin.OfImage(PROJECT, IMAGE));
    }

    static InstanceDraft draft(String name, Map<String, String> config, Origin origin) {
        return new InstanceDraft(
                PROJECT,
                new InstanceName(name),
                Kind.CONTAINER,
                "",
                false,
                "",
                null,
                Settings.copyOf(config),
                Settings.devices(null),
                origin,
                null);
    }

    static InstanceName name(String text) {
        return new InstanceName(text);
    }

    /** Everything that exists, in the store and outside of it, one line each; but for unpacked images, which are shared. */
    List<String> everything() {
        var lines = new TreeSet<String>();
        store.list("/").forEach(it -> {
            if (!it.key().startsWith("/server/")) {
                lines.add("document "
                        + it.key().replaceAll("[0-9a-f]{64}", "FINGERPRINT").replaceAll("[0-9a-f-]{36}", "ID"));
                if (it.key().startsWith("/volumes/")) {
                    Matcher snapshots = Pattern.compile("\"name\":\"(s[0-9])\"").matcher(it.text());
                    snapshots.results().forEach(name -> lines.add("snapshot in " + it.key() + " " + name.group(1)));
                }
            }
        });
        instances.running().forEach(it -> lines.add("running " + it));
        instances
                .fitted()
                .forEach(it -> lines.add("in " + it.replaceAll("veth[0-9a-f]+|([0-9a-f]{2}:){5}[0-9a-f]{2}", "ID")));
        storage.things().stream().filter(it -> !it.startsWith("image ")).forEach(lines::add);
        lines.addAll(networks.things());
        for (String file : Objects.requireNonNull(imageDirectory.toFile().list())) {
            lines.add("image file " + file.replaceAll("[0-9a-f]{64}", "FINGERPRINT"));
        }
        return new ArrayList<>(lines);
    }

    /** Waits for the end of an operation; throws its error. */
    static void done(Operation operation) {
        try {
            operation.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        if (operation.state().status() != OperationStatus.SUCCESS) {
            throw new IllegalStateException(operation.state().err());
        }
    }

    /** One image that is always here, besides those that are. */
    private record OneImage(Engine.Ground ground, ImageContents real) implements ImageContents {
        @Override
        public void tidy() {
            real.tidy();
        }

        @Override
        public Image require(ProjectName project, Fingerprint fingerprint) {
            if (!fingerprint.equals(IMAGE)) {
                return real.require(project, fingerprint);
            }
            var never = java.time.Instant.EPOCH;
            return new Image(
                    project,
                    IMAGE,
                    Kind.CONTAINER,
                    "x86_64",
                    "",
                    1,
                    false,
                    false,
                    false,
                    false,
                    new TreeMap<>(Map.of("os", "Fake")),
                    List.of(),
                    never,
                    never,
                    never,
                    never);
        }

        @Override
        public void unpack(Pool pool, Image image) {
            ground.drivers().keeping(pool).createImage(pool, image.fingerprint(), directory -> {});
        }
    }
}
