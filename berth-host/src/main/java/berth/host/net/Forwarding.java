package berth.host.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this host passes packets on, and what it believes nevertheless. Throws {@link UncheckedIOException}. */
public final class Forwarding {
    private static final String EACH = "ipv6/conf/";
    private static final String ALL = EACH + "all/forwarding";

    private Forwarding() {}

    /** IPv4 is passed on from now on. */
    public static void v4() {
        Sysctl.set("ipv4/ip_forward", "1");
    }

    /**
     * IPv6 is passed on from now on. A host that does so ignores advertisements of routers unless told otherwise: interfaces
     * that believed them go on doing so, all but one.
     *
     * @param except the interface whose advertisements are not believed; may be empty
     */
    public static void v6(String except) {
        if (!Sysctl.read(ALL).equals("1")) {
            keepBelievingRouters(except);
        }
        Sysctl.set(ALL, "1");
    }

    /** What comes in by that interface is passed on, whatever the others do. */
    public static void by(String interfaceName) {
        Sysctl.set("ipv4/conf/" + interfaceName + "/forwarding", "1");
        if (!Sysctl.read(EACH + interfaceName + "/forwarding").isEmpty()) {
            Sysctl.set(EACH + interfaceName + "/forwarding", "1");
        }
    }

    /** Neighbours of an interface that look for addresses which others hold for us can be answered. */
    public static void answerNeighbours(String interfaceName) {
        Sysctl.set(EACH + interfaceName + "/proxy_ndp", "1");
    }

    private static void keepBelievingRouters(String except) {
        try (var all = Files.list(Sysctl.path(EACH))) {
            for (Path one : all.toList()) {
                String name = one.getFileName().toString();
                String believes = EACH + name + "/accept_ra";
                if (!name.equals(except)
                        && !name.equals("lo")
                        && Sysctl.read(believes).equals("1")) {
                    Sysctl.set(believes, "2");
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
