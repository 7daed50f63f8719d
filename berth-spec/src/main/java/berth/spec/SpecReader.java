package berth.spec;

import berth.model.InstanceName;
import berth.model.NetworkName;
import berth.model.PoolName;
import berth.model.ProfileName;
import berth.model.Quoted;
import berth.model.wanted.ForMachines;
import berth.model.wanted.OnDrift;
import berth.model.wanted.Origin;
import berth.model.wanted.Spec;
import berth.model.wanted.WantedImage;
import berth.model.wanted.WantedInstance;
import berth.model.wanted.WantedNetwork;
import berth.model.wanted.WantedPool;
import berth.model.wanted.WantedProfile;
import berth.spec.yaml.NixText;
import berth.spec.yaml.Tree;
import berth.spec.yaml.YamlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads the files of a site into its normal form. Everything that is wrong is told at once, with its place; nothing is
 * guessed and nothing is passed over in silence.
 */
public final class SpecReader {
    private static final int MOST_FILES = 256;
    private static final Shape SITE = Shape.of(
                    "berth",
                    "site",
                    "pools",
                    "storage_pools",
                    "networks",
                    "zones",
                    "images",
                    "profiles",
                    "instances",
                    "config",
                    "projects",
                    "storage_volumes",
                    "cluster",
                    "defaults",
                    "hosts",
                    "server",
                    "systemd")
            .later(Later.SITE);
    private static final Shape DEFAULTS = Shape.of("on-drift").later(Later.DEFAULTS);
    private static final List<String> PRESEED_LATER = List.of("config", "projects", "storage_volumes", "cluster");
    private static final Pattern SITE_NAME = Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?");

    private final Findings findings = new Findings();
    private final String site;

    private SpecReader(String site) {
        this.site = site;
    }

    /** Reads files that name their site. */
    public static Parsed read(List<SourceFile> files) {
        return read(files, "");
    }

    /**
     * Reads files, as one site.
     *
     * @param files merged by name: sections with the same key are put together, a name may stand in one of them only
     * @param site its name where the files do not say it (an LXD preseed never does), or empty
     */
    public static Parsed read(List<SourceFile> files, String site) {
        return new SpecReader(site).all(files);
    }

    private Parsed all(List<SourceFile> files) {
        if (files.isEmpty() || files.size() > MOST_FILES) {
            findings.error(new Origin("", 1, 1), "", "a site has 1 to " + MOST_FILES + " files");
            return parsed(Spec.empty(""));
        }
        List<Tree.Entry> entries = new ArrayList<>();
        Origin at = new Origin(files.getFirst().name(), 1, 1);
        Tree.Entry version = null;
        Tree.Entry named = null;
        for (SourceFile file : files) {
            findings.folder(file.name(), file.folder());
            var guest = new ArrayList<Tree.Entry>();
            Tree tree = (NixText.isNix(file.name(), file.text())
                            ? NixText.read(file.name(), file.text(), findings::add)
                            : YamlText.read(file.name(), file.text(), findings::add))
                    .orElse(null);
            var mapping = tree == null ? Optional.<Tree.Mapping>empty() : findings.mapping(tree, "");
            for (Tree.Entry entry : mapping.map(Tree.Mapping::entries).orElse(List.of())) {
                switch (file.guest().isEmpty() ? entry.key() : "") {
                    case "berth" -> version = same(version, entry);
                    case "site" -> named = same(named, entry);
                    case "" -> guest.add(entry);
                    default -> entries.add(entry);
                }
            }
            if (tree != null && !file.guest().isEmpty()) {
                var only = new Tree.Entry(file.guest(), tree.at(), new Tree.Mapping(tree.at(), List.copyOf(guest)));
                entries.add(new Tree.Entry("instances", tree.at(), new Tree.Mapping(tree.at(), List.of(only))));
            }
        }
        entries = NixosTrees.read(entries, findings).stream()
                .map(this::list)
                .collect(Collectors.toCollection(ArrayList::new));
        if (version != null) {
            entries.add(version);
        }
        if (named != null) {
            entries.add(named);
        }
        var fields = new Fields(new Tree.Mapping(at, entries), "", SITE, findings);
        return parsed(spec(fields, findings.clean()));
    }

