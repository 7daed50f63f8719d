package berth.spec;

import berth.model.wanted.GuestFile;
import berth.model.wanted.Kept;
import berth.model.wanted.Origin;
import berth.spec.yaml.Tree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads {@code systemd:} of the site and {@code guest.systemd:}: networkd's units and nspawn's settings, in NixOS' spelling.
 * What they mean for a container here is done; for all else it is said why not.
 */
final class SystemdSection {
    private static final Map<String, String> KINDS =
            Map.of("networks", "network", "netdevs", "netdev", "links", "link");
    private static final String UNITS = "/etc/systemd/network/";

    /** Settings of nspawn with another word here, or with none. */
    private static final Map<String, String> INSTEAD = Map.ofEntries(
            Map.entry("Ephemeral", "write ephemeral: true of the guest"),
            Map.entry("Environment", "write config: { environment.NAME: VALUE } of the guest"),
            Map.entry("Hostname", "a guest is called by its name here"),
            Map.entry("User", "a guest is a whole system here: its first process is root's"),
            Map.entry("Parameters", "a guest is a whole system here: its first process is its init"),
            Map.entry("ProcessTwo", "a guest is a whole system here: its first process is its init"),
            Map.entry("Capability", "write config: { raw.lxc: … } of the guest"),
            Map.entry("DropCapability", "write config: { raw.lxc: … } of the guest"),
            Map.entry("SystemCallFilter", "write config: { security.syscalls.deny: … } of the guest"),
            Map.entry("CPUAffinity", "write cpus: of the guest"),
            Map.entry("LinkJournal", "there is no journal of the host that a guest writes to"),
            Map.entry("ResolvConf", "write network.dns of the guest"),
            Map.entry("Timezone", "the guest's own /etc/localtime counts; put it in by guest.files"),
            Map.entry("Bind", "write bindMounts of the guest"),
            Map.entry("BindReadOnly", "write bindMounts of the guest"),
            Map.entry("Volatile", "write ephemeral: true of the guest"),
            Map.entry("Zone", "write network.zone of the guest"),
            Map.entry("Bridge", "write network.bridge of the guest"),
            Map.entry("Port", "write forwardPorts of the guest"),
            Map.entry("VirtualEthernet", "write network.veth of the guest"),
            Map.entry("Private", "write network of the guest"));

    private final Findings findings;
    private final SortedMap<String, SortedMap<String, SortedMap<String, String>>> cards = new TreeMap<>();
    private final SortedMap<String, Origin> places = new TreeMap<>();

    SystemdSection(Findings findings) {
        this.findings = findings;
    }

    /** Reads the site's: networkd's units of the host are kept, nspawn's settings go to their guests. */
    void site(Tree tree) {
        if (!(Later.SYSTEMD.read(tree, "systemd", findings).orElse(null) instanceof Kept.Keys(var keys))) {
            return;
        }
        Kept network = keys.get("network");
        if (network != null) {
            findings.keep("systemd", new Kept.Keys(new TreeMap<>(Map.of("network", network))));
        }
        if (keys.get("nspawn") instanceof Kept.Keys(var guests)) {
            guests.forEach((guest, settings) -> {
                String path = "systemd.nspawn." + Findings.shown(guest);
                Origin at = findings.origin(path, tree.at());
                places.put(guest, at);
                if (settings instanceof Kept.Keys(var sections)) {
                    sections.forEach((name, section) -> section(guest, name, section, path + "." + name, at));
                }
            });
        }
    }

    private void section(String guest, String name, Kept section, String path, Origin at) {
        if (name.equals("enable") || !(section instanceof Kept.Keys(var keys))) {
            return;
        }
        keys.forEach((key, value) -> {
            String where = path + "." + key;
            boolean boot = key.equals("Boot") && value.equals(new Kept.Text("true"));
            if (name.equals("networkConfig") && (key.equals("MACVLAN") || key.equals("Interface"))) {
                words(value).forEach(word -> card(guest, key, word, where, at));
            } else if (!boot) {
                findings.error(
                        findings.origin(where, at),
                        where,
                        "has no meaning here: " + INSTEAD.getOrDefault(key, "no key of a guest stands for it"));
            }
        });
    }

