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
import berth.spi.Handle;
import berth.spi.InstanceDriver;
import berth.spi.Life;
import berth.spi.Readings;
import berth.spi.VolumeRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What running instances have used, for monitoring: asked of the kernel, without child processes. Who asks first waits until
 * all are read; from then on they are read every few seconds beside him, until nobody has asked for a while, and answers are
 * what was read last (LXD answers what it read at most eight seconds ago). Which instances run, and what they are called, is
 * always as it is. Nobody asks: nothing is read, no thread and no descriptor is there.
 */
public final class ReadMetrics {
    /** How often they are read as long as somebody asks. */
    public static final Duration EVERY = Duration.ofSeconds(8);

    /** How old readings may be, at most; older ones are read anew by whoever asks. */
    public static final Duration KEPT = Duration.ofSeconds(12);

    /** They are read for so long after they were last asked for. */
    public static final Duration FOLLOWED = Duration.ofMinutes(2);

    private static final System.Logger LOG = System.getLogger(ReadMetrics.class.getName());
    private static final int PROJECTS = 16;
    /** So many are read by whoever asks; of more each processor reads a part. */
    private static final int ALONE = 32;

    private final Shelves shelves;
    private final Drivers drivers;
    private final Instances instances;
    private final LongSupplier nanos;
    private final Later later;
    private final Map<UUID, Kept> kept = new ConcurrentHashMap<>();
    private final Map<String, Look> looks = new ConcurrentHashMap<>();
    private final ReentrantLock asking = new ReentrantLock();
    private final AtomicBoolean followed = new AtomicBoolean();
    private final AtomicLong samples = new AtomicLong();
    private volatile Places places = new Places();
    private volatile long asked;
    private volatile Consumer<List<Measured>> reader = _ -> {};

    private record Kept(Life life, long until, Readings readings) {}

    /** Of a project or of all: holds as long as nothing was written, started, stopped or read, until the first is too old. */
    private record Look(long revision, long turns, long sample, long until, List<Measured> measured) {}

    private record Running(Instance instance, Life life) {}

    /** Each pool and each path of the host is looked at once for all instances. */
    private record Places(Map<Path, Optional<FileSystemFacts>> paths, Map<PoolName, Optional<FileSystemFacts>> pools) {
        Places() {
            this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        }
    }

    /** Does work once, on a thread of its own that may wait for files, when that time is over. */
    @FunctionalInterface
    public interface Later {
        void after(Duration pause, Runnable work);
    }

