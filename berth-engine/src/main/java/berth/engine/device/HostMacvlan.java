package berth.engine.device;

import berth.host.Program;
import berth.host.net.Forwarding;
import berth.host.net.Link;
import berth.host.net.Links;
import berth.host.net.OwnHwaddr;
import berth.model.Quoted;
import berth.model.Refused;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The host's own card beside one of its interfaces: by it the host and guests with cards beside that interface reach one
 * another, which by the interface itself they cannot. It is there as long as a guest runs whose card asks for it; each such
 * card is written on it as a further name, and the last one that goes takes it away. Its hardware address follows from its name, and
 * tells that it is ours.
 */
final class HostMacvlan {
    private static final String FOR = "berth-for-";

    private HostMacvlan() {}

    /** Whether a card asks for it. */
    static boolean wanted(Device nic) {
        return nic.has("ipv4.host_address") || nic.has("ipv6.host_address");
    }

    /** Makes it, or joins those that it is there for. Refuses when the name is another interface's. */
    static synchronized void put(Device nic, Owner owner) {
        String name = nic.value("host_name");
        String parent = nic.value("parent");
        Optional<Link> there = Links.find(name);
        String shown = there.isEmpty() ? "" : shown(name);
        if (there.isEmpty()) {
            ip(
                    "link",
                    "add",
                    "link",
                    parent,
                    "name",
                    name,
                    "address",
                    OwnHwaddr.of("macvlan", name),
                    "type",
                    "macvlan",
                    "mode",
                    "bridge");
        } else if (!isOurs(there.get()) || !shown.contains(" " + name + "@" + parent + ":")) {
            throw Refused.invalid("Failed to start device " + Quoted.of(nic.name()) + ": the host has an interface "
                    + Quoted.of(name) + " already, which is no card of Berth's beside " + Quoted.of(parent)
                    + "; choose another host_name");
        }
        if (!shown.contains(mark(nic, owner))) {
            ip("link", "property", "add", "dev", name, "altname", mark(nic, owner));
        }
        for (String family : List.of("ipv4", "ipv6")) {
            for (String address : CardWires.own(nic, family + ".host_address")) {
                if (family.equals("ipv4")) {
                    ip("address", "replace", address, "dev", name);
                } else {
                    ip("address", "replace", address, "dev", name, "nodad");
                }
            }
        }
        ip("link", "set", "dev", name, "up");
        CardWires.change(() -> Forwarding.by(name));
    }

    /** It is there for that card no more. May be called twice. */
    static synchronized void remove(Device nic, Owner owner) {
        String name = nic.value("host_name");
        if (Links.find(name).filter(HostMacvlan::isOurs).isEmpty()) {
            return;
        }
        if (shown(name).contains(mark(nic, owner))) {
            ip("link", "property", "del", "dev", name, "altname", mark(nic, owner));
        }
        if (!shown(name).contains(FOR)) {
            Links.delete(name);
        }
    }

    private static boolean isOurs(Link link) {
        return link.hwaddr().equals(OwnHwaddr.of("macvlan", link.name()));
    }

    private static String shown(String name) {
        return Program.of("ip", "-o", "link", "show", "dev", name).must().out();
    }

    private static void ip(String... words) {
        Program.of("ip", words).must();
    }

    private static String mark(Device nic, Owner owner) {
        return FOR + hash(owner.instance().id() + "/" + nic.name());
    }

    private static String hash(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "")
                .substring(0, 16);
    }
}
