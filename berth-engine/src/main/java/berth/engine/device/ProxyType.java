package berth.engine.device;

import berth.host.Program;
import berth.host.file.GuestRoot;
import berth.host.file.IdExtent;
import berth.host.file.IdExtents;
import berth.host.process.Relay;
import berth.model.Problem;
import berth.model.Quoted;
import berth.model.Refused;
import berth.spi.Life;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code proxy}: what is connected to on one side is carried to the other, by a process that belongs to the guest's run, or
 * with {@code nat=true} by the kernel's rules. With those a wildcard, which LXD does not take there, is every address of the
 * host: the process is there as well, for the host's loopback, and so that nobody else has the port.
 */
final class ProxyType implements DeviceType {
    private static final Value ADDRESS = ProxyAddress::of;
    private static final Pattern DEV = Pattern.compile(" dev ([a-zA-Z0-9_.-]{1,15}) ");
    private static final Keys KEYS = new Keys()
            .with(ADDRESS, "listen", "connect")
            .with("bind", text -> {
                if (!Set.of("host", "instance", "guest", "container").contains(text)) {
                    throw new Wrong("Invalid binding side given. Must be \"host\" or \"instance\"");
                }
            })
            .with(Value.BOOL, "nat", "proxy_protocol")
            .with("mode", Value.MODE)
            .with(Value.ID, "uid", "gid", "security.uid", "security.gid");

    @Override
    public String name() {
        return "proxy";
    }

    @Override
    public void check(Device proxy) {
        for (String key : List.of("listen", "connect")) {
            Keys.check(key, proxy.value(key), ADDRESS);
        }
        KEYS.check(proxy);
        var listen = listen(proxy);
        var connect = connect(proxy);
        if (connect.count() > listen.count()) {
            throw new Wrong("Mismatch between listen port(s) and connect port(s) count");
        }
        if (!listen.isPath() && (proxy.has("uid") || proxy.has("gid") || proxy.has("mode"))) {
            throw new Wrong("Only proxy devices for non-abstract unix sockets can carry uid, gid, or mode properties");
        }
        boolean nat = proxy.isTrue("nat", false);
        if (proxy.isTrue("proxy_protocol", false) && (nat || !connect.protocol().equals("tcp"))) {
            throw new Wrong("The PROXY header can only be sent to tcp servers in non-nat mode");
        }
        if (nat) {
            checkNat(proxy, listen, connect);
        }
    }

    private static void checkNat(Device proxy, ProxyAddress listen, ProxyAddress connect) {
        if (inside(proxy)) {
            throw new Wrong("Only host-bound proxies can use NAT");
        }
        if (listen.isUnix() || connect.isUnix() || !listen.protocol().equals(connect.protocol())) {
            throw new Wrong("Proxying " + listen.protocol() + " <-> " + connect.protocol()
                    + " is not supported when using NAT");
        }
        if (listen.isV6() != connect.isV6()) {
            throw new Wrong("Cannot mix IP versions between listen and connect in nat mode");
        }
    }

    private static ProxyAddress listen(Device proxy) {
        return ProxyAddress.of(proxy.value("listen"));
    }

    private static ProxyAddress connect(Device proxy) {
        return ProxyAddress.of(proxy.value("connect"));
    }

    private static boolean inside(Device proxy) {
        return proxy.has("bind") && !proxy.value("bind").equals("host");
    }

    private static String id(Device proxy, Owner owner) {
        return owner.instance().id() + "/" + proxy.name();
    }

    @Override
    public void attach(Device proxy, Owner owner, Life life) {
        if (!proxy.isTrue("nat", false)) {
            relay(proxy, owner, life, connect(proxy));
            return;
        }
        var target = natTarget(proxy, owner);
        if (listen(proxy).isWildcard()) {
            relay(proxy, owner, life, target);
        }
        NatRules.put(id(proxy, owner), listen(proxy), target, endTo(target));
    }

    /** The host's interface by which an address is reached. */
    private static String endTo(ProxyAddress target) {
        Matcher dev = DEV.matcher(
                Program.of("ip", "-o", "route", "get", target.host()).run().out());
        return dev.find() ? dev.group(1) : "";
    }

