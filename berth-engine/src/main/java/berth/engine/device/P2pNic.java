package berth.engine.device;

import berth.model.Effective;
import berth.spi.Fitting;
import berth.spi.Life;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A card whose other end is an interface of the host's own, in no bridge. Addresses of both ends may be said, which LXD does
 * not have: they are there before the guest's first process.
 */
final class P2pNic implements DeviceType {
    private static final Keys KEYS = CardSettings.to(CardKeys.common())
            .with("host_name", Value.INTERFACE)
            .with("mtu", Value.MTU)
            .with("ipv4.address", Value.V4_OWN)
            .with("ipv6.address", Value.V6_OWN)
            .with("ipv4.host_address", Value.V4_OWN)
            .with("ipv6.host_address", Value.V6_OWN)
            .with("ipv4.gateway", Value.wordOr("auto", Value.wordOr("none", Value.V4_ADDRESS)))
            .with("ipv6.gateway", Value.wordOr("auto", Value.wordOr("none", Value.V6_ADDRESS)))
            .with(Value.BOOL, "ipv4.nat", "ipv6.nat");

    @Override
    public String name() {
        return "nic p2p";
    }

    @Override
    public void check(Device nic) {
        KEYS.check(nic);
        for (String ip : List.of("ipv4", "ipv6")) {
            for (String key : List.of(ip + ".gateway", ip + ".nat")) {
                boolean asks = nic.has(key) && !List.of("none", "auto").contains(nic.value(key)) && isSaid(nic, key);
                if (asks && !nic.has(ip + ".address")) {
                    throw new Wrong("\"" + key + "\" needs \"" + ip + ".address\": an address inside");
                }
            }
        }
    }

    private static boolean isSaid(Device nic, String key) {
        return !key.endsWith(".nat") || nic.isTrue(key, false);
    }

    @Override
    public void check(Device nic, Effective instance) {
        CardKeys.checkNames(nic, instance);
    }

    @Override
    public List<Fitting> fittings(Device nic, Owner owner) {
        return List.of(CardWires.pair(nic, owner, CardWires.ofPair(nic)));
    }

    @Override
    public Set<String> live() {
        var live = new HashSet<>(CardSettings.LIVE);
        live.addAll(List.of("ipv4.nat", "ipv6.nat"));
        return live;
    }

    @Override
    public void prepare(Device nic, Owner owner) {
        if (nic.has("ipv4.host_address") || nic.has("ipv6.host_address") || CardNat.wanted(nic)) {
            CardWires.passOn(nic);
        }
        CardNat.put(nic, owner.hostName(nic));
    }

    @Override
    public void attach(Device nic, Owner owner, Life life) {
        CardSettings.putRoutes(nic, owner.hostName(nic));
    }

    @Override
    public void release(Device nic, Owner owner) {
        if (CardNat.wanted(nic)) {
            CardNat.remove(owner.hostName(nic));
        }
    }

    @Override
    public void adjust(Device before, Device after, Owner owner, Life life) {
        if (CardNat.wanted(after)) {
            prepare(after, owner);
        } else {
            release(before, owner);
        }
        CardSettings.change(before, after, owner.hostName(after), owner.hostName(after));
    }
}
