package berth.engine.device;

import berth.model.DeviceName;
import berth.model.Effective;
import berth.model.Quoted;
import berth.model.Refused;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Checks devices of instances and profiles: types, keys, what they refer to. */
public final class CheckDevices {
    private final DeviceTypes types;

    /** Checks by the table of types. */
    public CheckDevices(DeviceTypes types) {
        this.types = types;
    }

    /** Checks the devices of a profile: each by itself. */
    public void profile(Map<String, ? extends Map<String, String>> devices) {
        Device.all(devices).forEach(it -> one(it, ""));
    }

    /** Checks the effective devices of an instance: each by itself, then together. */
    public void instance(Effective effective) {
        var all = Device.all(effective.devices());
        all.forEach(it -> one(it, "Invalid devices: "));
        for (Device device : all) {
            try {
                types.of(device).check(device, effective);
            } catch (Wrong wrong) {
                throw told(device, "Invalid devices: ", wrong);
            }
        }
    }

    /** Looks whether those that were not so before stand on something that is there. */
    public void presence(Effective effective, Map<String, ? extends Map<String, String>> before) {
        Device.all(effective.devices()).stream()
                .filter(it -> !it.keys().equals(before.get(it.name())))
                .forEach(it -> types.of(it).checkPresence(it));
    }

    /** The root disk among effective devices. */
    public static Optional<Map.Entry<String, SortedMap<String, String>>> root(
            SortedMap<String, SortedMap<String, String>> devices) {
        return devices.entrySet().stream()
                .filter(it -> new Device(it.getKey(), it.getValue()).holdsRoot())
                .findFirst();
    }

    private void one(Device device, String where) {
        new DeviceName(device.name());
        try {
            device.keys().forEach((key, value) -> {
                if (key.chars().anyMatch(it -> it < ' ') || value.chars().anyMatch(it -> it < ' ')) {
                    throw new Wrong("control characters are not allowed in " + Quoted.of(key));
                }
            });
            types.of(device).check(device);
        } catch (Wrong wrong) {
            throw told(device, where, wrong);
        }
    }

    private static Refused told(Device device, String where, Wrong wrong) {
        return Refused.invalid(where + "Device validation failed for " + Quoted.of(device.name()) + ": " + wrong.why());
    }
}
