package berth.engine.image;

import berth.engine.record.ForeignYaml;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Settings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * What an image says of itself: its {@code metadata.yaml} (reference/images "metadata.yaml"). Nobody's word is taken for
 * anything in it.
 *
 * @param architecture as the kernel names it
 * @param expiresAt the epoch for never
 * @param templates target path in the guest to what is rendered there
 */
public record ImageMetadata(
        String architecture,
        Instant createdAt,
        Instant expiresAt,
        SortedMap<String, String> properties,
        SortedMap<String, Template> templates) {
    private static final ForeignYaml YAML = new ForeignYaml("metadata.yaml");
    private static final long LAST_SECOND = 253402300799L; // the end of the year 9999
    private static final Map<String, String> ARCHITECTURES = Map.ofEntries(
            Map.entry("amd64", "x86_64"),
            Map.entry("x86_64", "x86_64"),
            Map.entry("i386", "i686"),
            Map.entry("i486", "i686"),
            Map.entry("i586", "i686"),
            Map.entry("i686", "i686"),
            Map.entry("arm64", "aarch64"),
            Map.entry("aarch64", "aarch64"),
            Map.entry("armel", "armv7l"),
            Map.entry("armhf", "armv7l"),
            Map.entry("armv7l", "armv7l"),
            Map.entry("armv8l", "armv8l"),
            Map.entry("powerpc", "ppc"),
            Map.entry("ppc", "ppc"),
            Map.entry("ppc64", "ppc64"),
            Map.entry("ppc64el", "ppc64le"),
            Map.entry("ppc64le", "ppc64le"),
            Map.entry("s390x", "s390x"),
            Map.entry("riscv32", "riscv32"),
            Map.entry("riscv64", "riscv64"),
            Map.entry("mips", "mips"),
            Map.entry("mips64", "mips64"),
            Map.entry("mips64el", "mips64"),
            Map.entry("loong64", "loongarch64"),
            Map.entry("loongarch64", "loongarch64"));

    /**
     * A file that is made out of a template.
     *
     * @param when {@code create}, {@code copy}, {@code start}
     * @param createOnly not where there is a file already
     * @param template name of a file in {@code templates/}
     */
    public record Template(
            List<String> when, boolean createOnly, String template, SortedMap<String, String> properties) {}

    public ImageMetadata {
        properties = Settings.copyOf(properties);
        templates = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(templates));
    }

    /** Reads it; refuses what is not acceptable, saying which key is wrong. */
    public static ImageMetadata of(String yaml) {
        return of(YAML.map("metadata.yaml", YAML.load(yaml)));
    }

    /** Reads it from what stands in it, numbers as texts; refuses what is not acceptable, saying which key is wrong. */
    public static ImageMetadata of(Map<?, ?> top) {
        return new ImageMetadata(
                architecture(YAML.text("architecture", top.get("architecture"))),
                seconds("creation_date", top.get("creation_date"), 1),
                seconds("expiry_date", top.get("expiry_date"), 0),
                YAML.texts("properties", top.get("properties")),
                templates(top.get("templates")));
    }

    /** As {@code metadata.yaml} has it; what {@link #of} reads again. */
    public String yaml() {
        var top = new LinkedHashMap<String, Object>();
        top.put("architecture", architecture);
        top.put("creation_date", createdAt.getEpochSecond());
        top.put("expiry_date", expiresAt.getEpochSecond());
        top.put("properties", properties);
        var all = new LinkedHashMap<String, Object>();
        templates.forEach((target, template) -> {
            var one = new LinkedHashMap<String, Object>();
            one.put("when", template.when());
            one.put("create_only", template.createOnly());
            one.put("template", template.template());
            one.put("properties", template.properties());
            all.put(target, one);
        });
        top.put("templates", all);
        return new Dump(DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .build())
                .dumpToString(top);
    }

    /** The kernel's name of an architecture that may be named as distributions do. */
    public static String architecture(String given) {
        String known = ARCHITECTURES.get(given);
        if (known == null) {
            throw Refused.invalid(
                    "Architecture isn't supported: " + Quoted.of(given) + " (metadata.yaml: architecture)");
        }
        return known;
    }

    private static Instant seconds(String key, @Nullable Object value, long least) {
        if (value == null && least == 0) {
            return Instant.EPOCH;
        }
        String text = YAML.text(key, value);
        if (!text.matches("[0-9]{1,12}") || Long.parseLong(text) < least || Long.parseLong(text) > LAST_SECOND) {
            throw Refused.invalid("metadata.yaml: " + key + " is no time in seconds since 1970: " + Quoted.of(text));
        }
        return Instant.ofEpochSecond(Long.parseLong(text));
    }

    private static SortedMap<String, Template> templates(@Nullable Object value) {
        var templates = new TreeMap<String, Template>();
        if (value == null || value.equals("")) {
            return templates;
        }
        for (Map.Entry<?, ?> entry : YAML.map("templates", value).entrySet()) {
            String target = YAML.text("a key of templates", entry.getKey());
            String key = "templates." + target;
            Map<?, ?> one = YAML.map(key, entry.getValue());
            String file = YAML.text(key + ".template", one.get("template"));
            if (!target.startsWith("/") || target.indexOf('\0') >= 0) {
                throw Refused.invalid(
                        "metadata.yaml: the target of a template is no absolute path: " + Quoted.of(target));
            }
            // Checked again when it is opened: beneath the templates directory, through no link.
            if (file.isEmpty()
                    || file.startsWith("/")
                    || List.of(file.split("/")).contains("..")
                    || file.indexOf('\0') >= 0) {
                throw Refused.invalid("metadata.yaml: " + key + ".template leads outside: " + Quoted.of(file));
            }
            Object createOnly = one.get("create_only");
            templates.put(
                    target,
                    new Template(
                            when(key, one.get("when")),
                            createOnly != null && Settings.truthy(YAML.text(key + ".create_only", createOnly), false),
                            file,
                            YAML.texts(key + ".properties", one.get("properties"))));
        }
        return templates;
    }

    private static List<String> when(String key, @Nullable Object value) {
        var when = new ArrayList<String>();
        if (value instanceof List<?> list) {
            for (Object one : list) {
                String trigger = YAML.text(key + ".when", one);
                if (!List.of("create", "copy", "start", "rename").contains(trigger)) {
                    throw Refused.invalid("metadata.yaml: " + key + ".when has " + Quoted.of(trigger)
                            + "; there are create, copy, start");
                }
                when.add(trigger);
            }
            return List.copyOf(when);
        }
        throw Refused.invalid("metadata.yaml: " + key + ".when is no list");
    }
}
