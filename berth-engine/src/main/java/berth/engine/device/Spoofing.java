package berth.engine.device;

import berth.model.Cidr;
import berth.model.Network;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which filter a bridged card asks for by {@code security.*_filtering}; either of the address filters includes the first. */
final class Spoofing {
    /** The keys that change in place. */
    static final Set<String> LIVE = Set.of(
            "security.mac_filtering",
            "security.ipv4_filtering",
            "security.ipv6_filtering",
            "ipv4.address",
            "ipv6.address");

    private Spoofing() {}

    static Keys to(Keys keys) {
        return keys.with(Value.BOOL, "security.mac_filtering", "security.ipv4_filtering", "security.ipv6_filtering");
    }

    /** Refuses {@code none} without the filter that makes it so, and filters that would not know what to let pass. */
    static void check(Device nic) {
        for (String ip : List.of("ipv4", "ipv6")) {
            boolean filtered = nic.isTrue("security." + ip + "_filtering", false);
            if (nic.value(ip + ".address").equals("none") && !filtered) {
                throw new Wrong("Cannot have " + ip + ".address as none unless using security." + ip + "_filtering");
            }
        }
        if (nic.isTrue("security.ipv4_filtering", false) && !nic.has("ipv4.address")) {
            throw new Wrong("security.ipv4_filtering needs ipv4.address: the address that may be used, or none");
        }
    }

    /** The rules; empty when none are asked for. */
    static Optional<CardFilter> filter(Device nic, Owner owner, Optional<Network> network) {
        boolean v4 = nic.isTrue("security.ipv4_filtering", false);
        boolean v6 = nic.isTrue("security.ipv6_filtering", false);
        if (!v4 && !v6 && !nic.isTrue("security.mac_filtering", false)) {
            return Optional.empty();
        }
        String hwaddr = owner.hwaddr(nic);
        return Optional.of(
                new CardFilter(owner.hostName(nic), hwaddr, v4 ? v4(nic) : null, v6 ? v6(nic, hwaddr, network) : null));
    }

    private static List<String> v4(Device nic) {
        return nic.value("ipv4.address").equals("none") ? List.of() : List.of(nic.value("ipv4.address"));
    }

    /** Its own, its link-local one, and the one that follows from its hardware address on the network (RFC 4291). */
    private static List<String> v6(Device nic, String hwaddr, Optional<Network> network) {
        if (nic.value("ipv6.address").equals("none")) {
            return List.of();
        }
        var own = new ArrayList<String>();
        own.add(text(new BigInteger("fe80", 16).shiftLeft(112), hwaddr));
        if (nic.has("ipv6.address")) {
            own.add(nic.value("ipv6.address"));
        }
        @Nullable
        String subnet = network.map(it -> it.config().get("ipv6.address")).orElse(null);
        Optional.ofNullable(subnet)
                .flatMap(Cidr::of)
                .filter(it -> it.bits() == 128 && it.prefix() == 64)
                .ifPresent(it -> own.add(text(it.address().shiftRight(64).shiftLeft(64), hwaddr)));
        return own.stream().distinct().toList();
    }

    private static String text(BigInteger prefix, String hwaddr) {
        byte[] mac = HexFormat.ofDelimiter(":").parseHex(hwaddr);
        byte[] id = {(byte) (mac[0] ^ 2), mac[1], mac[2], (byte) 0xff, (byte) 0xfe, mac[3], mac[4], mac[5]};
        String all = String.format("%032x", prefix.add(new BigInteger(1, id)));
        var groups = new ArrayList<String>();
        for (int i = 0; i < 32; i += 4) {
            groups.add(Integer.toHexString(Integer.parseInt(all.substring(i, i + 4), 16)));
        }
        return String.join(":", groups);
    }
}
