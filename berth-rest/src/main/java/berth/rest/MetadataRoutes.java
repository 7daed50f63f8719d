package berth.rest;

import berth.engine.instance.InstanceMetadata;
import berth.engine.instance.Instances;
import berth.model.Instance;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.ImageMetadata;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** {@code /1.0/instances/{name}/metadata}: what its image said of itself, and the templates that came along. */
final class MetadataRoutes {
    private final Instances instances;
    private final InstanceMetadata metadata;

    MetadataRoutes(Instances instances, InstanceMetadata metadata) {
        this.instances = instances;
        this.metadata = metadata;
    }

    List<Route> routes(InstancePrefix prefix) {
        String one = prefix.path() + "/{name}/metadata";
        String templates = one + "/templates";
        return List.of(
                Route.get(one, it -> show(prefix.require(instances, it))),
                Route.put(one, it -> change(prefix, it, (_, body) -> body)),
                Route.patch(one, it -> change(prefix, it, MetadataTranslation::merged)),
                Route.get(templates, it -> templates(prefix.require(instances, it), it)),
                Route.post(templates, it -> putTemplate(prefix.require(instances, it), it)),
                Route.delete(templates, it -> deleteTemplate(prefix.require(instances, it), it)));
    }

    private Reply show(Instance instance) {
        var wire = MetadataTranslation.toWire(metadata.metadata(instance));
        return new Reply.Data(wire, Etag.of(wire).quoted());
    }

    private Reply change(
            InstancePrefix prefix, Exchange exchange, BiFunction<ImageMetadata, ImageMetadata, ImageMetadata> edit) {
        Instance instance = prefix.require(instances, exchange);
        var body = exchange.json(ImageMetadata.class);
        metadata.change(instance.project(), instance.name(), before -> {
            var wire = MetadataTranslation.toWire(before);
            Etag.of(wire).check(exchange);
            return Optional.of(MetadataTranslation.toEngine(edit.apply(wire, body)));
        });
        return Reply.done();
    }

    private Reply templates(Instance instance, Exchange exchange) {
        String path = exchange.query("path").orElse("");
        if (path.isEmpty()) {
            return Reply.of(metadata.templates(instance));
        }
        byte[] text = metadata.template(instance, path);
        return new Reply.Download(
                path, text.length, instance.createdAt(), Map.of(), () -> new ByteArrayInputStream(text));
    }

    private Reply putTemplate(Instance instance, Exchange exchange) throws IOException {
        String path = path(exchange);
        try (InputStream body = exchange.body()) {
            byte[] text = body.readNBytes(InstanceMetadata.LARGEST + 1);
            metadata.putTemplate(instance.project(), instance.name(), path, text);
        }
        return Reply.done();
    }

    private Reply deleteTemplate(Instance instance, Exchange exchange) {
        metadata.deleteTemplate(instance.project(), instance.name(), path(exchange));
        return Reply.done();
    }

    private static String path(Exchange exchange) {
        return exchange.query("path")
                .filter(it -> !it.isEmpty())
                .orElseThrow(() -> new HttpRefused(400, "missing path argument"));
    }
}
