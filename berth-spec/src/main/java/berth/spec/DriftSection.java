package berth.spec;

import berth.model.Quoted;
import berth.model.wanted.DriftPolicy;
import berth.model.wanted.OnDrift;
import berth.spec.yaml.Tree;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code on-drift:}: one word for a whole object, or a mapping from its keys to words. */
final class DriftSection {
    private static final String WHOLE = "default";
    private static final Set<String> FIELDS = Set.of("power", "description", "profiles", "ephemeral");
    private static final String WORDS =
            Stream.of(DriftPolicy.values()).map(DriftPolicy::text).collect(Collectors.joining(", "));

    private final Findings findings;
    private final OnDrift ofSite;

    /** @param ofSite what holds where an object says nothing */
    DriftSection(Findings findings, OnDrift ofSite) {
        this.findings = findings;
        this.ofSite = ofSite;
    }

    /**
     * The policies of one object.
     *
     * @param config whether a name is one of LXD's keys of such an object
     */
    OnDrift of(Fields fields, Predicate<String> config) {
        Tree tree = fields.any("on-drift").orElse(null);
        String path = fields.path("on-drift");
        var policies = new TreeMap<String, DriftPolicy>();
        switch (tree) {
            case null -> {}
            case Tree.Mapping mapping ->
                mapping.entries().forEach(entry -> {
                    String at = path + "." + Findings.shown(entry.key());
                    String key = flat(entry.key(), config);
                    if (key == null) {
                        findings.error(entry.at(), at, "there is no such key to drift");
                    } else if (policies.containsKey(key)) {
                        findings.error(entry.at(), at, "is said already");
                    } else {
                        word(entry.value(), at).ifPresent(it -> policies.put(key, it));
                    }
                });
            case Tree.Scalar scalar -> word(scalar, path).ifPresent(it -> policies.put("", it));
            case Tree.Sequence _, Tree.Opaque _ ->
                findings.error(tree.at(), path, "is one of " + WORDS + ", or says so key by key");
        }
        return new OnDrift(policies).within(ofSite.of(key -> flat(written(key), config) != null));
    }

    private Optional<DriftPolicy> word(Tree tree, String path) {
        Optional<String> word = findings.text(tree, path);
        var policy = word.flatMap(DriftPolicy::of);
        if (word.isPresent() && policy.isEmpty()) {
            findings.error(tree.at(), path, Quoted.of(word.get()) + " is not one of " + WORDS);
        }
        return policy;
    }

    /** As plans spell the key inside: {@code config.limits.memory}. */
    private static @org.jspecify.annotations.Nullable String flat(String key, Predicate<String> config) {
        String lxd = ProfileSection.SHORT.getOrDefault(key, key);
        if (key.equals(WHOLE)) {
            return "";
        }
        return FIELDS.contains(key) || key.matches("devices\\.[^.]+") ? key : config.test(lxd) ? "config." + lxd : null;
    }

    /** As a file spells what is kept as a flat key. */
    static String written(String flatKey) {
        return flatKey.isEmpty() ? WHOLE : flatKey.startsWith("config.") ? flatKey.substring(7) : flatKey;
    }

    /** Whether any kind of object has that key. */
    static boolean known(String key) {
        return GuestOptions.CONTAINER.value(key).isPresent()
                || Stream.of(HostOptions.BRIDGE, HostOptions.POOL_BTRFS, HostOptions.POOL_DIR)
                        .anyMatch(it -> it.value(key).isPresent());
    }
}
