package berth.rest;

import berth.engine.image.ImageUpload;
import berth.engine.image.Images;
import berth.engine.instance.PublishInstance;
import berth.model.Fingerprint;
import berth.model.Image;
import berth.model.ImageAlias;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Settings;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Percent;
import berth.wire.ImagePut;
import berth.wire.ImagesPost;
import berth.wire.InstanceSource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** An instance, or a snapshot given as {@code instance/snapshot}, that is to become an image. */
    static PublishInstance.Wanted toPublish(ImagesPost body, ProjectName project) {
        var source = body.source();
        String name = source == null ? "" : Given.text(source.name());
        if (name.isEmpty()) {
            throw new HttpRefused(400, "No source provided");
        }
        int slash = name.indexOf('/');
        boolean snapshot = source != null && "snapshot".equals(source.type());
        if (snapshot != slash >= 0) {
            throw new HttpRefused(400, snapshot ? "Not a snapshot" : "Invalid instance name: " + Quoted.of(name));
        }
        return new PublishInstance.Wanted(
                project,
                new InstanceName(snapshot ? name.substring(0, slash) : name),
                snapshot ? name.substring(slash + 1) : null,
                Given.text(body.filename()),
                Given.text(body.compressionAlgorithm()),
                body.isPublic(),
                body.autoUpdate(),
                Given.keys(body.properties()),
                body.expiresAt() == null || body.expiresAt().isBefore(Instant.EPOCH) ? Instant.EPOCH : body.expiresAt(),
                Given.list(body.profiles()),
                aliases(body));
    }

    private static List<ImageUpload.Alias> aliases(ImagesPost body) {
        var given = body.aliases();
        return given == null
                ? List.of()
                : given.stream()
                        .filter(Objects::nonNull)
                        .map(it -> new ImageUpload.Alias(Given.text(it.name()), Given.text(it.description())))
                        .toList();
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
