package berth.spec;

import berth.model.wanted.Kept;
import berth.spec.yaml.Tree;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads RFC 108's {@code bindMounts} and {@code userns} of a guest as LXD's devices and keys. */
final class ShortForms {
    private static final Shape MOUNT = Shape.of("hostPath", "mountPoint", "isReadOnly", "idmap");
    private static final int LONGEST_NAME = 63;

    private final Findings findings;
    private final ProfileSection shared;

    ShortForms(Findings findings, ProfileSection shared) {
        this.findings = findings;
        this.shared = shared;
    }

    /** Each mount is a disk. */
    void mounts(Fields guest, SortedMap<String, SortedMap<String, String>> devices) {
        var mapping = guest.mapping("bindMounts").orElse(null);
        if (mapping == null) {
            return;
        }
        for (Tree.Entry entry : mapping.entries()) {
            String path = guest.path("bindMounts") + "." + Findings.shown(entry.key());
            var keys = new Fields(
                    findings.mapping(entry.value(), path).orElse(new Tree.Mapping(entry.at(), List.of())),
                    path,
                    MOUNT,
                    findings);
            String inside = keys.line("mountPoint").orElse(entry.key());
            findings.made(entry.at(), path, () -> Value.ABSOLUTE.normal(inside)).ifPresent(at -> {
                boolean said = keys.any("hostPath")
                        .filter(it -> !(it instanceof Tree.Scalar scalar && scalar.isNull()))
                        .isPresent();
                String source = said
                        ? keys.line("hostPath")
                                .flatMap(it -> findings.onHost(it, keys.at("hostPath"), keys.path("hostPath")))
                                .orElse("")
                        : at;
                var disk = new TreeMap<String, String>();
                disk.put("type", "disk");
                disk.put("source", source);
                disk.put("path", at);
                if (keys.flag("isReadOnly").orElse(true)) {
                    disk.put("readonly", "true");
                }
                if (keys.flag("idmap").orElse(false)) {
                    disk.put("shift", "true");
                }
                put(devices, name(at), disk, guest, "bindMounts", entry.value());
            });
        }
    }

    private static String name(String path) {
        String name = "bind" + path.replaceAll("[^/.:_A-Za-z0-9-]", "_");
        return name.length() <= LONGEST_NAME
                ? name
                : name.substring(0, LONGEST_NAME - 9) + "-" + "%08x".formatted(path.hashCode());
    }

    private void put(
            SortedMap<String, SortedMap<String, String>> devices,
            String name,
            SortedMap<String, String> device,
            Fields guest,
            String key,
            Tree item) {
        String spelled = guest.path("devices." + name);
        if (devices.containsKey(name)) {
            findings.error(
                    item.at(),
                    guest.path(key),
                    "is said twice: as devices." + name + " at " + findings.origin(spelled, guest.at(key))
                            + " and here; say it once");
        } else {
            devices.put(name, device);
            findings.seen(spelled, item.at());
        }
    }

    /** Which ids of the host a guest's own ones are. */
    void users(Fields guest, SortedMap<String, String> config) {
        String word = guest.line("userns").orElse("");
        switch (word) {
            case "" -> {}
            case "pick" -> shared.put(config, "security.idmap.isolated", "true", guest, "userns");
            case "no" -> shared.put(config, "security.privileged", "true", guest, "userns");
            case "identity" -> {
                findings.keep(guest.path("userns"), new Kept.Text(word));
                findings.later(guest.at("userns"), guest.path("userns"), "identity is not supported yet");
            }
            default ->
                findings.made(
                                guest.at("userns"),
                                guest.path("userns"),
                                () -> Value.wordOr(List.of("pick", "no", "identity"), Value.UINT)
                                        .normal(word))
                        .ifPresent(base -> {
                            shared.put(config, "security.idmap.isolated", "true", guest, "userns");
                            shared.put(config, "security.idmap.base", base, guest, "userns");
                        });
        }
    }
}
