package berth.engine.device;

import berth.model.Cidr;
import berth.model.Quoted;
import java.util.ArrayList;
import java.util.List;

/**
 * One side of a proxy: {@code tcp:1.2.3.4:80-82,90}, {@code udp:[::1]:53}, {@code unix:/path}, {@code unix:@name}.
 *
 * @param protocol {@code tcp}, {@code udp} or {@code unix}
 * @param host the address, v6 without brackets; of a unix socket its name
 * @param ports in their order; none for a unix socket
 */
record ProxyAddress(String protocol, String host, List<Integer> ports) {
    private static final int MOST_PORTS = 1000;

    /** Reads it; refuses in LXD's words. */
    static ProxyAddress of(String text) {
        int colon = text.indexOf(':');
        String protocol = colon < 0 ? text : text.substring(0, colon);
        if (!List.of("tcp", "udp", "unix").contains(protocol)) {
            throw new Wrong("Unknown protocol type " + Quoted.of(protocol));
        }
        String rest = colon < 0 ? "" : text.substring(colon + 1);
        if (protocol.equals("unix")) {
            if (!rest.matches("@.+|/.+") || List.of(rest.split("/")).contains("..") || rest.length() > 100) {
                throw new Wrong("Not an absolute path or an abstract name of a unix socket " + Quoted.of(rest));
            }
            return new ProxyAddress(protocol, rest, List.of());
        }
        int end = rest.lastIndexOf(':');
        boolean bracketed = rest.startsWith("[");
        if (end < 0 || bracketed && !rest.contains("]:")) {
            throw new Wrong("address " + rest + ": missing port in address");
        }
        String host = rest.substring(0, end);
        if (!bracketed && host.contains(":")) {
            throw new Wrong("address " + rest + ": too many colons in address");
        }
        String plain = bracketed ? host.substring(1, host.length() - 1) : host;
        if (Cidr.address(plain).filter(it -> (it.bits() == 128) == bracketed).isEmpty()) {
            throw new Wrong("Not an IP address " + Quoted.of(plain));
        }
        return new ProxyAddress(protocol, plain, portsOf(rest.substring(end + 1)));
    }

    private static List<Integer> portsOf(String text) {
        var ports = new ArrayList<Integer>();
        for (String range : text.split(",", -1)) {
            String[] ends = range.split("-", -1);
            if (ends.length > 2 || !ends[0].matches("[0-9]{1,5}") || !ends[ends.length - 1].matches("[0-9]{1,5}")) {
                throw new Wrong("Invalid port number " + Quoted.of(range));
            }
            int from = Integer.parseInt(ends[0]);
            int to = Integer.parseInt(ends[ends.length - 1]);
            if (from < 1 || to > 65_535 || to < from) {
                throw new Wrong("Invalid port range " + Quoted.of(range));
            }
            for (int port = from; port <= to; port++) {
                ports.add(port);
            }
            if (ports.size() > MOST_PORTS) {
                throw new Wrong("more than " + MOST_PORTS + " ports: " + Quoted.of(text));
            }
        }
        return List.copyOf(ports);
    }

    boolean isUnix() {
        return protocol.equals("unix");
    }

    /** Whether it is a unix socket with a name in the file system. */
    boolean isPath() {
        return isUnix() && host.startsWith("/");
    }

    boolean isV6() {
        return host.contains(":");
    }

    /** Whether it stands for all addresses. */
    boolean isWildcard() {
        return !isUnix()
                && Cidr.address(host).filter(it -> it.address().signum() == 0).isPresent();
    }

    /** How many connections it stands for. */
    int count() {
        return isUnix() ? 1 : ports.size();
    }

    /** One of them, as text. */
    String at(int index) {
        return isUnix()
                ? "unix:" + host
                : protocol + ":" + (isV6() ? "[" + host + "]" : host) + ":"
                        + ports.get(Math.min(index, ports.size() - 1));
    }
}
