package berth.rest;

import berth.engine.image.ImageUpload;
import berth.engine.image.Images;
import berth.model.Fingerprint;
import berth.model.Image;
import berth.model.ImageAlias;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Settings;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Percent;
import berth.wire.ImagePut;
import berth.wire.InstanceSource;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Images and aliases in LXD's words, and back. */
final class ImageTranslation {
    private ImageTranslation() {}

    static berth.wire.Image toWire(Image image, List<ImageAlias> aliases) {
        return new berth.wire.Image(
                image.autoUpdate(),
                image.properties(),
                image.isPublic(),
                image.expiresAt(),
                image.profiles(),
                aliases.stream()
                        .map(it -> new berth.wire.Image.Alias(it.name(), it.description()))
                        .toList(),
                image.architecture(),
                image.cached(),
                image.filename(),
                image.fingerprint().text(),
                image.size(),
                image.kind().text(),
                image.createdAt(),
                image.lastUsedAt(),
                image.uploadedAt());
    }

    static berth.wire.ImageAlias toWire(ImageAlias alias) {
        return new berth.wire.ImageAlias(
                alias.description(),
                alias.target().text(),
                alias.name(),
                alias.kind().text());
    }

    static Etag etag(Image image) {
        return Etag.of(image.isPublic(), image.autoUpdate(), image.properties());
    }

    static Etag etag(ImageAlias alias) {
        return Etag.of(alias.name(), alias.target().text());
    }

    /** PUT: null properties clear them, null profiles keep them, as LXD has it. */
    static Image put(Image before, ImagePut body) {
        return before.edited(
                Boolean.TRUE.equals(body.isPublic()),
                Boolean.TRUE.equals(body.autoUpdate()),
                Settings.merge(Map.of(), Given.keys(body.properties())),
                body.profiles() == null ? before.profiles() : Given.list(body.profiles()),
                body.expiresAt() == null ? before.expiresAt() : body.expiresAt());
    }

    static Image patch(Image before, ImagePut body) {
        return before.edited(
                body.isPublic() == null ? before.isPublic() : body.isPublic(),
                body.autoUpdate() == null ? before.autoUpdate() : body.autoUpdate(),
                Settings.merge(before.properties(), Given.keys(body.properties())),
                body.profiles() == null ? before.profiles() : Given.list(body.profiles()),
                body.expiresAt() == null ? before.expiresAt() : body.expiresAt());
    }

    /** What the headers of an upload say of it. */
    static ImageUpload toUpload(
            Exchange exchange, ProjectName project, Path file, @Nullable Path root, boolean rootIsDisk) {
        String isPublic = exchange.header("X-LXD-public").orElse("");
        return new ImageUpload(
                project,
                file,
                root,
                rootIsDisk,
                exchange.header("X-LXD-filename").orElse(""),
                exchange.header("X-LXD-fingerprint").orElse(""),
                isPublic.equals("1") || isPublic.equals("true"),
                false,
                Percent.query(exchange.header("X-LXD-properties").orElse("")),
                List.of(),
                List.of());
    }

    /** Which image a new instance is to be made of. */
    static Fingerprint find(
            Images images, berth.engine.image.ImageAliases aliases, ProjectName project, InstanceSource source) {
        String alias = Given.text(source.alias());
        String fingerprint = Given.text(source.fingerprint());
        Map<String, String> properties = Given.keys(source.properties());
        if (!fingerprint.isEmpty()) {
            return images.require(project, fingerprint).fingerprint();
        }
        if (!alias.isEmpty()) {
            return aliases.require(project, alias).target();
        }
        if (!properties.isEmpty()) {
            return images.list(project).stream()
                    .filter(it -> it.properties().entrySet().containsAll(properties.entrySet()))
                    .max(Comparator.comparing(Image::createdAt))
                    .orElseThrow(() -> Refused.missing("No matching image could be found"))
                    .fingerprint();
        }
        throw new HttpRefused(400, "Must specify one of alias, fingerprint or properties for init from image");
    }
}
