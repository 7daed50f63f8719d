package berth.rest;

import berth.engine.image.ImageMetadata;
import berth.engine.instance.Instances;
import berth.engine.instance.ReadMetadata;
import berth.model.Instance;
import berth.rest.http.Exchange;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code /1.0/instances/{name}/metadata}: what its image said of itself, to look at. */
final class MetadataRoutes {
    private final Instances instances;
    private final ReadMetadata metadata;

    MetadataRoutes(Instances instances, ReadMetadata metadata) {
        this.instances = instances;
        this.metadata = metadata;
    }

    List<Route> routes(InstancePrefix prefix) {
        String one = prefix.path() + "/{name}/metadata";
        return List.of(
                Route.get(one, it -> show(prefix.require(instances, it))),
                Route.get(one + "/templates", it -> templates(prefix.require(instances, it), it)));
    }

    private Reply show(Instance instance) {
        var wire = metadata.metadata(instance)
                .map(MetadataRoutes::wire)
                .orElseGet(() -> new berth.wire.ImageMetadata("", 0, 0, null, null));
        return new Reply.Data(wire, Etag.of(wire).quoted());
    }

    private Reply templates(Instance instance, Exchange exchange) {
        String path = exchange.query("path").orElse("");
        if (path.isEmpty()) {
            return Reply.of(metadata.templates(instance));
        }
        byte[] text = metadata.template(instance, path);
        return new Reply.Raw("application/octet-stream", Map.of(), out -> out.write(text));
    }

    private static berth.wire.ImageMetadata wire(ImageMetadata it) {
        var templates = new TreeMap<String, berth.wire.ImageMetadata.Template>();
        it.templates()
                .forEach((target, template) -> templates.put(
                        target,
                        new berth.wire.ImageMetadata.Template(
                                template.when(), template.createOnly(), template.template(), template.properties())));
        return new berth.wire.ImageMetadata(
                it.architecture(),
                it.createdAt().getEpochSecond(),
                it.expiresAt().getEpochSecond(),
                it.properties(),
                templates.isEmpty() ? null : templates);
    }
}
