package berth.engine.device;

import berth.model.Effective;
import berth.spi.Fitting;
import berth.spi.Life;
import java.util.List;
import java.util.Set;

/** A card whose other end is an interface of the host's own, in no bridge. */
final class P2pNic implements DeviceType {
    private static final Keys KEYS = CardSettings.to(CardKeys.common())
            .with("host_name", Value.INTERFACE)
            .with("mtu", Value.MTU);

    @Override
    public String name() {
        return "nic p2p";
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
    public List<Fitting> fittings(Device nic, Owner owner) {
        return List.of(new Fitting.Nic(
                nic.name(), null, owner.hostName(nic), owner.guestName(nic), owner.hwaddr(nic), CardKeys.mtu(nic)));
    }

    @Override
    public Set<String> live() {
        return CardSettings.LIVE;
    }

    @Override
    public void attach(Device nic, Owner owner, Life life) {
        CardSettings.put(nic, owner.hostName(nic), owner.hostName(nic));
    }

    @Override
    public void adjust(Device before, Device after, Owner owner, Life life) {
        CardSettings.change(before, after, owner.hostName(after), owner.hostName(after));
    }
}
