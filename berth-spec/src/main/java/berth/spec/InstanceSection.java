package berth.spec;

import berth.model.Effective;
import berth.model.InstanceName;
import berth.model.InstanceOptions;
import berth.model.Kind;
import berth.model.PoolName;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.wanted.GuestSystem;
import berth.model.wanted.Kept;
import berth.model.wanted.Need;
import berth.model.wanted.OnDrift;
import berth.model.wanted.Origin;
import berth.model.wanted.Protection;
import berth.model.wanted.WantedInstance;
import berth.model.wanted.WantedProfile;
import berth.spec.yaml.Tree;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code instances:}; the profiles, pools and networks of the site are known by then. */
final class InstanceSection {
    private static final Shape INSTANCE = Shape.of(
                    "kind",
                    "type",
                    "was",
                    "host",
                    "reset",
                    "image",
                    "path",
                    "system-config",
                    "nixpkgs",
                    "sharedNix",
                    "profiles",
                    "config",
                    "devices",
                    "description",
                    "network",
                    "names",
                    "memory",
                    "cpus",
                    "guest",
                    "needs",
                    "activation",
                    "health",
                    "update",
                    "snapshots",
                    "protect",
                    "on-drift",
                    "ephemeral",
                    "forwardPorts",
                    "bindMounts",
                    "userns",
                    "credentials")
            .later(Later.INSTANCE)
            .printed(
                    "architecture",
                    "stateful",
                    "name",
                    "created_at",
                    "last_used_at",
                    "location",
                    "project",
                    "status",
                    "status_code",
                    "expanded_config",
                    "expanded_devices");
    private static final Shape GUEST = Shape.of("files", "systemd");
    private static final Shape ACTIVATION =
            Shape.of("autoStart", "stopTimeout", "strategy", "reloadScript").later(Later.ACTIVATION);
    private static final Shape NEED = Shape.of("instance", "state");
    private static final String DEFAULT = "default";

    private final Findings findings;
    private final ProfileSection shared;
    private final Map<ProfileName, WantedProfile> profiles;
    private final Set<PoolName> pools;
    private final NetworkSection networks;
    private final SystemdSection systemd;

    InstanceSection(
            Findings findings,
            Map<ProfileName, WantedProfile> profiles,
            Set<PoolName> pools,
            NetworkSection networks,
            SystemdSection systemd,
            OnDrift ofSite) {
        this.findings = findings;
        this.shared = new ProfileSection(findings, ofSite);
        this.profiles = profiles;
        this.pools = pools;
        this.networks = networks;
        this.systemd = systemd;
    }

    WantedInstance instance(String name, Tree.Entry entry, String path) {
        var mapping = findings.mapping(entry.value(), path).orElse(new Tree.Mapping(entry.at(), List.of()));
        var fields = new Fields(mapping, path, INSTANCE, findings);
        Kind kind =
                kind(fields, "kind").or(() -> kind(fields, "type")).orElse(Kind.CONTAINER); // type: as daemons print it
        String image = image(fields, entry.at());
        GuestSystem system = system(fields);
        List<ProfileName> chosen = profiles(fields);
        SortedMap<String, String> config = shared.config(fields, it -> InstanceOptions.check(kind, it));
        String names = networks.names(fields);
        if (!names.isEmpty()) {
            shared.put(config, NetworkSection.NAMES, names, fields, "names");
        }
        SortedMap<String, SortedMap<String, String>> devices = shared.devices(fields);
        var shortForms = new ShortForms(findings, shared);
        shortForms.mounts(fields, devices);
        shortForms.users(fields, config);
        systemd.give(name, fields, devices);
        place(name, fields, kind, chosen, devices);
        var activation = new Fields(
                fields.mapping("activation").orElse(new Tree.Mapping(fields.at("activation"), List.of())),
                fields.path("activation"),
                ACTIVATION,
                findings);
        boolean autoStart = activation(fields, activation, chosen, config);
        Set<Protection> protect =
                new HostSections(findings, OnDrift.UNSAID).protect(fields, EnumSet.allOf(Protection.class));
        if (protect.contains(Protection.DELETE)) {
            shared.put(config, "security.protection.delete", "true", fields, "protect");
        }
        var guest = fields.mapping("guest").map(keys -> new Fields(keys, fields.path("guest"), GUEST, findings));
        var files = guest.flatMap(keys -> keys.mapping("files"))
                .map(keys -> new FileSection(findings).read(keys, fields.path("guest.files")))
                .orElse(List.of());
        if (guest.isPresent()) {
            files = systemd.guest(guest.get(), files);
        }
        files = new FileSection(findings).withCredentials(fields, networks.withServers(fields, files));
        return new WantedInstance(
                new InstanceName(name),
                was(fields, name),
                kind,
                image,
                system,
                fields.line("description").orElse(""),
                fields.flag("ephemeral").orElse(false),
                chosen,
                config,
                devices,
                files,
                needs(fields),
                autoStart,
                new UpkeepSection(findings).number(fields, "reset", 0, 999_999).orElse(0),
                protect,
                shared.onDrift(fields),
                new UpkeepSection(findings).of(fields, activation),
                host(fields),
                entry.at());
    }

