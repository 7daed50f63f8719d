package berth.rest;

import berth.engine.image.ExportImage;
import berth.engine.image.ImageUseCases;
import berth.engine.instance.PublishInstance;
import berth.model.Image;
import berth.model.Problem;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Json;
import berth.rest.http.Multipart;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.ImagePut;
import berth.wire.ImagesPost;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;

/** {@code /1.0/images}: list, take in, show, change, hand out, delete. */
final class ImageRoutes {
    private final ImageUseCases images;
    private final PublishInstance publish;

    ImageRoutes(ImageUseCases images, PublishInstance publish) {
        this.images = images;
        this.publish = publish;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/1.0/images", this::list),
                Route.post("/1.0/images", this::upload),
                Route.get("/1.0/images/{fingerprint}", this::show),
                Route.put("/1.0/images/{fingerprint}", it -> change(it, ImageTranslation::put)),
                Route.patch("/1.0/images/{fingerprint}", it -> change(it, ImageTranslation::patch)),
                Route.delete("/1.0/images/{fingerprint}", this::delete),
                Route.get("/1.0/images/{fingerprint}/export", this::export));
    }

    private Reply list(Exchange exchange) {
        return Listing.filtered(
                exchange,
                images.images().list(Scope.of(exchange)),
                it -> "/1.0/images/" + it.fingerprint() + Scope.query(it.project()),
                this::wire);
    }

    private Reply show(Exchange exchange) {
        Image image = require(exchange);
        return new Reply.Data(wire(image), ImageTranslation.etag(image).quoted());
    }

    private Reply change(Exchange exchange, BiFunction<Image, ImagePut, Image> edit) {
        Image image = require(exchange);
        var body = exchange.json(ImagePut.class);
        images.images().update(image, before -> {
            ImageTranslation.etag(before).check(exchange);
            return edit.apply(before, body);
        });
        return Reply.done();
    }

    private Reply delete(Exchange exchange) {
        Image image = require(exchange);
        images.aliases().list(image.project()).stream()
                .filter(it -> it.target().equals(image.fingerprint()))
                .forEach(it -> Scope.byHand(exchange).deletion("image " + it.name(), it.declared()));
        return OperationTranslation.accepted(
                images.deleteImage().start(Scope.of(exchange), exchange.segment("fingerprint")));
    }

    /**
     * Raw bytes are a unified image, a form of two parts is a split one, JSON asks for an image from elsewhere. Clients
     * say all kinds of types for JSON (curl: that of a form), so it is told by its first byte: no archive begins so.
     */
    private Reply upload(Exchange exchange) throws IOException {
        var project = Scope.existing(exchange);
        String type = exchange.header("Content-Type").orElse("");
        if (type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
            return split(exchange, project, type);
        }
        if (type.startsWith("application/json")) {
            return described(exchange.json(ImagesPost.class), project);
        }
        var body = new PushbackInputStream(exchange.body());
        int first = body.read();
        if (first == '{') {
            body.unread(first);
            return described(Json.read(body, ImagesPost.class), project);
        }
        if (first >= 0) {
            body.unread(first);
        }
        Path file = images.files().newUpload();
        try (body) {
            save(body, file);
        } catch (IOException | RuntimeException failure) {
            Files.deleteIfExists(file);
            throw failure;
        }
        return OperationTranslation.accepted(
                images.importImage().start(ImageTranslation.toUpload(exchange, project, file, null, false)));
    }

    private Reply split(Exchange exchange, ProjectName project, String type) throws IOException {
        Path metadata = images.files().newUpload();
        Path root = images.files().newUpload();
        boolean disk;
        try (InputStream body = exchange.body()) {
            var parts = new Multipart(body, type);
            if (!parts.next().equals("metadata")) {
                throw new HttpRefused(400, "Invalid multipart image: the first part must be \"metadata\"");
            }
            save(parts.content(), metadata);
            String second = parts.next();
            disk = second.equals("rootfs.img");
            if (!disk && !second.equals("rootfs")) {
                throw new HttpRefused(
                        400, "Invalid multipart image: the second part must be \"rootfs\" or \"rootfs.img\"");
            }
            save(parts.content(), root);
            if (!parts.next().isEmpty()) {
                throw new HttpRefused(400, "Invalid multipart image: there are more than two parts");
            }
        } catch (IOException | RuntimeException failure) {
            Files.deleteIfExists(metadata);
            Files.deleteIfExists(root);
            throw failure;
        }
        return OperationTranslation.accepted(
                images.importImage().start(ImageTranslation.toUpload(exchange, project, metadata, root, disk)));
    }

    private static void save(InputStream from, Path file) throws IOException {
        try (OutputStream into = Files.newOutputStream(file)) {
            from.transferTo(into);
        }
    }

    private Reply described(ImagesPost body, ProjectName project) {
        var source = body.source();
        return switch (source == null ? "" : Given.text(source.type())) {
            case "instance", "container", "virtual-machine", "snapshot" ->
                OperationTranslation.accepted(publish.start(ImageTranslation.toPublish(body, project)));
            case "image", "url" ->
                throw new Refused(new Problem.Unsupported(
                        "Images cannot be fetched from a server yet; download the image and import its files"));
            case String _ -> throw new HttpRefused(400, "Invalid images JSON");
        };
    }

    private Reply export(Exchange exchange) throws IOException {
        return reply(images.exportImage().export(Scope.of(exchange), exchange.segment("fingerprint")));
    }

    /** An image's one file, or both as a form. */
    static Reply reply(ExportImage.Files files) throws IOException {
        ExportImage.Root root = files.root();
        if (root == null) {
            return new Reply.Download(
                    files.filename(),
                    Files.size(files.main()),
                    files.image().uploadedAt(),
                    Map.of(),
                    () -> Files.newInputStream(files.main()));
        }
        String boundary = UUID.randomUUID().toString().replace("-", "");
        return new Reply.Raw("multipart/form-data; boundary=" + boundary, Map.of(), out -> {
            part(out, boundary, "metadata", files.filename(), files.main());
            part(out, boundary, root.part(), root.filename(), root.file());
            out.write(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        });
    }

    private static void part(OutputStream out, String boundary, String name, String filename, Path file)
            throws IOException {
        String first = name.equals("metadata") ? "" : "\r\n";
        out.write((first + "--" + boundary + "\r\nContent-Disposition: form-data; name=" + Quoted.of(name)
                        + "; filename=" + Quoted.of(filename) + "\r\nContent-Type: application/octet-stream\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        Files.copy(file, out);
    }

    private Image require(Exchange exchange) {
        return images.images().require(Scope.of(exchange), exchange.segment("fingerprint"));
    }

    private berth.wire.Image wire(Image image) {
        return ImageTranslation.toWire(image, images.images().aliases(image));
    }
}