    private Parsed parsed(Spec spec) {
        return new Parsed(spec, findings.errors(), findings.warnings(), findings.later());
    }

    /** Several files may say the same version and the same site. */
    private Tree.Entry same(Tree.@org.jspecify.annotations.Nullable Entry first, Tree.Entry entry) {
        if (first == null) {
            return entry;
        }
        boolean equal = first.value() instanceof Tree.Scalar left
                && entry.value() instanceof Tree.Scalar right
                && left.text().equals(right.text());
        if (!equal) {
            findings.error(entry.at(), entry.key(), "is said already, and otherwise, at " + first.at());
        }
        return first;
    }

    /** A preseed writes lists of things that have a name; they are read as mappings from name to thing. */
    private Tree.Entry list(Tree.Entry entry) {
        boolean named =
                List.of("networks", "storage_pools", "pools", "profiles").contains(entry.key());
        if (!named || !(entry.value() instanceof Tree.Sequence sequence)) {
            return entry;
        }
        var things = new ArrayList<Tree.Entry>();
        for (Tree item : sequence.items()) {
            Tree.Entry name = item instanceof Tree.Mapping mapping
                    ? mapping.entries().stream()
                            .filter(it -> it.key().equals("name"))
                            .findFirst()
                            .orElse(null)
                    : null;
            if (!(item instanceof Tree.Mapping mapping)
                    || name == null
                    || !(name.value() instanceof Tree.Scalar text)) {
                findings.error(item.at(), entry.key(), "an item of this list is a mapping with a name:");
                continue;
            }
            var rest = mapping.entries().stream()
                    .filter(it -> !it.key().equals("name") && !(it.key().equals("project") && isDefault(it.value())))
                    .toList();
            things.add(new Tree.Entry(text.text(), name.at(), new Tree.Mapping(item.at(), rest)));
        }
        return new Tree.Entry(entry.key(), entry.at(), new Tree.Mapping(sequence.at(), things));
    }

    private static boolean isDefault(Tree tree) {
        return tree instanceof Tree.Scalar scalar && scalar.text().equals("default");
    }

    private Spec spec(Fields fields, boolean readable) {
        boolean preseed = fields.has("storage_pools") || !site.isEmpty() && !fields.has("berth");
        version(fields, readable && !preseed);
        for (String key : PRESEED_LATER) {
            fields.any(key)
                    .filter(SpecReader::saysSomething)
                    .filter(it -> !isDefaultProject(key, it))
                    .ifPresent(it -> {
                        if (key.equals("config")) {
                            findings.warning(
                                    fields.at(key), key, "is about the daemon that printed it, and is passed over");
                        } else {
                            findings.error(fields.at(key), key, "not supported yet");
                        }
                    });
        }
        fields.any("hosts")
                .flatMap(it -> Later.HOSTS.read(it, "hosts", findings))
                .ifPresent(it -> findings.keep("hosts", it));
        OnDrift onDrift = onDrift(fields);
        var host = new HostSections(findings, onDrift);
        SortedMap<PoolName, WantedPool> pools = section(fields, "pools", PoolName::new, host::pool);
        pools.putAll(section(fields, "storage_pools", PoolName::new, host::pool));
        SortedMap<NetworkName, WantedNetwork> networks = section(fields, "networks", NetworkName::new, host::network);
        var imageSection = new ImageSection(findings);
        var images = new TreeMap<String, WantedImage>();
        section(fields, "images", name -> name, imageSection::image)
                .forEach((name, image) -> image.ifPresent(it -> images.put(name, it)));
        SortedMap<ProfileName, WantedProfile> profiles =
                section(fields, "profiles", ProfileName::new, new ProfileSection(findings, onDrift)::profile);
        var guestNetworks = new NetworkSection(findings, networks.keySet());
        section(fields, "zones", name -> name, (zone, entry, path) -> {
            guestNetworks.zone(zone, entry, path);
            return zone;
        });
        var systemd = new SystemdSection(findings);
        fields.any("systemd").ifPresent(systemd::site);
        var instances = new InstanceSection(findings, profiles, pools.keySet(), guestNetworks, systemd, onDrift);
        SortedMap<InstanceName, WantedInstance> guests =
                section(fields, "instances", InstanceName::new, instances::instance);
        systemd.check(guests.keySet().stream().map(InstanceName::text).toList());
        networks.putAll(guestNetworks.made());
        var spec = new Spec(
                name(fields, readable),
                pools,
                networks,
                images,
                profiles,
                guests,
                fields.any("server")
                        .map(it -> new ServerSection(findings, onDrift).read(it, fields.at("server")))
                        .orElse(null),
                findings.origins(),
                findings.kept());
        new SiteCheck(spec, findings).check();
        findings.excuse(ForMachines.of(spec));
        return spec;
    }

