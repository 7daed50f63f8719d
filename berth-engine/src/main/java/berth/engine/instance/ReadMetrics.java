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
import berth.spi.Readings;
import berth.spi.VolumeRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What running instances have used, for monitoring: asked of the kernel at each look, without child processes. */
public final class ReadMetrics {
    private final Shelves shelves;
    private final Drivers drivers;
    private final Instances instances;
    private final Pulses pulses;

    /** Looks at those. */
    public ReadMetrics(Shelves shelves, Drivers drivers, Instances instances, Pulses pulses) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.instances = instances;
        this.pulses = pulses;
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
     * All that run, by project and name; one that ends meanwhile is left out.
     *
     * @param project null for all
     */
    public List<Measured> all(@Nullable ProjectName project) {
        var looked = new HashMap<Path, Optional<FileSystemFacts>>();
        var tops = new HashMap<PoolName, Optional<FileSystemFacts>>();
        var measured = new ArrayList<Measured>();
        List<Instance> candidates = project == null
                ? shelves.instances().all()
                : shelves.instances().under(project.text() + "/");
        for (Instance instance : candidates) {
            if (pulses.of(instance.id()).isPresent()) {
                readings(instance)
                        .ifPresent(it -> measured.add(new Measured(instance, it, disks(instance, looked, tops))));
            }
        }
        return measured;
    }

    private Optional<Readings> readings(Instance instance) {
        try {
            return Optional.of(instances.driver(instance).readings(Instances.handle(instance)));
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
