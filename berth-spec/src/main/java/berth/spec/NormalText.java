package berth.spec;

import berth.model.Kind;
import berth.model.ProfileName;
import berth.model.wanted.Flat;
import berth.model.wanted.GuestFile;
import berth.model.wanted.GuestSystem;
import berth.model.wanted.Health;
import berth.model.wanted.Kept;
import berth.model.wanted.OnDrift;
import berth.model.wanted.Protection;
import berth.model.wanted.Spec;
import berth.model.wanted.Strategy;
import berth.model.wanted.Upkeep;
import berth.model.wanted.WantedImage;
import berth.model.wanted.WantedInstance;
import berth.model.wanted.Window;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a normal form as a file of Berth's: sorted, short forms resolved; reading it gives the same normal form. */
public final class NormalText {
    private static final Pattern BARE = Pattern.compile("[A-Za-z/][A-Za-z0-9_./-]*|0|[1-9][0-9]{0,17}([KMGTPE]iB)?");
    private static final Pattern WORD = Pattern.compile("(?i)true|false|yes|no|on|off|null|y|n");

    private NormalText() {}

    /** The text of {@code berth show --normal}. */
    public static String of(Spec spec) {
        var out = new StringBuilder();
        write(out, tree(spec), 0);
        return out.toString();
    }

    /** The SHA-256 of {@link #of}: equal for files that ask for the same, however they are written. */
    public static String digest(Spec spec) {
        return Flat.sha256(of(spec));
    }