    /** What it runs: one thing. */
    private String image(Fields fields, Origin at) {
        String image = fields.line("image").orElseGet(() -> madeFrom(fields));
        List<String> said = Stream.concat(
                        Stream.of("image", "system-config", "path").filter(fields::has),
                        Stream.of("rootfs", "flake").filter(fields::keeps))
                .toList();
        if (said.isEmpty() && image.isEmpty() && !fields.keeps("disks")) {
            findings.error(
                    at,
                    fields.path("image"),
                    "is missing; name one of images:, or an alias on the host; or path: or system-config: for NixOS");
        } else if (said.size() > 1) {
            findings.error(at, fields.path(said.get(1)), "one of " + String.join(", ", said) + " says what it runs");
        }
        return image;
    }

    /** The system that it runs instead of an image's; what is said of Nix besides is of no use without one. */
    private @Nullable GuestSystem system(Fields fields) {
        if (!fields.flag("sharedNix").orElse(true)) {
            findings.later(fields.at("sharedNix"), fields.path("sharedNix"), "a store of its own is not supported yet");
            findings.keep(fields.path("sharedNix"), new Kept.Text("false"));
        }
        String nixpkgs = said(fields, "nixpkgs", Later::nixpkgs);
        for (GuestSystem.How how : List.of(GuestSystem.How.PATH, GuestSystem.How.CONFIG)) {
            if (fields.has(how.key())) {
                String place = said(fields, how.key(), how == GuestSystem.How.PATH ? Form.PATH : Form.SYSTEM);
                return new GuestSystem(how, place, how == GuestSystem.How.CONFIG ? nixpkgs : "");
            }
        }
        return null;
    }

    private String said(Fields fields, String key, Form form) {
        return fields.any(key)
                .flatMap(it -> form.read(it, fields.path(key), findings))
                .map(it -> it instanceof Kept.Text(String text) ? text : "")
                .orElse("");
    }

    /** The image that a daemon says the guest was made from. */
    private static String madeFrom(Fields fields) {
        return fields.any("config").orElse(null) instanceof Tree.Mapping config
                ? config.entries().stream()
                        .filter(it -> it.key().equals("volatile.base_image"))
                        .flatMap(it -> it.value() instanceof Tree.Scalar text ? Stream.of(text.text()) : Stream.empty())
                        .findFirst()
                        .orElse("")
                : "";
    }

    /** The name that it had. */
    private @Nullable InstanceName was(Fields fields, String name) {
        String was = fields.line("was").orElse("");
        if (was.equals(name)) {
            findings.error(fields.at("was"), fields.path("was"), "is the name that it has");
            return null;
        }
        return was.isEmpty()
                ? null
                : findings.made(fields.at("was"), fields.path("was"), () -> new InstanceName(was))
                        .orElse(null);
    }