    private static List<String> words(Kept value) {
        return switch (value) {
            case Kept.Text(String text) -> List.of(text.strip().split("\\s+"));
            case Kept.Items(List<Kept> items) ->
                items.stream().flatMap(it -> words(it).stream()).toList();
            case Kept.Keys _ -> List.of();
        };
    }

    /** A card of the host's, or one beside it; {@code NAME:INSIDE} says how it is called inside. */
    private void card(String guest, String key, String word, String path, Origin at) {
        String[] parts = word.split(":", 2);
        findings.made(findings.origin(path, at), path, () -> Value.IFACE.normal(parts[0]))
                .ifPresent(parent -> {
                    boolean macvlan = key.equals("MACVLAN");
                    String name = parts.length > 1 ? parts[1] : macvlan ? InterfaceName.of("mv-", parent) : parent;
                    cards.computeIfAbsent(guest, _ -> new TreeMap<>())
                            .put(
                                    name,
                                    new TreeMap<>(Map.of(
                                            "type",
                                            "nic",
                                            "nictype",
                                            macvlan ? "macvlan" : "physical",
                                            "name",
                                            name,
                                            "parent",
                                            parent)));
                });
    }

    /** Gives a guest the cards that nspawn's settings say. */
    void give(String guest, Fields fields, SortedMap<String, SortedMap<String, String>> devices) {
        cards.getOrDefault(guest, new TreeMap<>()).forEach((name, card) -> {
            if (devices.putIfAbsent(name, card) != null) {
                findings.error(
                        fields.at("devices"),
                        fields.path("devices." + name),
                        "is said twice: by systemd.nspawn." + guest + " as well");
            }
        });
    }

    /** Settings of guests that there are not. */
    void check(Collection<String> guests) {
        var left = new TreeSet<>(places.keySet());
        left.removeAll(guests);
        left.forEach(it -> findings.error(
                places.getOrDefault(it, new Origin("", 1, 1)),
                "systemd.nspawn." + Findings.shown(it),
                "there is no guest of that name." + findings.hint(it, guests)));
    }

    /** The files that networkd's units of a guest are inside, with those that it has already. */
    List<GuestFile> guest(Fields guest, List<GuestFile> files) {
        var all = new TreeMap<String, GuestFile>();
        files.forEach(it -> all.put(it.path(), it));
        String path = guest.path("systemd");
        Tree tree = guest.any("systemd").orElse(null);
        if (tree == null || !(Later.SYSTEMD.read(tree, path, findings).orElse(null) instanceof Kept.Keys(var keys))) {
            return files;
        }
        if (keys.containsKey("nspawn")) {
            findings.error(guest.at("systemd"), path + ".nspawn", "is said of the site: systemd.nspawn.NAME");
        }
        if (keys.get("network") instanceof Kept.Keys(var network)) {
            network.forEach((kind, units) -> {
                if (!KINDS.containsKey(kind)) {
                    findings.later(guest.at("systemd"), path + ".network." + kind, "not supported yet");
                } else if (units instanceof Kept.Keys(var named)) {
                    named.forEach((name, unit) -> unit(kind, name, unit, path + ".network." + kind + "." + name, guest)
                            .ifPresent(file -> {
                                if (all.putIfAbsent(file.path(), file) != null) {
                                    findings.error(
                                            guest.at("systemd"), path, file.path() + " is said by guest.files as well");
                                }
                            }));
                }
            });
        }
        return new ArrayList<>(all.values());
    }

    private Optional<GuestFile> unit(String kind, String name, Kept kept, String path, Fields guest) {
        if (!(kept instanceof Kept.Keys keys) || NetworkdUnit.isOff(keys)) {
            return Optional.empty();
        }
        Origin at = findings.origin(path, guest.at("systemd"));
        if (!name.matches("[A-Za-z0-9@_.-]{1,200}")) {
            findings.error(at, path, "is no name for a unit: letters, digits, @ . _ -");
            return Optional.empty();
        }
        var unit = NetworkdUnit.of(keys);
        unit.unknown().ifPresent(it -> findings.later(at, path + "." + it, "not supported yet"));
        return Optional.of(new GuestFile(
                UNITS + name + "." + KINDS.get(kind), new GuestFile.Content.Text(unit.text()), 0644, 0, 0));
    }
}
