package berth.engine.device;

import berth.model.Effective;
import berth.model.Network;
import berth.spi.Fitting;
import berth.spi.Life;
import java.util.List;
import java.util.Set;

/** A card on a bridge, be it a managed network or the host's own. */
final class BridgedNic implements DeviceType {
    private static final Keys KEYS = CardKeys.common()
            .with(Value.INTERFACE, "network", "parent", "host_name")
            .with("mtu", Value.MTU)
            .with("ipv4.address", Value.wordOr("none", Value.V4_ADDRESS))
            .with("ipv6.address", Value.wordOr("none", Value.V6_ADDRESS));

    private final NicNetworks networks;

    BridgedNic(NicNetworks networks) {
        this.networks = networks;
    }

    @Override
    public String name() {
        return "nic bridged";
    }

    @Override
    public void check(Device nic) {
        if (nic.has("network")) {
            for (String key : List.of("nictype", "parent", "mtu")) {
                if (nic.has(key)) {
                    throw new Wrong("Cannot use \"" + key + "\" property in conjunction with \"network\" property");
                }
            }
            networks.require(nic);
        } else if (!nic.has("parent")) {
            throw new Wrong("Invalid value for device option \"parent\": Required value");
        }
        KEYS.check(nic);
    }

    @Override
    public void check(Device nic, Effective instance) {
        CardKeys.checkNames(nic, instance);
    }

    @Override
    public List<Fitting> fittings(Device nic, Owner owner) {
        return List.of(new Fitting.Nic(
                nic.name(),
                nic.has("network") ? nic.value("network") : nic.value("parent"),
                owner.hostName(nic),
                owner.guestName(nic),
                owner.hwaddr(nic),
                mtu(nic)));
    }

    private int mtu(Device nic) {
        String ofNetwork = networks.network(nic)
                .map(Network::config)
                .map(it -> it.getOrDefault("bridge.mtu", ""))
                .orElse("");
        return nic.has("mtu") || ofNetwork.isEmpty() ? CardKeys.mtu(nic) : Integer.parseInt(ofNetwork);
    }

    @Override
    public Set<String> live() {
        return Set.of("ipv4.address", "ipv6.address", "boot.priority");
    }

    @Override
    public void join(Device nic, Owner owner) {
        networks.card(nic, owner).ifPresent(NicNetworks.Card::announce);
    }

    @Override
    public void leave(Device nic, Owner owner) {
        networks.card(nic, owner).ifPresent(NicNetworks.Card::renounce);
    }

    @Override
    public void adjust(Device before, Device after, Owner owner, Life life) {
        join(after, owner);
    }
}
