package berth.driver.bridge;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An address with the length of its network's prefix, as in {@code 10.1.2.1/24}. Never asks a name server.
 *
 * @param prefix 0 to 32, or 0 to 128
 */
record Cidr(InetAddress address, int prefix) {
    private static final Pattern V4 = Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");

    /** The address that the text spells, of either family, if it spells one. */
    static Optional<InetAddress> ip(String text) {
        try {
            if (V4.matcher(text).matches()) {
                return Optional.of(Inet4Address.ofLiteral(text));
            }
            if (V6.matcher(text).matches() && text.indexOf(':') >= 0) {
                InetAddress address = Inet6Address.ofLiteral(text);
                return address instanceof Inet6Address ? Optional.of(address) : Optional.empty();
            }
            return Optional.empty();
        } catch (IllegalArgumentException notOne) {
            return Optional.empty();
        }
    }

    /** The network that the text spells, if it spells one. */
    static Optional<Cidr> of(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("0|[1-9][0-9]{0,2}")) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(text.substring(slash + 1));
        return ip(text.substring(0, slash)).filter(it -> prefix <= bits(it)).map(it -> new Cidr(it, prefix));
    }

    boolean isV6() {
        return address instanceof Inet6Address;
    }

    /** The network's own address. */
    InetAddress first() {
        return address(number(address).andNot(hostMask()));
    }

    /** The network's highest address; of IPv4 the broadcast. */
    InetAddress last() {
        return address(number(address).or(hostMask()));
    }

    /** The n-th address counted from the network's own, negative from one beyond its last. */
    InetAddress at(long n) {
        BigInteger base = n >= 0 ? number(first()) : number(last()).add(BigInteger.ONE);
        return address(base.add(BigInteger.valueOf(n)));
    }

    boolean contains(InetAddress other) {
        if (other.getAddress().length != address.getAddress().length) {
            return false;
        }
        return number(other).andNot(hostMask()).equals(number(first()));
    }

    boolean overlaps(Cidr other) {
        return isV6() == other.isV6() && (prefix <= other.prefix ? contains(other.address) : other.contains(address));
    }

    /** The network as nft and ip spell it: {@code 10.1.2.0/24}. */
    String network() {
        return text(first()) + "/" + prefix;
    }

    @Override
    public String toString() {
        return text(address) + "/" + prefix;
    }

    /** An address as everybody spells it (RFC 5952 for IPv6), without scope. */
    static String text(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return address.getHostAddress();
        }
        var groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
        }
        int from = -1;
        int longest = 1;
        for (int i = 0; i < 8; i++) {
            int n = 0;
            while (i + n < 8 && groups[i + n] == 0) {
                n++;
            }
            if (n > longest) {
                from = i;
                longest = n;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == from) {
                text.append("::");
                i += longest - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    static int compare(InetAddress a, InetAddress b) {
        return number(a).compareTo(number(b));
    }

    private BigInteger hostMask() {
        return BigInteger.ONE.shiftLeft(bits(address) - prefix).subtract(BigInteger.ONE);
    }

    private static int bits(InetAddress address) {
        return address.getAddress().length * 8;
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }

    private InetAddress address(BigInteger number) {
        byte[] bytes = new byte[address.getAddress().length];
        byte[] all = number.toByteArray();
        int length = Math.min(all.length, bytes.length);
        System.arraycopy(all, all.length - length, bytes, bytes.length - length, length);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