    /** Where it is to be. */
    private String host(Fields fields) {
        return fields.line("host")
                .filter(it -> {
                    boolean fits = it.matches("[a-zA-Z0-9]([a-zA-Z0-9.-]{0,61}[a-zA-Z0-9])?");
                    if (!fits) {
                        findings.error(
                                fields.at("host"),
                                fields.path("host"),
                                Quoted.of(it) + " is no name for a host: 1 to 63 of letters, digits, . and -");
                    }
                    return fits;
                })
                .orElse("");
    }

    private Optional<Kind> kind(Fields fields, String key) {
        return fields.line(key).map(kind -> switch (kind) {
            case "container" -> Kind.CONTAINER;
            case "vm", "virtual-machine" -> {
                findings.later(fields.at(key), fields.path(key), "virtual machines are not supported yet");
                yield Kind.VIRTUAL_MACHINE;
            }
            default -> {
                findings.error(
                        fields.at(key), fields.path(key), Quoted.of(kind) + " is no kind; there are container and vm");
                yield Kind.CONTAINER;
            }
        });
    }

    /** Absent: the site's own profile {@code default}, if it has one. */
    private List<ProfileName> profiles(Fields fields) {
        if (!fields.has("profiles")) {
            var usual = new ProfileName(DEFAULT);
            return profiles.containsKey(usual) ? List.of(usual) : List.of();
        }
        var chosen = new ArrayList<ProfileName>();
        for (Tree item : fields.list("profiles")) {
            String path = fields.path("profiles");
            findings.text(item, path)
                    .flatMap(name -> findings.made(item.at(), path, () -> new ProfileName(name)))
                    .ifPresent(name -> {
                        if (chosen.contains(name)) {
                            findings.error(item.at(), path, name + " is in this list already");
                        } else {
                            chosen.add(name);
                        }
                    });
        }
        return chosen;
    }

    /** Gives the guest a root disk and a network card where neither its profiles nor its devices do. */
    private void place(
            String name,
            Fields fields,
            Kind kind,
            List<ProfileName> chosen,
            SortedMap<String, SortedMap<String, String>> devices) {
        boolean allKnown = profiles.keySet().containsAll(chosen);
        var effective = effective(chosen, Map.of(), devices).devices();
        boolean hasRoot =
                effective.values().stream().anyMatch(it -> "disk".equals(it.get("type")) && "/".equals(it.get("path")));
        boolean hasNic = effective.values().stream().anyMatch(it -> "nic".equals(it.get("type")));
        if (!hasRoot && allKnown && !fields.keeps("disks")) {
            Optional<String> pool = pools.isEmpty()
                    ? Optional.of(DEFAULT) // that of the host
                    : usual(pools.stream().map(PoolName::text).toList());
            if (pool.isEmpty()) {
                findings.error(
                        fields.at("image"),
                        fields.path("devices"),
                        "no root disk: declare one pool (or one named default), or a disk with path: / in devices or a profile");
            } else if (devices.containsKey("root")) {
                findings.error(
                        fields.at("devices"),
                        fields.path("devices.root"),
                        "is not the root disk; name it otherwise, or make it one with path: / and a pool");
            } else {
                devices.put("root", sorted(Map.of("type", "disk", "path", "/", "pool", pool.get())));
            }
        }
        boolean ofVm = kind == Kind.VIRTUAL_MACHINE && fields.keeps("nics");
        networks.guest(name, fields, devices, hasNic || !allKnown || ofVm);
        networks.ports(fields, devices);
    }

