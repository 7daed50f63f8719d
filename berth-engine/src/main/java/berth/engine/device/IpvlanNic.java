package berth.engine.device;

import berth.host.net.Links;
import berth.model.Problem;
import berth.model.Quoted;
import berth.model.Refused;
import berth.spi.Fitting;
import java.util.List;

/**
 * A card that shares its parent's hardware address. It is checked and can be kept in a description; no guest gets one yet,
 * and the start says whether this kernel could.
 */
final class IpvlanNic implements DeviceType {
    private static final Keys KEYS = CardKeys.common()
            .need("parent", Value.INTERFACE)
            .with("mtu", Value.MTU)
            .with("mode", Value.oneOf("l3s", "l2"))
            .with("ipv4.address", Value.V4_OWN)
            .with("ipv6.address", Value.V6_OWN)
            .with("ipv4.gateway", Value.wordOr("auto", Value.wordOr("none", Value.V4_ADDRESS)))
            .with("ipv6.gateway", Value.wordOr("auto", Value.wordOr("none", Value.V6_ADDRESS)))
            .with(Value.UINT32, "ipv4.host_table", "ipv6.host_table")
            .with("vlan", Value.VLAN)
            .with("gvrp", Value.BOOL);

    @Override
    public String name() {
        return "nic ipvlan";
    }

    @Override
    public void check(Device nic) {
        KEYS.check(nic);
    }

    @Override
    public void checkPresence(Device nic) {
        String why = Links.knows("ipvlan")
                ? "network cards of the kind ipvlan are not given to containers yet; macvlan and routed are"
                : "this kernel has no ipvlan (CONFIG_IPVLAN); macvlan and routed come near it";
        throw new Refused(new Problem.Unsupported("Failed to start device " + Quoted.of(nic.name()) + ": " + why));
    }

    @Override
    public List<Fitting> fittings(Device nic, Owner owner) {
        checkPresence(nic);
        return List.of();
    }

    @Override
    public List<Fitting> known(Device nic, Owner owner) {
        return List.of();
    }

    @Override
    public boolean hotPlugs() {
        return false;
    }
}
