package berth.engine.instance;

import berth.engine.driver.Drivers;
import berth.engine.record.Shelves;
import berth.host.file.FileSystemFacts;
import berth.model.Instance;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.VolumeKind;
import berth.spi.Life;
import berth.spi.Readings;
import berth.spi.VolumeRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What running instances have used, for monitoring: asked of the kernel, without child processes, and kept for a few seconds,
 * so that several collectors cost what one does (LXD keeps its own for eight). Which instances run, and what they are called,
 * is always as it is.
 */
public final class ReadMetrics {
    /** How old readings may be, at most. */
    public static final Duration KEPT = Duration.ofSeconds(5);

    private static final int PROJECTS = 16;

    private final Shelves shelves;
    private final Drivers drivers;
    private final Instances instances;
    private final LongSupplier nanos;
    private final Map<UUID, Kept> kept = new ConcurrentHashMap<>();

    private final Map<String, Look> looks = new ConcurrentHashMap<>();

    private record Kept(Life life, long until, Readings readings) {}

    /** Of a project or of all: holds as long as nothing was written, started or stopped, until the first of it is too old. */
    private record Look(long revision, long turns, long until, List<Measured> measured) {}

    /**
     * Looks at those.
     *
     * @param nanos as {@link System#nanoTime()}
     */
    public ReadMetrics(Shelves shelves, Drivers drivers, Instances instances, LongSupplier nanos) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.instances = instances;
        this.nanos = nanos;
    }

    /** One running instance. */
    public record Measured(Instance instance, Readings readings, List<FileSystem> fileSystems) {}

    /**
     * Where a disk of the guest lies.
     *
     * @param device the {@code source} of the disk device; "" for the root
     * @param mountPoint inside the guest
     * @param type of the file system, for instance {@code ext4}
     * @param size bytes, as those below
     * @param available what of the free others than root may use
     */
    public record FileSystem(String device, String mountPoint, String type, long size, long free, long available) {}

    /**
     * All that run, by project and name; one that ends meanwhile is left out. The very same list as the last time as long as
     * there is nothing new to tell.
     *
     * @param project null for all
     */
    public List<Measured> all(@Nullable ProjectName project) {
        String of = project == null ? "" : project.text();
        Look last = looks.get(of);
        long revision = shelves.revision();
        long turns = instances.turns();
        long now = nanos.getAsLong();
        if (last != null && last.revision() == revision && last.turns() == turns && now - last.until() < 0) {
            return last.measured();
        }
        List<Measured> measured = List.copyOf(look(project));
        long until = measured.stream()
                .map(it -> kept.get(it.instance().id()))
                .filter(Objects::nonNull)
                .mapToLong(Kept::until)
                .reduce(now + KEPT.toNanos(), (a, b) -> a - b < 0 ? a : b);
        looks.keySet().removeIf(it -> !it.equals(of) && looks.size() > PROJECTS);
        looks.put(of, new Look(revision, turns, until, measured));
        return measured;
    }

    private List<Measured> look(@Nullable ProjectName project) {
        var looked = new HashMap<Path, Optional<FileSystemFacts>>();
        var tops = new HashMap<PoolName, Optional<FileSystemFacts>>();
        var measured = new ArrayList<Measured>();
        List<Instance> candidates = project == null
                ? shelves.instances().all()
                : shelves.instances().under(project.text() + "/");
        for (Instance instance : candidates) {
            instances
                    .pulse(instance.id())
                    .flatMap(it -> readings(instance, it.life()))
                    .ifPresent(it -> measured.add(new Measured(instance, it, disks(instance, looked, tops))));
        }
        kept.keySet().removeIf(id -> instances.pulse(id).isEmpty());
        return measured;
    }

    private Optional<Readings> readings(Instance instance, Life life) {
        Kept known = kept.get(instance.id());
        if (known != null && known.life().equals(life) && nanos.getAsLong() - known.until() < 0) {
            return Optional.of(known.readings());
        }
        try {
            Readings now = instances.driver(instance).readings(Instances.handle(instance));
            kept.put(instance.id(), new Kept(life, nanos.getAsLong() + KEPT.toNanos(), now));
            return Optional.of(now);
        } catch (Refused justGone) {
            return Optional.empty();
        }
    }

    /** Each pool and each path of the host is looked at once for all instances. */
    private List<FileSystem> disks(
            Instance instance,
            Map<Path, Optional<FileSystemFacts>> looked,
            Map<PoolName, Optional<FileSystemFacts>> tops) {
        var found = new ArrayList<FileSystem>();
        instances.effective(instance).devices().forEach((_, device) -> {
            if (!"disk".equals(device.get("type"))) {
                return;
            }
            String source = device.getOrDefault("source", "");
            String path = device.getOrDefault("path", "");
            Optional<FileSystemFacts> facts;
            if (source.startsWith("/")) {
                facts = looked.computeIfAbsent(Path.of(source), FileSystemFacts::of);
            } else if (source.isEmpty()) {
                facts = tops.computeIfAbsent(instance.pool(), it -> pool(it, Roots.volume(instance)));
            } else {
                var volume = new VolumeRef(VolumeKind.CUSTOM, instance.project(), source);
                facts = tops.computeIfAbsent(new PoolName(device.getOrDefault("pool", "")), it -> pool(it, volume));
            }
            facts.ifPresent(
                    it -> found.add(new FileSystem(source, path, it.type(), it.size(), it.free(), it.available())));
        });
        return found;
    }

    private Optional<FileSystemFacts> pool(PoolName name, VolumeRef volume) {
        try {
            Optional<Pool> pool = shelves.pools().find(name.text());
            return pool.flatMap(it -> FileSystemFacts.of(drivers.keeping(it).directory(it, volume)));
        } catch (Refused notThere) {
            return Optional.empty();
        }
    }
}
