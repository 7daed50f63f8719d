package berth.engine.device;

import berth.host.net.Links;
import berth.model.Effective;
import berth.model.Quoted;
import berth.model.Refused;

/** What all kinds of network cards have in common. */
final class CardKeys {
    private CardKeys() {}

    /** The keys that every kind has. */
    static Keys common() {
        return new Keys()
                .with(Value.TEXT, "nictype")
                .with("name", Value.INTERFACE)
                .with("hwaddr", Value.MAC)
                .with("boot.priority", Value.UINT32);
    }

    /** Two cards of one name inside are refused. */
    static void checkNames(Device nic, Effective instance) {
        boolean twice = nic.has("name")
                && Device.all(instance.devices()).stream()
                        .anyMatch(it -> it.is("nic")
                                && !it.name().equals(nic.name())
                                && it.value("name").equals(nic.value("name")));
        if (twice) {
            throw new Wrong("Duplicate network device name " + Quoted.of(nic.value("name")));
        }
    }

    /** Refuses a card whose interface of the host is not there. */
    static void checkParent(Device nic) {
        if (!Links.exists(nic.value("parent"))) {
            throw Refused.invalid("Failed to start device " + Quoted.of(nic.name()) + ": Parent device "
                    + Quoted.of(nic.value("parent")) + " doesn't exist");
        }
    }

    static int mtu(Device nic) {
        return nic.has("mtu") ? Integer.parseInt(nic.value("mtu")) : 0;
    }
}
