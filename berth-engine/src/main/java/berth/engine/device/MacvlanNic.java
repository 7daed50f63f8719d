package berth.engine.device;

import berth.model.Effective;
import berth.model.Quoted;
import berth.spi.Fitting;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * A card beside an interface of the host, with an address of its own on that network. Guest and host cannot talk by it, unless
 * the host is given such a card as well: {@code host_name} with {@code ipv4.host_address} or {@code ipv6.host_address}.
 */
final class MacvlanNic implements DeviceType {
    private static final Keys KEYS = CardKeys.common()
            .need("parent", Value.INTERFACE)
            .with("mtu", Value.MTU)
            .with("ipv4.address", Value.V4_OWN)
            .with("ipv6.address", Value.V6_OWN)
            .with("ipv4.gateway", Value.V4_ADDRESS)
            .with("ipv6.gateway", Value.V6_ADDRESS)
            .with("host_name", Value.INTERFACE)
            .with("ipv4.host_address", Value.V4_OWN)
            .with("ipv6.host_address", Value.V6_OWN);

    @Override
    public String name() {
        return "nic macvlan";
    }

    @Override
    public void check(Device nic) {
        KEYS.check(nic);
        if (HostMacvlan.wanted(nic) != nic.has("host_name")) {
            throw new Wrong("a card of the host beside " + Quoted.of(nic.value("parent"))
                    + " needs both: its \"host_name\", and an address, \"ipv4.host_address\" or \"ipv6.host_address\"");
        }
    }

    @Override
    public void check(Device nic, Effective instance) {
        CardKeys.checkNames(nic, instance);
    }

    @Override
    public void checkPresence(Device nic) {
        CardKeys.checkParent(nic);
    }

    @Override
    public List<Fitting> fittings(Device nic, Owner owner) {
        checkPresence(nic);
        return known(nic, owner);
    }

    @Override
    public List<Fitting> known(Device nic, Owner owner) {
        return List.of(new Fitting.DirectNic(
                nic.name(),
                Fitting.DirectNic.Kind.MACVLAN,
                nic.value("parent"),
                owner.guestName(nic),
                owner.hwaddr(nic),
                CardKeys.mtu(nic),
                CardWires.ofPair(inside(nic))));
    }

    /** What the card itself is told: the way out is not by the host. */
    private static Device inside(Device nic) {
        var keys = new TreeMap<>(nic.keys());
        keys.keySet().removeIf(it -> it.endsWith(".host_address"));
        return Device.of(nic.name(), keys);
    }

    @Override
    public void prepare(Device nic, Owner owner) {
        if (HostMacvlan.wanted(nic)) {
            checkPresence(nic);
            HostMacvlan.put(nic, owner);
        }
    }

    @Override
    public void release(Device nic, Owner owner) {
        if (HostMacvlan.wanted(nic)) {
            HostMacvlan.remove(nic, owner);
        }
    }

    @Override
    public Set<String> live() {
        return Set.of("boot.priority");
    }
}
