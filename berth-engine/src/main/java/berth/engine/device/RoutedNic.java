package berth.engine.device;

import berth.host.Program;
import berth.host.net.Forwarding;
import berth.host.net.Links;
import berth.model.Effective;
import berth.spi.Fitting;
import berth.spi.Life;
import java.util.List;
import java.util.Set;

/**
 * A card whose addresses the host routes to it, each by itself. With a parent the host answers for them on that interface's
 * network, so that the guest seems to be on it.
 */
final class RoutedNic implements DeviceType {
    private static final Value LATER = Value.matching(
            "(?i)false|no|off|0", "whether addresses are in use already is not looked at yet; leave it out");
    private static final Keys KEYS = CardSettings.to(CardKeys.common())
            .with(Value.INTERFACE, "parent", "host_name")
            .with("mtu", Value.MTU)
            .with("ipv4.address", Value.V4_ADDRESSES)
            .with("ipv6.address", Value.V6_ADDRESSES)
            .with(Value.oneOf("auto", "none"), "ipv4.gateway", "ipv6.gateway")
            .with("ipv4.host_address", Value.V4_ADDRESS)
            .with("ipv6.host_address", Value.V6_ADDRESS)
            .with(Value.UINT32, "ipv4.host_table", "ipv6.host_table")
            .with(LATER, "ipv4.neighbor_probe", "ipv6.neighbor_probe");

    @Override
    public String name() {
        return "nic routed";
    }

    @Override
    public void check(Device nic) {
        KEYS.check(nic);
        for (String ip : List.of("ipv4", "ipv6")) {
            if (nic.has(ip + ".routes") && !nic.has(ip + ".address")) {
                throw new Wrong("\"" + ip + ".routes\" needs \"" + ip + ".address\": the address that they lead over");
            }
        }
    }

    @Override
    public void check(Device nic, Effective instance) {
        CardKeys.checkNames(nic, instance);
    }

    @Override
    public void checkPresence(Device nic) {
        if (nic.has("parent")) {
            CardKeys.checkParent(nic);
        }
    }

    @Override
    public List<Fitting> fittings(Device nic, Owner owner) {
        checkPresence(nic);
        return known(nic, owner);
    }

    @Override
    public List<Fitting> known(Device nic, Owner owner) {
        return List.of(CardWires.pair(nic, owner, CardWires.ofRouted(nic)));
    }

    @Override
    public Set<String> live() {
        return Set.of("boot.priority", "limits.ingress", "limits.egress", "limits.max");
    }

    @Override
    public void prepare(Device nic, Owner owner) {
        checkPresence(nic);
        CardWires.passOn(nic);
        answer(nic, "replace");
    }

    /** The host answers for the card's addresses on the network of its parent, or does so no more. */
    private static void answer(Device nic, String verb) {
        String parent = nic.value("parent");
        if (parent.isEmpty() || !Links.exists(parent)) {
            return;
        }
        for (String ip : List.of("ipv4", "ipv6")) {
            for (String address : CardWires.addresses(nic, ip)) {
                var line = Program.of(
                        "ip", ip.equals("ipv4") ? "-4" : "-6", "neighbour", verb, "proxy", address, "dev", parent);
                if (verb.equals("delete")) {
                    line.run(); // gone already is no error
                } else {
                    line.must();
                }
            }
        }
        if (verb.equals("replace") && nic.has("ipv6.address")) {
            CardWires.change(() -> Forwarding.answerNeighbours(parent));
        }
    }

    @Override
    public void release(Device nic, Owner owner) {
        answer(nic, "delete");
    }

    @Override
    public void adjust(Device before, Device after, Owner owner, Life life) {
        CardSettings.limit(after, owner.hostName(after));
    }
}
