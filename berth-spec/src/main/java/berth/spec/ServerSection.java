package berth.spec;

import berth.model.ServerOptions;
import berth.model.wanted.OnDrift;
import berth.model.wanted.Origin;
import berth.model.wanted.WantedServer;
import berth.spec.yaml.Tree;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads {@code server:}: LXD's keys of the daemon itself. */
final class ServerSection {
    private static final Set<String> LATER = Set.of("tuning", "sysctls", "modules", "group");

    private final Findings findings;
    private final OnDrift ofSite;

    ServerSection(Findings findings, OnDrift ofSite) {
        this.findings = findings;
        this.ofSite = ofSite;
    }

    WantedServer read(Tree tree, Origin at) {
        var config = new TreeMap<String, String>();
        findings.mapping(tree, "server")
                .ifPresent(keys -> keys.entries().forEach(it -> key(it.key(), it.value(), it.at(), config)));
        return new WantedServer(config, ofSite, at);
    }

    private void key(String key, Tree value, Origin at, Map<String, String> config) {
        String path = "server." + Findings.shown(key);
        if (LATER.contains(key)) {
            Form.keep(Form.ANY, value, at, path, "not supported yet", findings);
        } else if (value instanceof Tree.Mapping inner) {
            inner.entries().forEach(it -> key(key + "." + it.key(), it.value(), it.at(), config));
        } else if (config.containsKey(key)) {
            findings.error(at, path, "is said already, at " + findings.origin(path, at));
        } else {
            findings.seen(path, at);
            boolean nothing = value instanceof Tree.Scalar scalar && scalar.isNull();
            (nothing ? java.util.Optional.of("") : findings.text(value, path))
                    .flatMap(text -> findings.made(
                            at,
                            path,
                            () -> ServerOptions.checked(Map.of(key, text)).getOrDefault(key, "")))
                    .ifPresent(kept -> config.put(key, kept.isEmpty() ? WantedServer.fallback(key) : kept));
        }
    }
}
