package berth.engine.instance;

import berth.engine.record.Shelves;
import berth.model.DeviceName;
import berth.model.NetworkName;
import berth.model.PoolName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.Size;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** Checks devices of instances and profiles (reference/devices): types, keys, what they refer to. */
public final class CheckDevices {
    private static final Set<String> NIC = Set.of(
            "type",
            "network",
            "nictype",
            "parent",
            "name",
            "hwaddr",
            "mtu",
            "host_name",
            "ipv4.address",
            "ipv6.address",
            "boot.priority");
    private static final Set<String> DISK = Set.of(
            "type",
            "path",
            "source",
            "pool",
            "size",
            "readonly",
            "required",
            "optional",
            "recursive",
            "shift",
            "boot.priority",
            "size.state");

    private final Shelves shelves;

    /** Checks against what is there. */
    public CheckDevices(Shelves shelves) {
        this.shelves = shelves;
    }

    /** Checks the devices of a profile: each by itself. */
    public void profile(Map<String, ? extends Map<String, String>> devices) {
        devices.forEach(this::one);
    }

    /** Checks the effective devices of an instance: each by itself, then together. */
    public void instance(SortedMap<String, SortedMap<String, String>> effective) {
        effective.forEach(this::one);
        var paths = new HashSet<String>();
        var guestNames = new HashSet<String>();
        effective.forEach((name, device) -> {
            if (is(device, "disk") && !paths.add(device.getOrDefault("path", ""))) {
                throw Refused.invalid("Invalid devices: More than one disk device uses the same path "
                        + Quoted.of(device.get("path")));
            }
            if (is(device, "disk")
                    && device.getOrDefault("source", "").startsWith("/")
                    && Settings.truthy(device.get("required"), true)
                    && !Settings.truthy(device.get("optional"), false)
                    && !Files.exists(Path.of(device.get("source")))) {
                throw Refused.invalid("Failed add validation for device " + Quoted.of(name) + ": Missing source path "
                        + Quoted.of(device.get("source")) + " for disk " + Quoted.of(name));
            }
            if (is(device, "nic") && device.containsKey("name") && !guestNames.add(device.get("name"))) {
                throw Refused.invalid(
                        "Invalid devices: Duplicate network device name " + Quoted.of(device.get("name")));
            }
        });
    }

    /** The root disk among effective devices. */
    public static Optional<Map.Entry<String, SortedMap<String, String>>> root(
            SortedMap<String, SortedMap<String, String>> devices) {
        return devices.entrySet().stream()
                .filter(it -> is(it.getValue(), "disk")
                        && "/".equals(it.getValue().get("path"))
                        && it.getValue().getOrDefault("source", "").isEmpty())
                .findFirst();
    }

    static boolean is(Map<String, String> device, String type) {
        return type.equals(device.get("type"));
    }

    private void one(String name, Map<String, String> device) {
        new DeviceName(name);
        String type = device.getOrDefault("type", "");
        device.forEach((key, value) -> {
            if (key.chars().anyMatch(it -> it < ' ') || value.chars().anyMatch(it -> it < ' ')) {
                throw wrong(name, "control characters are not allowed in " + Quoted.of(key));
            }
        });
        switch (type) {
            case "none" -> keys(name, device, Set.of("type"));
            case "nic" -> nic(name, device);
            case "disk" -> disk(name, device);
            case "" -> throw wrong(name, "Missing device type");
            case "unix-char", "unix-block", "usb", "gpu", "infiniband", "proxy", "unix-hotplug", "tpm", "pci" ->
                throw wrong(name, "devices of type " + type + " are not supported yet");
            default -> throw Refused.invalid("Invalid devices: Invalid device type " + Quoted.of(type));
        }
    }

    private void nic(String name, Map<String, String> device) {
        keys(name, device, NIC);
        if (device.containsKey("network") && device.containsKey("nictype")) {
            throw wrong(name, "Cannot use \"nictype\" property in conjunction with \"network\" property");
        }
        if (device.containsKey("network")) {
            if (shelves.networks()
                    .find(new NetworkName(device.get("network")).text())
                    .isEmpty()) {
                throw Refused.missing(
                        "Failed add validation for device " + Quoted.of(name) + ": Error loading network config for "
                                + Quoted.of(device.get("network")) + ": Network not found");
            }
        } else if ("bridged".equals(device.get("nictype"))) {
            new NetworkName(device.getOrDefault("parent", ""));
        } else if (!"p2p".equals(device.get("nictype"))) {
            throw wrong(name, "nictype " + Quoted.of(device.getOrDefault("nictype", "")) + " is not supported yet");
        }
        if (device.containsKey("name")) {
            new NetworkName(device.get("name"));
        }
        if (device.containsKey("host_name")) {
            new NetworkName(device.get("host_name"));
        }
        if (device.containsKey("hwaddr") && !device.get("hwaddr").matches("(?i)[0-9a-f]{2}(:[0-9a-f]{2}){5}")) {
            throw wrong(name, "Invalid value for device option \"hwaddr\": " + Quoted.of(device.get("hwaddr")));
        }
        if (device.containsKey("mtu") && !device.get("mtu").matches("[0-9]{2,5}")) {
            throw wrong(name, "Invalid value for device option \"mtu\": " + Quoted.of(device.get("mtu")));
        }
    }

    private void disk(String name, Map<String, String> device) {
        keys(name, device, DISK);
        String path = device.getOrDefault("path", "");
        String source = device.getOrDefault("source", "");
        if (path.equals("/") && source.isEmpty()) {
            if (!device.containsKey("pool")) {
                throw wrong(name, "Root disk entry must have a \"pool\" property set");
            }
            if (shelves.pools().find(new PoolName(device.get("pool")).text()).isEmpty()) {
                throw Refused.missing(
                        "Failed add validation for device " + Quoted.of(name) + ": Storage pool not found");
            }
        } else {
            if (path.equals("/")) {
                throw wrong(name, "Root disk entry may not have a \"source\" property set");
            }
            if (path.isEmpty() || source.isEmpty()) {
                throw wrong(name, "Disk entry is missing the required \"source\" or \"path\" property");
            }
            if (device.containsKey("size")) {
                throw wrong(name, "Only the root disk may have a size quota");
            }
            if (device.containsKey("pool")) {
                throw wrong(name, "volumes of a pool as disks are not supported yet");
            }
            if (!source.startsWith("/")) {
                throw wrong(name, "Source path must be absolute for local sources");
            }
        }
        if (device.containsKey("size")) {
            Size.bytes(device.get("size"));
        }
        for (String part : List.of(path, source)) {
            if (List.of(part.split("/")).contains("..")) {
                throw wrong(name, "a path may not hold \"..\": " + Quoted.of(part));
            }
        }
    }

    private static void keys(String name, Map<String, String> device, Set<String> known) {
        var strange = new ArrayList<String>();
        device.keySet().forEach(key -> {
            if (!known.contains(key) && !key.startsWith("user.")) {
                strange.add(key);
            }
        });
        if (!strange.isEmpty()) {
            throw wrong(name, "Invalid device option " + Quoted.of(strange.get(0)));
        }
    }

    private static Refused wrong(String name, String why) {
        return Refused.invalid("Invalid devices: Device validation failed for " + Quoted.of(name) + ": " + why);
    }
}