    /** What {@code defaults:} says for every object of the site. */
    private OnDrift onDrift(Fields fields) {
        return fields.mapping("defaults")
                .map(it -> new Fields(it, "defaults", DEFAULTS, findings))
                .map(it -> new DriftSection(findings, OnDrift.UNSAID).of(it, DriftSection::known))
                .orElse(OnDrift.UNSAID);
    }

    private void version(Fields fields, boolean wanted) {
        Optional<String> version = fields.line("berth");
        if (version.isEmpty() && wanted && !fields.has("berth")) {
            findings.error(fields.at("berth"), "berth", "is missing; begin the file with berth: 1");
        }
        version.filter(it -> !it.equals("1"))
                .ifPresent(it -> findings.error(
                        fields.at("berth"), "berth", "this Berth reads version 1 of the format, not " + Quoted.of(it)));
    }

    private String name(Fields fields, boolean wanted) {
        Optional<String> name = fields.line("site");
        if (name.isEmpty() && !fields.has("site") && site.isEmpty() && wanted) {
            findings.error(fields.at("site"), "site", "is missing; write site: and a name of your choice");
        }
        String chosen = name.orElse(site);
        if (!chosen.isEmpty() && !SITE_NAME.matcher(chosen).matches()) {
            findings.error(
                    fields.at("site"),
                    "site",
                    Quoted.of(chosen) + " is no name for a site: 1 to 63 of letters, digits, . _ -");
        }
        return chosen;
    }

    private interface Reading<T> {
        T read(String name, Tree.Entry entry, String path);
    }

    private <K, T> SortedMap<K, T> section(
            Fields fields, String section, Function<String, K> naming, Reading<T> reading) {
        var things = new TreeMap<K, T>();
        var places = new TreeMap<String, Origin>();
        var entries = fields.mapping(section).map(Tree.Mapping::entries).orElse(List.of());
        // Names of guests have no dots.
        for (Tree.Entry entry : section.equals("instances") ? Fields.dotted(entries, _ -> true) : entries) {
            String path = section + "." + Findings.shown(entry.key());
            Optional<K> name = findings.made(entry.at(), path, () -> naming.apply(entry.key()));
            Origin twin = places.putIfAbsent(entry.key(), entry.at());
            if (twin != null) {
                findings.error(entry.at(), path, "is declared already, at " + twin);
            } else if (name.isPresent()) {
                findings.seen(path, entry.at());
                things.put(name.get(), reading.read(entry.key(), entry, path));
            }
        }
        return things;
    }

    /** The project that there always is. */
    private static boolean isDefaultProject(String key, Tree tree) {
        return key.equals("projects")
                && tree instanceof Tree.Sequence list
                && list.items().stream()
                        .allMatch(item -> item instanceof Tree.Mapping project
                                && project.entries().stream()
                                        .anyMatch(it -> it.key().equals("name") && isDefault(it.value())));
    }

    private static boolean saysSomething(Tree tree) {
        return switch (tree) {
            case Tree.Scalar scalar -> !scalar.isNull();
            case Tree.Sequence sequence -> !sequence.items().isEmpty();
            case Tree.Mapping mapping -> !mapping.entries().isEmpty();
            case Tree.Opaque _ -> true;
        };
    }
}