    private static Map<String, Object> tree(Spec spec) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("berth", "1");
        tree.put("site", spec.site());
        var pools = new LinkedHashMap<String, Object>();
        spec.pools().values().forEach(it -> {
            var pool = thing(it.description());
            pool.put("driver", it.driver());
            put(pool, "config", it.config());
            put(pool, "protect", protect(it.protect()));
            onDrift(pool, it.onDrift());
            pools.put(it.name().text(), pool);
        });
        put(tree, "pools", pools);
        var networks = new LinkedHashMap<String, Object>();
        spec.networks().values().forEach(it -> {
            var network = thing(it.description());
            network.put("type", it.type());
            put(network, "config", it.config());
            put(network, "protect", protect(it.protect()));
            onDrift(network, it.onDrift());
            networks.put(it.name().text(), network);
        });
        put(tree, "networks", networks);
        var server = spec.server();
        if (server != null) {
            put(tree, "server", server.config());
        }
        var images = new LinkedHashMap<String, Object>();
        spec.images().values().forEach(it -> images.put(it.name(), image(it)));
        put(tree, "images", images);
        var profiles = new LinkedHashMap<String, Object>();
        spec.profiles().values().forEach(it -> {
            var profile = thing(it.description());
            put(profile, "config", it.config());
            put(profile, "devices", it.devices());
            put(profile, "protect", protect(it.protect()));
            onDrift(profile, it.onDrift());
            profiles.put(it.name().text(), profile);
        });
        put(tree, "profiles", profiles);
        var instances = new LinkedHashMap<String, Object>();
        spec.instances().values().forEach(it -> instances.put(it.name().text(), instance(it, spec)));
        put(tree, "instances", instances);
        spec.kept().forEach((path, kept) -> keep(tree, steps(path, tree), kept));
        return tree;
    }

    /** The keys that lead to what is kept: names of things may have dots, keys have none. */
    private static List<String> steps(String path, Map<String, Object> tree) {
        String section = path.substring(0, Math.max(0, path.indexOf('.')));
        if (tree.get(section) instanceof Map<?, ?> things) {
            for (Object name : things.keySet()) {
                String before = section + "." + Findings.shown(String.valueOf(name)) + ".";
                if (path.startsWith(before)) {
                    var steps = new ArrayList<>(List.of(section, String.valueOf(name)));
                    steps.addAll(List.of(path.substring(before.length()).split("\\.")));
                    return steps;
                }
            }
        }
        return List.of(path.split("\\."));
    }

    private static void keep(Map<String, Object> tree, List<String> steps, Kept kept) {
        Map<String, Object> here = tree;
        for (String step : steps.subList(0, steps.size() - 1)) {
            var inner = new LinkedHashMap<String, Object>();
            if (here.get(step) instanceof Map<?, ?> there) {
                there.forEach((key, value) -> inner.put(String.valueOf(key), value));
            }
            here.put(step, inner);
            here = inner;
        }
        here.put(steps.getLast(), plain(kept));
    }

    private static Object plain(Kept kept) {
        return switch (kept) {
            case Kept.Text(String text) -> text;
            case Kept.Items(List<Kept> items) ->
                items.stream().map(NormalText::plain).toList();
            case Kept.Keys(var keys) -> {
                var tree = new LinkedHashMap<String, Object>();
                keys.forEach((key, value) -> tree.put(key, plain(value)));
                yield tree;
            }
        };
    }

    private static Map<String, Object> image(WantedImage image) {
        var tree = thing(image.description());
        if (image.rebuild()) {
            tree.put("refresh", "rebuild");
        }
        switch (image.source()) {
            case WantedImage.Source.Build build -> {
                tree.put("build", build.base());
                put(tree, "packages", build.packages());
                put(tree, "files", files(build.files()));
            }
            case WantedImage.Source.Tarball(String path) -> tree.put("source", path);
            case WantedImage.Source.Existing(String name) -> tree.put("source", name);
        }
        put(tree, "protect", protect(image.protect()));
        return tree;
    }

    private static Map<String, Object> instance(WantedInstance instance, Spec spec) {
        var tree = thing(instance.description());
        tree.put("kind", instance.kind().text());
        if (instance.reset() != 0) {
            tree.put("reset", instance.reset());
        }
        if (!instance.host().isEmpty()) {
            tree.put("host", instance.host());
        }
        if (instance.was() != null) {
            tree.put("was", instance.was().text());
        }
        if (!instance.image().isEmpty()) {
            tree.put("image", instance.image());
        }
        GuestSystem system = instance.system();
        if (system != null) {
            tree.put(system.how().key(), system.place());
            if (!system.nixpkgs().isEmpty()) {
                tree.put("nixpkgs", system.nixpkgs());
            }
        }
        if (instance.ephemeral()) {
            tree.put("ephemeral", "true");
        }
        tree.put("profiles", instance.profiles().stream().map(ProfileName::text).toList());
        var config = new TreeMap<>(instance.config());
        if (instance.protect().contains(Protection.DELETE)) {
            config.remove("security.protection.delete");
        }
        put(tree, "config", config);
        put(tree, "devices", instance.devices());
        String network = "instances." + instance.name() + ".network";
        boolean kept = spec.kept().containsKey(network)
                || spec.kept().keySet().stream().anyMatch(it -> it.startsWith(network + "."));
        if (!kept && instance.kind() == Kind.CONTAINER && !hasNic(instance, spec)) {
            tree.put("network", "none");
        }
        if (!instance.files().isEmpty()) {
            tree.put("guest", Map.of("files", files(instance.files())));
        }
        var needs = new LinkedHashMap<String, Object>();
        instance.needs()
                .forEach(it -> needs.put(it.instance().text(), it.state().text()));
        put(tree, "needs", needs);
        put(tree, "protect", protect(instance.protect()));
        onDrift(tree, instance.onDrift());
        upkeep(tree, instance.upkeep());
        return tree;
    }

    /** Whether it has a network card; taken for granted when a profile is not in the file. */
    private static boolean hasNic(WantedInstance instance, Spec spec) {
        return !spec.profiles().keySet().containsAll(instance.profiles())
                || spec.effective(instance).devices().values().stream().anyMatch(it -> "nic".equals(it.get("type")));
    }

    private static Map<String, Object> files(List<GuestFile> files) {
        var tree = new LinkedHashMap<String, Object>();
        for (GuestFile file : files) {
            var one = new LinkedHashMap<String, Object>();
            switch (file.content()) {
                case GuestFile.Content.Text(String text) -> one.put("content", text);
                case GuestFile.Content.FromHost(String path) -> one.put("source", path);
                case GuestFile.Content.Gone() -> {}
            }
            one.put("mode", "0%03o".formatted(file.mode()));
            one.put("uid", String.valueOf(file.uid()));
            one.put("gid", String.valueOf(file.gid()));
            tree.put(file.path(), one);
        }
        return tree;
    }

    private static Map<String, Object> thing(String description) {
        var tree = new LinkedHashMap<String, Object>();
        if (!description.isEmpty()) {
            tree.put("description", description);
        }
        return tree;
    }

    private static List<String> protect(Collection<Protection> protect) {
        return protect.stream().sorted().map(Protection::text).toList();
    }

    private static void upkeep(Map<String, Object> tree, Upkeep upkeep) {
        var activation = new LinkedHashMap<String, Object>();
        if (upkeep.strategy() != Strategy.DYNAMIC) {
            activation.put("strategy", upkeep.strategy().text());
        }
        put(activation, "reloadScript", upkeep.reload());
        put(tree, "activation", activation);
        Health health = upkeep.health();
        if (health != null) {
            var keys = new LinkedHashMap<String, Object>();
            switch (health.probe()) {
                case Health.Probe.Tcp(int port) -> keys.put("tcp", port);
                case Health.Probe.Http(int port, String path) -> keys.put("http", port + path);
                case Health.Probe.Exec(var command) -> keys.put("exec", command);
                case Health.Probe.Unit(String name) -> keys.put("unit", name);
            }
            keys.put("interval", health.interval() + "s");
            keys.put("timeout", health.timeout() + "s");
            keys.put("start-period", health.startPeriod() + "s");
            tree.put("health", keys);
        }
        var update = new LinkedHashMap<String, Object>();
        if (upkeep.batch() != 1) {
            update.put("batch", upkeep.batch());
        }
        if (upkeep.pause() != 0) {
            update.put("pause", upkeep.pause() + "s");
        }
        if (!upkeep.goBack()) {
            update.put("on-failure", "stop");
        }
        put(update, "window", upkeep.windows().stream().map(Window::text).toList());
        put(tree, "update", update);
        if (upkeep.snapshotFirst()) {
            tree.put("snapshots", Map.of("before", "restart"));
        }
    }

    private static void onDrift(Map<String, Object> tree, OnDrift onDrift) {
        var words = new LinkedHashMap<String, Object>();
        onDrift.policies().forEach((key, policy) -> words.put(DriftSection.written(key), policy.text()));
        put(tree, "on-drift", words);
    }

    private static void put(Map<String, Object> tree, String key, Object value) {
        boolean empty = value instanceof Map<?, ?> map && map.isEmpty()
                || value instanceof Collection<?> list && list.isEmpty();
        if (!empty) {
            tree.put(key, value);
        }
    }

    private static void write(StringBuilder out, Map<?, ?> tree, int depth) {
        tree.forEach((key, value) -> {
            out.append("  ".repeat(depth)).append(scalar(String.valueOf(key))).append(':');
            switch (value) {
                case Map<?, ?> map when map.isEmpty() -> out.append(" {}\n");
                case Map<?, ?> map -> {
                    out.append('\n');
                    write(out, map, depth + 1);
                }
                default -> out.append(' ').append(flow(value)).append('\n');
            }
        });
    }

    private static String flow(Object value) {
        return switch (value) {
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(it -> scalar(String.valueOf(it.getKey())) + ": " + flow(it.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            case Collection<?> list -> list.stream().map(NormalText::flow).collect(Collectors.joining(", ", "[", "]"));
            default -> scalar(String.valueOf(value));
        };
    }

    /** A scalar that YAML 1.1 and 1.2 read alike, as the same text. */
    static String scalar(String text) {
        if (BARE.matcher(text).matches() && !WORD.matcher(text).matches()) {
            return text;
        }
        return Optional.of(text)
                .filter(it -> List.of("true", "false").contains(it))
                .orElseGet(() -> quoted(text));
    }

    private static String quoted(String text) {
        var out = new StringBuilder("\"");
        text.chars().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c >= 0x7f && c < 0xa0 || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
                        out.append("\\u%04x".formatted(c));
                    } else {
                        out.append((char) c);
                    }
                }
            }
        });
        return out.append('"').toString();
    }
}
