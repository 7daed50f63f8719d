package berth.engine.device;

import berth.engine.record.Shelves;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The table of all types of devices. */
public final class DeviceTypes {
    private final Map<String, DeviceType> types = new HashMap<>();

    /** All types, on that ground. */
    public DeviceTypes(Shelves shelves, NicNetworks networks, VolumePlaces volumes) {
        List.of(
                        new NoneType(),
                        new DiskType(shelves, volumes),
                        new BridgedNic(networks),
                        new P2pNic(),
                        new MacvlanNic(),
                        new RoutedNic(),
                        new HostNic(),
                        new PhysicalNic(),
                        new IpvlanNic(),
                        new UnixType(false),
                        new UnixType(true),
                        new ProxyType(),
                        new UsbType(true),
                        new UsbType(false),
                        Unserved.gpu(),
                        Unserved.infiniband(),
                        Unserved.tpm(),
                        Unserved.pci(),
                        later("nic sriov"),
                        later("nic ovn"))
                .forEach(it -> types.put(it.name(), it));
    }

    private static DeviceType later(String name) {
        return new NotYet(name);
    }

    /** The type of a device; refuses one that there is not. */
    DeviceType of(Device device) {
        String name = device.type();
        if (name.isEmpty()) {
            throw new Wrong("Failed loading device \"" + device.name() + "\": Missing device type in config");
        }
        if (name.equals("nic")) {
            name = device.has("network") ? "nic bridged" : "nic " + device.value("nictype");
        }
        DeviceType type = types.get(name);
        if (type == null) {
            throw new Wrong("Failed loading device \"" + device.name() + "\": Unsupported device type");
        }
        return type;
    }

    /** A type that is known by its name alone. */
    private record NotYet(String name) implements DeviceType {
        @Override
        public void check(Device device) {
            throw new Wrong("devices of type " + name + " are not supported yet");
        }
    }
}
