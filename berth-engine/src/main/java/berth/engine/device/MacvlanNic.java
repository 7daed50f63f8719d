package berth.engine.device;

import berth.model.Effective;
import berth.spi.Fitting;
import java.util.List;
import java.util.Set;

/** A card beside an interface of the host, with an address of its own on that network; guest and host cannot talk by it. */
final class MacvlanNic implements DeviceType {
    private static final Keys KEYS = CardKeys.common()
            .need("parent", Value.INTERFACE)
            .with("mtu", Value.MTU)
            .with("ipv4.address", Value.V4_OWN)
            .with("ipv6.address", Value.V6_OWN)
            .with("ipv4.gateway", Value.V4_ADDRESS)
            .with("ipv6.gateway", Value.V6_ADDRESS);

    @Override
    public String name() {
        return "nic macvlan";
    }

    @Override
    public void check(Device nic) {
        KEYS.check(nic);
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
                CardWires.ofPair(nic)));
    }

    @Override
    public Set<String> live() {
        return Set.of("boot.priority");
    }
}
