package berth.host.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this host passes packets on, and what it believes nevertheless. Throws {@link UncheckedIOException}. */
public final class Forwarding {
    private static final Path SYSCTL = Path.of("/proc/sys/net");

    private Forwarding() {}

    /** IPv4 is passed on from now on. */
    public static void v4() {
        set(SYSCTL.resolve("ipv4/ip_forward"), "1");
    }

    /**
     * IPv6 is passed on from now on. A host that does so ignores advertisements of routers unless told otherwise: interfaces
     * that believed them go on doing so, all but one.
     *
     * @param except the interface whose advertisements are not believed; may be empty
     */
    public static void v6(String except) {
        Path all = SYSCTL.resolve("ipv6/conf/all/forwarding");
        if (!read(all).equals("1")) {
            keepBelievingRouters(except);
        }
        set(all, "1");
    }

    /** Neighbours of an interface that look for addresses which others hold for us can be answered. */
    public static void answerNeighbours(String interfaceName) {
        set(SYSCTL.resolve("ipv6/conf").resolve(interfaceName).resolve("proxy_ndp"), "1");
    }

    private static void keepBelievingRouters(String except) {
        try (var all = Files.list(SYSCTL.resolve("ipv6/conf"))) {
            for (Path one : all.toList()) {
                String name = one.getFileName().toString();
                if (!name.equals(except)
                        && !name.equals("lo")
                        && read(one.resolve("accept_ra")).equals("1")) {
                    set(one.resolve("accept_ra"), "2");
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String read(Path sysctl) {
        try {
            return Files.readString(sysctl).strip();
        } catch (IOException gone) {
            return "";
        }
    }

    private static void set(Path sysctl, String value) {
        if (read(sysctl).equals(value)) {
            return;
        }
        try {
            Files.writeString(sysctl, value);
        } catch (IOException refused) {
            throw new UncheckedIOException("cannot write " + value + " to " + sysctl + ": " + refused, refused);
        }
    }
}
