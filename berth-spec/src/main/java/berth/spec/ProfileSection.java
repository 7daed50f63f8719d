package berth.spec;

import berth.model.InstanceOptions;
import berth.model.ProfileName;
import berth.model.wanted.OnDrift;
import berth.model.wanted.Protection;
import berth.model.wanted.WantedProfile;
import berth.spec.yaml.Tree;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Reads {@code profiles:}, and the keys that profiles and guests share. */
final class ProfileSection {
    static final Map<String, String> SHORT = Map.of("memory", "limits.memory", "cpus", "limits.cpu");
    private static final Shape PROFILE = Shape.of(
                    "description", "config", "devices", "memory", "cpus", "protect", "on-drift")
            .later(Later.PROFILE)
            .printed("used_by", "project");

    private final Findings findings;
    private final DriftSection drift;

    ProfileSection(Findings findings, OnDrift ofSite) {
        this.findings = findings;
        this.drift = new DriftSection(findings, ofSite);
    }

    WantedProfile profile(String name, Tree.Entry entry, String path) {
        var mapping = findings.mapping(entry.value(), path).orElse(new Tree.Mapping(entry.at(), List.of()));
        var fields = new Fields(mapping, path, PROFILE, findings);
        return new WantedProfile(
                new ProfileName(name),
                fields.line("description").orElse(""),
                config(fields, InstanceOptions::checkProfile),
                devices(fields),
                new HostSections(findings, OnDrift.UNSAID).protect(fields, Set.of(Protection.DELETE)),
                onDrift(fields),
                entry.at());
    }

    /** The policies for keys of LXD's, short forms included. */
    OnDrift onDrift(Fields fields) {
        return drift.of(fields, key -> GuestOptions.CONTAINER.value(key).isPresent());
    }

    /**
     * The {@code config:} mapping with the short forms laid into it; what is said both ways is an error.
     *
     * @param check refuses what keys may not be together
     */
    SortedMap<String, String> config(Fields fields, Consumer<Map<String, String>> check) {
        var config = new TreeMap<>(fields.mapping("config")
                .map(keys -> GuestOptions.CONTAINER.read(keys, fields.path("config"), findings))
                .orElseGet(TreeMap::new));
        findings.made(fields.at("config"), fields.path("config"), () -> {
            check.accept(config);
            return config;
        });
        SHORT.forEach((brief, key) -> fields.line(brief).ifPresent(text -> {
            Value value = GuestOptions.CONTAINER.value(key).orElseThrow();
            findings.made(fields.at(brief), fields.path(brief), () -> value.normal(text))
                    .ifPresent(normal -> put(config, key, normal, fields, brief));
        }));
        return config;
    }

    /** Puts what a short form means, unless LXD's own key says it already. */
    void put(SortedMap<String, String> config, String key, String value, Fields fields, String brief) {
        String spelled = fields.path("config") + "." + key;
        if (config.containsKey(key)) {
            findings.error(
                    fields.at(brief),
                    fields.path(brief),
                    "is said twice: as config." + key + " at " + findings.origin(spelled, fields.at("config"))
                            + " and here; say it once");
        } else {
            config.put(key, value);
            findings.seen(spelled, fields.at(brief));
        }
    }

    SortedMap<String, SortedMap<String, String>> devices(Fields fields) {
        return fields.mapping("devices")
                .map(keys -> DeviceOptions.read(keys, fields.path("devices"), findings))
                .orElseGet(TreeMap::new);
    }
}
