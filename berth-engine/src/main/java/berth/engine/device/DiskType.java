package berth.engine.device;

import berth.engine.record.Shelves;
import berth.model.Effective;
import berth.model.PoolName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.spi.Fitting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** {@code disk}: the guest's root; custom volumes, directories and files of the host inside the guest. */
final class DiskType implements DeviceType {
    private static final Keys KEYS = new Keys()
            .with(Value.TEXT, "path", "source", "pool")
            .with(Value.SIZE, "size", "size.state")
            .with(Value.BOOL, "readonly", "required", "optional", "recursive", "shift")
            .with(
                    "propagation",
                    Value.oneOf(Stream.of(Fitting.Propagation.values())
                            .map(it -> it.name().toLowerCase(Locale.ROOT))
                            .toArray(String[]::new)))
            .with("boot.priority", Value.UINT32);

    private final Shelves shelves;
    private final VolumePlaces volumes;

    DiskType(Shelves shelves, VolumePlaces volumes) {
        this.shelves = shelves;
        this.volumes = volumes;
    }

    @Override
    public String name() {
        return "disk";
    }

    @Override
    public void check(Device disk) {
        KEYS.check(disk);
        if (disk.has("required") && disk.has("optional")) {
            throw new Wrong("Cannot use both \"required\" and deprecated \"optional\" properties at the same time");
        }
        if (disk.value("path").equals("/")) {
            checkRoot(disk);
        } else {
            checkOther(disk);
        }
        for (String path : List.of(disk.value("path"), disk.value("source"))) {
            if (List.of(path.split("/")).contains("..")) {
                throw new Wrong("a path may not hold \"..\": " + Quoted.of(path));
            }
        }
    }

    private void checkRoot(Device disk) {
        if (disk.has("source")) {
            throw new Wrong("Root disk entry may not have a \"source\" property set");
        }
        if (!disk.has("pool")) {
            throw new Wrong("Root disk entry must have a \"pool\" property set");
        }
        if (shelves.pools().find(new PoolName(disk.value("pool")).text()).isEmpty()) {
            throw Refused.missing(
                    "Failed add validation for device " + Quoted.of(disk.name()) + ": Storage pool not found");
        }
    }

    private void checkOther(Device disk) {
        if (!disk.has("path") || !disk.has("source")) {
            throw new Wrong("Disk entry is missing the required \"source\" or \"path\" property");
        }
        if (disk.has("size") || disk.has("size.state")) {
            throw new Wrong("Only the root disk may have a size quota");
        }
        if (disk.isTrue("recursive", false) && disk.isTrue("readonly", false)) {
            throw new Wrong("Recursive read-only bind-mounts aren't currently supported by the kernel");
        }
        if (disk.has("pool")) {
            if (disk.isTrue("shift", false)) {
                throw new Wrong("The \"shift\" property cannot be used with custom storage volumes"
                        + " (set \"security.shifted=true\" on the volume instead)");
            }
            volumes.require(disk);
            return;
        }
        if (!disk.value("source").startsWith("/")) {
            throw new Wrong("Source path must be absolute for local sources");
        }
    }

    @Override
    public void check(Device disk, Effective instance) {
        boolean twice = Device.all(instance.devices()).stream()
                .anyMatch(it -> it.is("disk")
                        && !it.name().equals(disk.name())
                        && normal(it.value("path")).equals(normal(disk.value("path"))));
        if (twice) {
            throw new Wrong("More than one disk device uses the same path " + Quoted.of(disk.value("path")));
        }
    }

    private static String normal(String path) {
        return Path.of("/").resolve(path).normalize().toString();
    }

    @Override
    public void checkPresence(Device disk) {
        if (!disk.holdsRoot()
                && !disk.has("pool")
                && isRequired(disk)
                && !Files.exists(Path.of(disk.value("source")))) {
            throw Refused.invalid("Failed add validation for device " + Quoted.of(disk.name())
                    + ": Missing source path " + Quoted.of(disk.value("source")) + " for disk "
                    + Quoted.of(disk.name()));
        }
    }

    private static boolean isRequired(Device disk) {
        return disk.isTrue("required", true) && !disk.isTrue("optional", false);
    }

    /** The volume of a pool is mounted with the guest's ids. */
    @Override
    public void prepare(Device disk, Owner owner) {
        if (!disk.holdsRoot() && disk.has("pool")) {
            volumes.mounted(disk, owner);
        }
    }

    @Override
    public List<Fitting> fittings(Device disk, Owner owner) {
        if (disk.holdsRoot()) {
            return List.of(); // the driver is given the mounted root
        }
        String propagation = disk.has("propagation") ? disk.value("propagation") : "private";
        return List.of(new Fitting.Mount(
                disk.name(),
                disk.has("pool") ? volumes.mounted(disk, owner) : Path.of(disk.value("source")),
                normal(disk.value("path")),
                disk.isTrue("readonly", false),
                disk.isTrue("recursive", false),
                disk.isTrue("shift", false),
                !isRequired(disk),
                Fitting.Propagation.valueOf(propagation.toUpperCase(Locale.ROOT))));
    }

    @Override
    public Set<String> live() {
        return Set.of("size", "size.state", "boot.priority");
    }
}
