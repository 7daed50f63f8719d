package berth.engine.device;

import berth.host.file.DeviceNodes;
import berth.model.Quoted;
import berth.model.Refused;
import berth.spi.Fitting;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code unix-char} and {@code unix-block}: a device node of the host inside the guest.
 *
 * @param block whether block devices, not character devices
 */
record UnixType(boolean block) implements DeviceType {
    private static final Keys KEYS = new Keys()
            .with(Value.IN_DEV, "source")
            .with(Value.TEXT, "path")
            .with(Value.NUMBER, "major", "minor")
            .with(Value.ID, "uid", "gid")
            .with("mode", Value.MODE)
            .with("required", Value.BOOL);

    @Override
    public String name() {
        return block ? "unix-block" : "unix-char";
    }

    @Override
    public void check(Device device) {
        KEYS.check(device);
        if (!device.has("source") && !device.has("path")) {
            throw new Wrong("Unix device entry is missing the required \"source\" or \"path\" property");
        }
        if (!target(device).startsWith("/")
                || List.of(target(device).split("/")).contains("..")) {
            throw new Wrong("The path in the guest must be absolute and without \"..\": " + Quoted.of(target(device)));
        }
    }

    private static String source(Device device) {
        return device.has("source") ? device.value("source") : device.value("path");
    }

    private static String target(Device device) {
        return device.has("path") ? device.value("path") : device.value("source");
    }

    /** The numbers: both as given, or the host's node's. */
    private Optional<DeviceNodes.Numbers> number(Device device) {
        if (device.has("major") && device.has("minor")) {
            return Optional.of(new DeviceNodes.Numbers(
                    block, Integer.parseInt(device.value("major")), Integer.parseInt(device.value("minor"))));
        }
        return DeviceNodes.look(Path.of(source(device)));
    }

    @Override
    public void checkPresence(Device device) {
        Optional<DeviceNodes.Numbers> found = number(device);
        if (found.isEmpty()) {
            if (device.isTrue("required", true)) {
                throw Refused.invalid(
                        "Failed to start device " + Quoted.of(device.name())
                                + ": The required device path doesn't exist and the major and minor settings are not specified");
            }
        } else if (found.get().block() != block) {
            throw Refused.invalid("Failed to start device " + Quoted.of(device.name()) + ": "
                    + Quoted.of(source(device)) + " is no " + (block ? "block" : "character") + " device");
        }
    }

    @Override
    public List<Fitting> fittings(Device device, Owner owner) {
        checkPresence(device);
        return number(device).stream().map(it -> node(device, it)).toList();
    }

    @Override
    public List<Fitting> known(Device device, Owner owner) {
        return List.of(node(device, number(device).orElse(new DeviceNodes.Numbers(block, 0, 0))));
    }

    private Fitting node(Device device, DeviceNodes.Numbers it) {
        return new Fitting.Node(
                device.name(),
                target(device),
                block,
                it.major(),
                it.minor(),
                device.has("uid") ? Long.parseLong(device.value("uid")) : 0,
                device.has("gid") ? Long.parseLong(device.value("gid")) : 0,
                device.has("mode") ? Integer.parseInt(device.value("mode"), 8) : 0660);
    }
}