    /**
     * Looks at those.
     *
     * @param nanos as {@link System#nanoTime()}
     */
    public ReadMetrics(Shelves shelves, Drivers drivers, Instances instances, LongSupplier nanos, Later later) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.instances = instances;
        this.nanos = nanos;
        this.later = later;
    }

    /** Shows somebody all that was measured after each reading that nobody waits for, and nothing at the end; one reader. */
    public void show(Consumer<List<Measured>> to) {
        reader = to;
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
        asked = nanos.getAsLong();
        List<Measured> measured = measured(project);
        if (followed.compareAndSet(false, true)) {
            later.after(EVERY, this::follow);
        }
        return measured;
    }

    /** Reads all once more, and again later if somebody has asked not too long ago. */
    private void follow() {
        try {
            if (nanos.getAsLong() - asked >= FOLLOWED.toNanos()) {
                followed.set(false);
                kept.clear();
                looks.clear();
                reader.accept(List.of()); // who lets go of what was shown before
                return;
            }
            List<Running> running = running(null);
            read(running);
            var ids = running.stream().map(it -> it.instance().id()).collect(Collectors.toSet());
            kept.keySet().retainAll(ids);
            places = new Places();
            samples.incrementAndGet();
            reader.accept(measured(null));
        } catch (RuntimeException failed) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Reading what instances have used failed; the next who asks reads",
                    failed);
            followed.set(false);
            return;
        }
        later.after(EVERY, this::follow);
    }

    private List<Measured> measured(@Nullable ProjectName project) {
        String of = project == null ? "" : project.text();
        Look last = looks.get(of);
        long revision = shelves.revision();
        long turns = instances.turns();
        long sample = samples.get();
        long now = nanos.getAsLong();
        if (last != null
                && last.revision() == revision
                && last.turns() == turns
                && last.sample() == sample
                && now - last.until() < 0) {
            return last.measured();
        }
        List<Measured> found = look(project);
        List<Measured> measured = last != null && last.measured().equals(found) ? last.measured() : found;
        long until = measured.stream()
                .map(it -> kept.get(it.instance().id()))
                .filter(Objects::nonNull)
                .mapToLong(Kept::until)
                .reduce(now + KEPT.toNanos(), (a, b) -> a - b < 0 ? a : b);
        looks.keySet().removeIf(it -> !it.equals(of) && looks.size() > PROJECTS);
        looks.put(of, new Look(revision, turns, sample, until, measured));
        return measured;
    }

    private List<Measured> look(@Nullable ProjectName project) {
        List<Running> running = running(project);
        if (running.stream().anyMatch(it -> known(it).isEmpty())) {
            asking.lock(); // who comes second finds what the first has read
            try {
                List<Running> missing =
                        running.stream().filter(it -> known(it).isEmpty()).toList();
                if (missing.size() > ALONE) {
                    places = new Places();
                }
                inParts(missing);
            } finally {
                asking.unlock();
            }
        }
        Places places = this.places;
        return running.stream()
                .flatMap(each ->
                        known(each)
                                .map(it -> new Measured(each.instance(), it, disks(each.instance(), places)))
                                .stream())
                .toList();
    }

    private List<Running> running(@Nullable ProjectName project) {
        List<Instance> candidates = project == null
                ? shelves.instances().all()
                : shelves.instances().under(project.text() + "/");
        return candidates.stream()
                .flatMap(it -> instances.pulse(it.id()).map(pulse -> new Running(it, pulse.life())).stream())
                .toList();
    }

    private Optional<Readings> known(Running running) {
        Kept known = kept.get(running.instance().id());
        return known != null && known.life().equals(running.life()) && nanos.getAsLong() - known.until() < 0
                ? Optional.of(known.readings())
                : Optional.empty();
    }

    private void inParts(List<Running> all) {
        if (all.size() <= ALONE) {
            read(all);
            return;
        }
        int parts = Runtime.getRuntime().availableProcessors();
        int part = (all.size() + parts - 1) / parts;
        var reading = new ArrayList<CompletableFuture<Void>>();
        try (var threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("berth-metrics").factory())) {
            for (int at = 0; at < all.size(); at += part) {
                List<Running> mine = all.subList(at, Math.min(all.size(), at + part));
                reading.add(CompletableFuture.runAsync(() -> read(mine), threads));
            }
        }
        reading.forEach(CompletableFuture::join);
    }

    /** One that ends meanwhile has no readings then. */
    private void read(List<Running> all) {
        var byDriver = new LinkedHashMap<InstanceDriver, SequencedMap<Handle, Life>>();
        all.forEach(it -> byDriver.computeIfAbsent(instances.driver(it.instance()), _ -> new LinkedHashMap<>())
                .put(Instances.handle(it.instance()), it.life()));
        byDriver.forEach((driver, lives) -> {
            long until = nanos.getAsLong() + KEPT.toNanos();
            driver.readings(lives).forEach((handle, readings) -> {
                Life life = Objects.requireNonNull(lives.get(handle));
                kept.put(handle.id(), new Kept(life, until, readings));
            });
        });
    }

    private List<FileSystem> disks(Instance instance, Places places) {
        var found = new ArrayList<FileSystem>();
        instances.effective(instance).devices().forEach((_, device) -> {
            if (!"disk".equals(device.get("type"))) {
                return;
            }
            String source = device.getOrDefault("source", "");
            String path = device.getOrDefault("path", "");
            Optional<FileSystemFacts> facts;
            if (source.startsWith("/")) {
                facts = places.paths().computeIfAbsent(Path.of(source), FileSystemFacts::of);
            } else if (source.isEmpty()) {
                facts = places.pools().computeIfAbsent(instance.pool(), it -> pool(it, Roots.volume(instance)));
            } else {
                var volume = new VolumeRef(VolumeKind.CUSTOM, instance.project(), source);
                facts = places.pools()
                        .computeIfAbsent(new PoolName(device.getOrDefault("pool", "")), it -> pool(it, volume));
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