    private boolean activation(Fields fields, Fields keys, List<ProfileName> chosen, SortedMap<String, String> config) {
        keys.line("stopTimeout")
                .ifPresent(
                        text -> findings.made(keys.at("stopTimeout"), keys.path("stopTimeout"), () -> Seconds.of(text))
                                .ifPresent(seconds -> said(
                                        config,
                                        "boot.host_shutdown_timeout",
                                        String.valueOf(seconds),
                                        fields,
                                        keys.at("stopTimeout"))));
        Optional<Boolean> autoStart = keys.flag("autoStart");
        if (autoStart.isPresent()) {
            said(config, "boot.autostart", String.valueOf(autoStart.get()), fields, keys.at("autoStart"));
            return autoStart.get();
        }
        String already = effective(chosen, config, new TreeMap<>()).config().get("boot.autostart");
        if (already == null) {
            config.put("boot.autostart", "true");
        }
        return already == null || already.equals("true");
    }

    private void said(SortedMap<String, String> config, String key, String value, Fields fields, Origin at) {
        String spelled = fields.path("config." + key);
        String already = config.putIfAbsent(key, value);
        if (already != null) {
            findings.error(
                    at,
                    fields.path("activation"),
                    "is said twice: as config." + key + " at " + findings.origin(spelled, fields.at("config"))
                            + " and here; say it once");
        }
        findings.seen(spelled, at);
    }

    private List<Need> needs(Fields fields) {
        String path = fields.path("needs");
        var needs = new TreeMap<InstanceName, Need>();
        if (fields.any("needs").orElse(null) instanceof Tree.Mapping mapping) {
            mapping.entries().forEach(entry -> need(entry.key(), entry.value(), entry.at(), path, needs));
            return List.copyOf(needs.values());
        }
        for (Tree item : fields.list("needs")) {
            if (item instanceof Tree.Mapping mapping
                    && mapping.entries().stream().anyMatch(it -> it.key().equals("instance"))) {
                var keys = new Fields(mapping, path, NEED, findings);
                keys.line("instance")
                        .ifPresent(name -> need(
                                name,
                                keys.any("state").orElse(new Tree.Scalar(item.at(), "ready", true)),
                                item.at(),
                                path,
                                needs));
            } else if (item instanceof Tree.Mapping mapping && mapping.entries().size() == 1) {
                Tree.Entry only = mapping.entries().getFirst();
                need(only.key(), only.value(), only.at(), path, needs);
            } else if (item instanceof Tree.Mapping) {
                findings.error(item.at(), path, "write a name, or NAME: started, or NAME: ready");
            } else {
                findings.text(item, path)
                        .ifPresent(
                                name -> need(name, new Tree.Scalar(item.at(), "ready", true), item.at(), path, needs));
            }
        }
        return List.copyOf(needs.values());
    }

    private void need(String name, Tree state, Origin at, String path, Map<InstanceName, Need> needs) {
        Optional<Need.State> known = findings.text(state, path).flatMap(text -> switch (text) {
            case "started" -> Optional.of(Need.State.STARTED);
            case "ready" -> Optional.of(Need.State.READY);
            case "healthy" -> Optional.of(Need.State.HEALTHY);
            default -> {
                findings.error(
                        state.at(), path, Quoted.of(text) + " is no state; there are started, ready and healthy");
                yield Optional.empty();
            }
        });
        findings.made(at, path, () -> new InstanceName(name))
                .ifPresent(other -> known.ifPresent(it -> {
                    if (needs.putIfAbsent(other, new Need(other, it)) != null) {
                        findings.error(at, path, other + " is needed twice");
                    }
                }));
    }

    private Effective effective(
            List<ProfileName> chosen,
            Map<String, String> config,
            SortedMap<String, SortedMap<String, String>> devices) {
        var known = chosen.stream()
                .filter(profiles::containsKey)
                .map(profiles::get)
                .map(it -> new Profile(
                        new ProjectName(DEFAULT), it.name(), it.description(), it.config(), it.devices(), null))
                .toList();
        return Effective.of(known, config, devices);
    }

    /** The one that is meant when none is named: the only one, or the one named default. */
    private static Optional<String> usual(List<String> names) {
        if (names.contains(DEFAULT)) {
            return Optional.of(DEFAULT);
        }
        return names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty();
    }

    private static SortedMap<String, String> sorted(Map<String, String> map) {
        return new TreeMap<>(map);
    }
}
