package berth.engine.device;

import berth.model.Instance;
import berth.model.Settings;
import berth.spi.Handle;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/**
 * The instance a device belongs to, with the devices that hold for it.
 *
 * @param devices the effective ones
 */
public record Owner(Instance instance, SortedMap<String, SortedMap<String, String>> devices) {
    public Owner {
        devices = Settings.devices(devices);
    }

    /** Names it to its driver. */
    public Handle handle() {
        return new Handle(instance.id(), instance.project(), instance.name());
    }

    /** What Berth has chosen for one of its devices; empty when nothing. */
    public String chosen(String device, String key) {
        return instance.config().getOrDefault("volatile." + device + "." + key, "");
    }

    /** The devices that hold for it. */
    public List<Device> all() {
        return Device.all(devices);
    }

    /** The hardware address of one of its network cards, in lower case. */
    public String hwaddr(Device nic) {
        String given = nic.has("hwaddr") ? nic.value("hwaddr") : chosen(nic.name(), "hwaddr");
        if (given.isEmpty()) {
            throw new IllegalStateException(
                    "the network card " + nic.name() + " of " + instance.name() + " has no address");
        }
        return given.toLowerCase(Locale.ROOT);
    }

    /** The name of a network card inside. */
    public String guestName(Device nic) {
        String given = nic.has("name") ? nic.value("name") : chosen(nic.name(), "name");
        return given.isEmpty() ? nic.name() : given;
    }

    /** The host end's name follows from the instance's id, so that whoever starts it, now or after a crash, agrees. */
    public String hostName(Device nic) {
        return nic.has("host_name")
                ? nic.value("host_name")
                : String.format(
                        "veth%08x", instance.id().hashCode() * 31 + nic.name().hashCode());
    }
}
