package berth.rest;

import berth.engine.instance.Instances;
import berth.model.Instance;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code /1.0/instances/{name}/logs}. */
final class LogRoutes {
    /** The whole name is matched: a prefix alone once let a path through. */
    private static final Pattern NAME =
            Pattern.compile("lxc\\.log|lxc\\.conf|qemu\\.log|(?:migration|snapshot|exec)_[A-Za-z0-9._-]{1,200}");

    private final Instances instances;

    LogRoutes(Instances instances) {
        this.instances = instances;
    }

    List<Route> routes(InstancePrefix prefix) {
        String logs = prefix.path() + "/{name}/logs";
        return List.of(
                Route.get(logs, it -> list(prefix, it)),
                Route.get(logs + "/{file}", it -> read(prefix, it)),
                Route.delete(logs + "/{file}", it -> delete(prefix, it)));
    }

    private Reply list(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(instances, exchange);
        return Reply.of(instances.logs(instance).stream()
                .filter(it -> NAME.matcher(it).matches())
                .map(it -> prefix.path() + "/" + instance.name() + "/logs/" + it)
                .toList());
    }

    private Reply read(InstancePrefix prefix, Exchange exchange) throws IOException {
        Instance instance = prefix.require(instances, exchange);
        String name = name(exchange);
        return download(instances.log(instance, name), name);
    }

    private Reply delete(InstancePrefix prefix, Exchange exchange) throws IOException {
        Instance instance = prefix.require(instances, exchange);
        String name = name(exchange);
        if (name.equals("lxc.log") || name.equals("lxc.conf")) {
            throw new HttpRefused(400, "lxc.log and lxc.conf may not be deleted");
        }
        instances.deleteLog(instance, name);
        return Reply.done();
    }

    private static String name(Exchange exchange) {
        String name = exchange.segment("file");
        if (!NAME.matcher(name).matches()) {
            String shown = berth.model.Quoted.of(name);
            throw new HttpRefused(400, "log file name " + shown.substring(1, shown.length() - 1) + " not valid");
        }
        return name;
    }

    private static Reply download(Path file, String name) throws IOException {
        return new Reply.Download(
                name,
                Files.size(file),
                Files.getLastModifiedTime(file).toInstant(),
                Map.of(),
                () -> Files.newInputStream(file));
    }
}
