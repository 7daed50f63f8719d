package berth.rest;

import berth.engine.image.ImageMetadata;
import berth.wire.ImageMetadata.Template;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Metadata of an instance, between LXD's words and ours. */
final class MetadataTranslation {
    private MetadataTranslation() {}

    static berth.wire.ImageMetadata toWire(Optional<ImageMetadata> metadata) {
        return metadata.map(MetadataTranslation::toWire)
                .orElseGet(() -> new berth.wire.ImageMetadata("", 0, 0, null, null));
    }

    private static berth.wire.ImageMetadata toWire(ImageMetadata it) {
        var templates = new TreeMap<String, Template>();
        it.templates()
                .forEach((target, template) -> templates.put(
                        target,
                        new Template(
                                template.when(), template.createOnly(), template.template(), template.properties())));
        return new berth.wire.ImageMetadata(
                it.architecture(),
                it.createdAt().getEpochSecond(),
                it.expiresAt().getEpochSecond(),
                it.properties(),
                templates.isEmpty() ? null : templates);
    }

    /** Refuses what no image could say of itself. */
    static ImageMetadata toEngine(berth.wire.ImageMetadata wire) {
        var templates = new TreeMap<String, Object>();
        given(wire.templates())
                .forEach((target, template) -> templates.put(target, template == null ? "" : map(template)));
        return ImageMetadata.of(Map.of(
                "architecture", Given.text(wire.architecture()),
                "creation_date", String.valueOf(wire.creationDate()),
                "expiry_date", String.valueOf(wire.expiryDate()),
                "properties", Given.keys(wire.properties()),
                "templates", templates));
    }

    private static Map<String, Object> map(Template template) {
        return Map.of(
                "when", Given.list(template.when()),
                "create_only", String.valueOf(template.createOnly()),
                "template", Given.text(template.template()),
                "properties", Given.keys(template.properties()));
    }

    /** The new one over the old one: what is not given stays, properties and templates are merged. */
    static berth.wire.ImageMetadata merged(berth.wire.ImageMetadata before, berth.wire.ImageMetadata given) {
        return new berth.wire.ImageMetadata(
                Given.text(given.architecture()).isEmpty() ? before.architecture() : given.architecture(),
                given.creationDate() == 0 ? before.creationDate() : given.creationDate(),
                given.expiryDate() == 0 ? before.expiryDate() : given.expiryDate(),
                merged(before.properties(), given.properties()),
                merged(before.templates(), given.templates()));
    }

    private static <T extends @Nullable Object> Map<String, T> merged(
            @Nullable Map<String, T> before, @Nullable Map<String, T> given) {
        var both = new TreeMap<>(given(before));
        both.putAll(given(given));
        return both;
    }

    private static <T extends @Nullable Object> Map<String, T> given(@Nullable Map<String, T> map) {
        return map == null ? Map.of() : map;
    }
}
