package berth.engine.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The templates of a Debian image: what differs from guest to guest. */
final class DebianTemplates {
    private static final String SEED = "/var/lib/cloud/seed/nocloud-net/";
    private static final String HOSTS = """
            127.0.0.1 localhost
            127.0.1.1 {{ container.name }}
            ::1 localhost ip6-localhost ip6-loopback
            ff02::1 ip6-allnodes
            ff02::2 ip6-allrouters
            """;
    private static final String META_DATA = """
            instance-id: {{ config_get("volatile.cloud-init.instance-id", container.name) }}
            local-hostname: {{ container.name }}
            {{ config_get("user.meta-data", "") }}
            """;
    private static final String DATA = """
            {% set own = config_get("cloud-init.WHAT", config_get("user.WHAT", "")) -%}
            {% if own == "" %}OTHERWISE{% else %}{{ own }}{% endif %}
            """;

    private final SortedMap<String, String> texts = new TreeMap<>();
    private final SortedMap<String, ImageMetadata.Template> described = new TreeMap<>();

    /**
     * Those for an image; what its recipe puts at one of their places is left as it is.
     *
     * @param cloudInit whether it has cloud-init
     */
    static DebianTemplates of(boolean cloudInit, ImageRecipe recipe) {
        var templates = new DebianTemplates();
        templates.add("/etc/hostname", "hostname.tpl", "{{ container.name }}\n", "create", "copy", "rename");
        templates.add("/etc/hosts", "hosts.tpl", HOSTS, "create", "copy");
        if (cloudInit) {
            templates.seed();
        }
        recipe.files().forEach(it -> templates.described.remove(it.path()));
        return templates;
    }

    /** For cloud-init's data source NoCloud: at every start, so that changed keys reach it with the new instance-id. */
    private void seed() {
        add(SEED + "meta-data", "cloud-init-meta.tpl", META_DATA, "start");
        add(SEED + "user-data", "cloud-init-user.tpl", data("user-data", "#cloud-config\n{}"), "start");
        add(SEED + "vendor-data", "cloud-init-vendor.tpl", data("vendor-data", "#cloud-config\n{}"), "start");
        // The image's own eth0.network does what cloud-init's default would.
        add(SEED + "network-config", "cloud-init-network.tpl", data("network-config", "config: disabled"), "start");
    }

    private static String data(String what, String otherwise) {
        return DATA.replace("WHAT", what).replace("OTHERWISE", otherwise);
    }

    private void add(String target, String template, String text, String... when) {
        texts.put(template, text);
        described.put(target, new ImageMetadata.Template(List.of(when), false, template, new TreeMap<>()));
    }

    /** Writes them into a new directory. */
    void write(Path directory) throws IOException {
        Files.createDirectory(directory);
        for (var one : texts.entrySet()) {
            Files.writeString(directory.resolve(one.getKey()), one.getValue());
        }
    }

    /** What becomes of them, by target. */
    SortedMap<String, ImageMetadata.Template> described() {
        return described;
    }
}
