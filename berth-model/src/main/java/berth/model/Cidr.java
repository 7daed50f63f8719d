package berth.model;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An address with the length of its network's prefix: {@code 10.0.0.1/24}, {@code fd42::1/64}.
 *
 * @param address the whole address as a number, host part included
 * @param bits 32 or 128
 * @param prefix 0 to {@code bits}
 */
public record Cidr(BigInteger address, int bits, int prefix) {
    private static final Pattern V4 = Pattern.compile("(?:[0-9]{1,3}\\.){3}[0-9]{1,3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");

    /** Reads {@code address/prefix}; empty for anything else. Asks no name server. */
    public static Optional<Cidr> of(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(text.substring(slash + 1));
        return address(text.substring(0, slash))
                .filter(host -> prefix <= host.bits)
                .map(host -> new Cidr(host.address, host.bits, prefix));
    }

    /** Reads an address alone, with the longest prefix; empty for anything else. Asks no name server. */
    public static Optional<Cidr> address(String text) {
        try {
            InetAddress address;
            if (V4.matcher(text).matches()) {
                address = Inet4Address.ofLiteral(text);
            } else if (text.contains(":") && V6.matcher(text).matches()) {
                address = Inet6Address.ofLiteral(text);
            } else {
                return Optional.empty();
            }
            byte[] bytes = address.getAddress();
            boolean mapped = bytes.length == 4 && text.contains(":");
            return mapped
                    ? Optional.empty()
                    : Optional.of(new Cidr(new BigInteger(1, bytes), bytes.length * 8, bytes.length * 8));
        } catch (IllegalArgumentException notOne) {
            return Optional.empty();
        }
    }

    /** Whether the two networks share an address. */
    public boolean overlaps(Cidr other) {
        if (bits != other.bits) {
            return false;
        }
        int shift = bits - Math.min(prefix, other.prefix);
        return address.shiftRight(shift).equals(other.address.shiftRight(shift));
    }

    /** Whether the host part is all zero: a network, not a host in it. */
    public boolean isNetwork() {
        return prefix < bits - 1 && address.getLowestSetBit() >= bits - prefix || address.signum() == 0;
    }
}
