package berth.cli;

import static berth.cli.Catalogue.entry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands about networks. */
final class NetworkChapter {
    private NetworkChapter() {}

    static List<Entry> entries() {
        return List.of(
                entry("network list", "ls", "", "List networks", "berth network list", List.of(Listing.FORMAT)),
                entry("network show", "", "<network>", "Show a network as YAML", "berth network show lan"),
                entry(
                        "network info",
                        "",
                        "<network>",
                        "Show the addresses and the traffic of a network",
                        "berth network info lan"),
                entry(
                        "network create",
                        "",
                        "<network> [<key>=<value>...]",
                        "Make a network",
                        "berth network create lan ipv4.address=10.20.0.1/24 ipv6.address=none",
                        List.of(Flag.one("type", 't', "TYPE", "its type (default: bridge)"))),
                entry("network delete", "rm", "<network>", "Delete a network", "berth network delete lan"),
                entry(
                        "network rename",
                        "mv",
                        "<network> <new-name>",
                        "Rename a network",
                        "berth network rename lan lab"),
                entry(
                        "network edit",
                        "",
                        "<network>",
                        "Change a network in an editor or from the input",
                        "berth network edit lan"),
                entry("network get", "", "<network> <key>", "Show one key", "berth network get lan ipv4.address"),
                entry(
                        "network set",
                        "",
                        "<network> <key>=<value>...",
                        "Set configuration keys",
                        "berth network set lan ipv4.nat=true"),
                entry("network unset", "", "<network> <key>", "Remove a key", "berth network unset lan ipv4.nat"),
                entry(
                        "network list-leases",
                        "",
                        "<network>",
                        "List who has which address",
                        "berth network list-leases lan",
                        List.of(Listing.FORMAT)),
                entry(
                        "network attach",
                        "",
                        "<network> <instance> [<device>] [<interface>]",
                        "Connect an instance to a network",
                        "berth network attach lan web1 eth1"),
                entry(
                        "network attach-profile",
                        "",
                        "<network> <profile> [<device>] [<interface>]",
                        "Connect all instances with a profile to a network",
                        "berth network attach-profile lan default eth0"),
                entry(
                        "network detach",
                        "",
                        "<network> <instance> [<device>]",
                        "Disconnect an instance from a network",
                        "berth network detach lan web1"),
                entry(
                        "network detach-profile",
                        "",
                        "<network> <profile> [<device>]",
                        "Disconnect a profile from a network",
                        "berth network detach-profile lan default"));
    }

    static @Nullable Command make(String path) {
        return switch (path) {
            case "network list" -> new Networks();
            case "network show" -> new ShowObject(Kind.NETWORK);
            case "network info" -> new Networks.Info();
            case "network create" -> new CreateObject(Kind.NETWORK);
            case "network delete" -> new DeleteObject(Kind.NETWORK);
            case "network rename" -> new Rename(Kind.NETWORK);
            case "network edit" -> new EditObject(Kind.NETWORK);
            case "network get" -> new GetKey(Kind.NETWORK);
            case "network set" -> new SetKeys(Kind.NETWORK, false);
            case "network unset" -> new SetKeys(Kind.NETWORK, true);
            case "network list-leases" -> new Networks.Leases();
            case "network attach" -> new AttachNetwork(Kind.INSTANCE, true);
            case "network attach-profile" -> new AttachNetwork(Kind.PROFILE, true);
            case "network detach" -> new AttachNetwork(Kind.INSTANCE, false);
            case "network detach-profile" -> new AttachNetwork(Kind.PROFILE, false);
            default -> null;
        };
    }
}
