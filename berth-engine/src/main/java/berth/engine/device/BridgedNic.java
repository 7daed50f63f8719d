package berth.engine.device;

import berth.model.Effective;
import berth.model.Network;
import berth.model.Problem;
import berth.model.Quoted;
import berth.model.Refused;
import berth.spi.Fitting;
import berth.spi.Life;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A card on a bridge, be it a managed network or the host's own. */
final class BridgedNic implements DeviceType {
    private static final Keys KEYS = Spoofing.to(CardSettings.to(CardKeys.common()))
            .with("security.port_isolation", Value.BOOL)
            .with(Value.INTERFACE, "network", "parent", "host_name")
            .with("mtu", Value.MTU)
            .with("vlan", Value.wordOr("none", Value.VLAN))
            .with("vlan.tagged", Value.each(Value.VLANS))
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
        networks.network(nic).ifPresent(network -> {
            for (String key : List.of("ipv4.address", "ipv6.address")) {
                String subnet = network.config().getOrDefault(key, "none");
                if (nic.has(key) && !nic.value(key).equals("none") && !subnet.equals("auto")) {
                    CardSettings.checkWithin(network.name().text(), key, nic.value(key), subnet);
                }
            }
        });
        Spoofing.check(nic);
    }

    @Override
    public void check(Device nic, Effective instance) {
        CardKeys.checkNames(nic, instance);
    }

    /** VLANs of a card can be kept in a description; no guest is let onto a bridge that would not keep to them. */
    @Override
    public void checkPresence(Device nic) {
        if (nic.has("vlan") || nic.has("vlan.tagged")) {
            String why = Files.exists(Path.of("/sys/class/net", bridge(nic), "bridge", "vlan_filtering"))
                    ? "VLANs of network cards are not kept apart yet"
                    : "the bridges of this kernel know no VLANs (CONFIG_BRIDGE_VLAN_FILTERING)";
            throw new Refused(new Problem.Unsupported("Failed to start device " + Quoted.of(nic.name()) + ": " + why
                    + "; a network for each does the same"));
        }
    }

    @Override
    public List<Fitting> fittings(Device nic, Owner owner) {
        checkPresence(nic);
        return known(nic, owner);
    }

    @Override
    public List<Fitting> known(Device nic, Owner owner) {
        return List.of(new Fitting.Nic(
                nic.name(),
                bridge(nic),
                owner.hostName(nic),
                owner.guestName(nic),
                owner.hwaddr(nic),
                mtu(nic),
                Fitting.Wiring.NONE,
                CardSettings.bounds(nic)));
    }

    private static String bridge(Device nic) {
        return nic.has("network") ? nic.value("network") : nic.value("parent");
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
        var live = new HashSet<>(CardSettings.LIVE);
        live.addAll(Spoofing.LIVE);
        return live;
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
    public void prepare(Device nic, Owner owner) {
        filter(nic, owner); // before its first frame
    }

    private void filter(Device nic, Owner owner) {
        Spoofing.filter(nic, owner, networks.network(nic)).ifPresent(CardFilter::put);
    }

    @Override
    public void attach(Device nic, Owner owner, Life life) {
        CardSettings.putRoutes(nic, bridge(nic));
    }

    @Override
    public void detach(Device nic, Owner owner) {
        CardSettings.remove(nic, bridge(nic));
    }

    @Override
    public void release(Device nic, Owner owner) {
        if (Spoofing.filter(nic, owner, Optional.empty()).isPresent()) {
            CardFilter.remove(owner.hostName(nic));
        }
    }

    @Override
    public void adjust(Device before, Device after, Owner owner, Life life) {
        join(after, owner);
        filter(after, owner);
        if (Spoofing.filter(after, owner, Optional.empty()).isEmpty()) {
            release(before, owner);
        }
        CardSettings.change(before, after, owner.hostName(after), bridge(after));
    }
}
