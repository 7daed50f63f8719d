package berth.driver.bridge;

import berth.spi.NetworkDriver.Host;
import berth.spi.NetworkDriver.Lease;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All addresses on a network in LXD's order: gateways, fixed ones, those handed out. */
final class Leases {
    private Leases() {}

    static List<Lease> of(BridgeSettings settings, List<Host> hosts, LeaseFile file) {
        var leases = new ArrayList<Lease>();
        for (var family : List.of(settings.v4(), settings.v6())) {
            family.address()
                    .ifPresent(it ->
                            leases.add(new Lease(settings.name() + ".gw", "", Cidr.text(it.address()), "gateway")));
        }
        Set<String> listed = new HashSet<>();
        for (Host host : hosts) {
            fixed(leases, listed, host, host.ipv4());
            fixed(leases, listed, host, host.ipv6());
        }
        for (LeaseFile.Entry entry : file.entries()) {
            if (listed.add(entry.address())) {
                leases.add(new Lease(hostname(entry, hosts), hwaddr(entry, hosts), entry.address(), "dynamic"));
            }
        }
        for (Host host : hosts) {
            ownAddress(settings, host)
                    .filter(it -> host.ipv6() == null && listed.add(it))
                    .ifPresent(it -> leases.add(new Lease(host.hostname(), host.hwaddr(), it, "dynamic")));
        }
        return leases;
    }

    private static void fixed(List<Lease> leases, Set<String> listed, Host host, @Nullable String address) {
        if (address != null && !address.isEmpty() && !address.equals("none") && listed.add(address)) {
            leases.add(new Lease(host.hostname(), host.hwaddr(), address, "static"));
        }
    }

    private static String hostname(LeaseFile.Entry entry, List<Host> hosts) {
        return hosts.stream()
                .filter(it -> it.hwaddr().equalsIgnoreCase(entry.hwaddr()))
                .findFirst()
                .map(Host::hostname)
                .orElse(entry.hostname());
    }

    private static String hwaddr(LeaseFile.Entry entry, List<Host> hosts) {
        return hosts.stream()
                .filter(it -> entry.hwaddr().isEmpty() && it.hostname().equals(entry.hostname()))
                .findFirst()
                .map(Host::hwaddr)
                .orElse(entry.hwaddr());
    }

    /** What a card makes of the advertised prefix and its hardware address (EUI-64, RFC 4291 appendix A). */
    private static Optional<String> ownAddress(BridgeSettings settings, Host host) {
        return settings.v6()
                .address()
                .filter(it -> it.prefix() == 64
                        && !(settings.stateful() && settings.v6().dhcp()))
                .map(it -> {
                    byte[] bytes = it.first().getAddress();
                    byte[] mac =
                            HexFormat.ofDelimiter(":").parseHex(host.hwaddr().toLowerCase(Locale.ROOT));
                    byte[] id = {(byte) (mac[0] ^ 2), mac[1], mac[2], (byte) 0xff, (byte) 0xfe, mac[3], mac[4], mac[5]};
                    System.arraycopy(id, 0, bytes, 8, 8);
                    return text(bytes);
                });
    }

    private static String text(byte[] address) {
        try {
            return Cidr.text(InetAddress.getByAddress(address));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