    private static void relay(Device proxy, Owner owner, Life life, ProxyAddress connect) {
        if (Relay.runs(id(proxy, owner))) {
            return;
        }
        if (!Relay.isThere()) {
            throw new Refused(new Problem.Unsupported("berth-proxy was not built on this host, which had no C compiler;"
                    + " use nat=true, or build Berth where there is gcc"));
        }
        try {
            Relay.start(id(proxy, owner), life.pid(), life.startTicks(), task(proxy, life, connect));
        } catch (Program.Failed failed) {
            throw Refused.failed("Failed to start device " + Quoted.of(proxy.name()) + ": "
                    + failed.complaint().strip());
        }
    }

    /** What an id of the guest is on the host. */
    private static long outside(Device proxy, String key, List<IdExtent> map, long id) {
        return IdExtents.shown(map, id)
                .orElseThrow(() -> Refused.invalid("Failed to start device " + Quoted.of(proxy.name()) + ": " + key
                        + " " + id + " is none of the guest's ids"));
    }

    private static Relay.Task task(Device proxy, Life life, ProxyAddress connect) {
        long user = number(proxy, "uid", 10, 0);
        long group = number(proxy, "gid", 10, 0);
        if (inside(proxy)) {
            try (GuestRoot root = GuestRoot.of(life.pid(), life.startTicks())) {
                user = outside(proxy, "uid", root.ids().users(), user);
                group = outside(proxy, "gid", root.ids().groups(), group);
            }
        }
        var listen = listen(proxy);
        var pairs = new ArrayList<String>();
        for (int i = 0; i < listen.count(); i++) {
            pairs.add(listen.at(i));
            pairs.add(connect.at(i));
        }
        return new Relay.Task(
                inside(proxy),
                proxy.isTrue("proxy_protocol", false),
                user,
                group,
                (int) number(proxy, "mode", 8, 0644),
                number(proxy, "security.uid", 10, 0),
                number(proxy, "security.gid", 10, 0),
                pairs);
    }

    private static long number(Device proxy, String key, int base, long otherwise) {
        return proxy.has(key) ? Long.parseLong(proxy.value(key), base) : otherwise;
    }

    /** A wildcard stands for the address that a card of the instance has for good. */
    private static ProxyAddress natTarget(Device proxy, Owner owner) {
        var connect = connect(proxy);
        String key = connect.isV6() ? "ipv6.address" : "ipv4.address";
        List<String> own = owner.all().stream()
                .filter(it -> it.is("nic") && it.has(key) && !it.value(key).equals("none"))
                .flatMap(it -> Value.items(it.value(key)).stream())
                .map(CardWires::bare)
                .toList();
        if (own.isEmpty()) {
            throw Refused.invalid("Failed to start device " + Quoted.of(proxy.name()) + ": Instance has no static "
                    + (connect.isV6() ? "IPv6" : "IPv4") + " address assigned to be used as the connect IP");
        }
        if (connect.isWildcard()) {
            return new ProxyAddress(connect.protocol(), own.getFirst(), connect.ports());
        }
        if (!own.contains(connect.host())) {
            throw Refused.invalid("Failed to start device " + Quoted.of(proxy.name())
                    + ": Proxy connect IP cannot be used" + " with any of the instance NICs static IPs");
        }
        return connect;
    }

    @Override
    public void detach(Device proxy, Owner owner) {
        if (proxy.isTrue("nat", false)) {
            NatRules.remove(id(proxy, owner));
        }
        Relay.end(id(proxy, owner));
        var listen = listen(proxy);
        if (listen.isPath() && !inside(proxy)) {
            removeSocket(Path.of(listen.host()));
        }
    }

    private static void removeSocket(Path path) {
        try {
            boolean socket = Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    && Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                            .isOther();
            if (socket) {
                Files.deleteIfExists(path);
            }
        } catch (IOException gone) {
            // whoever else removed it did what was wanted
        }
    }
}
