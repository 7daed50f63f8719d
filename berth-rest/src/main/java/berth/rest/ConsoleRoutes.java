package berth.rest;

import berth.engine.instance.Consoles;
import berth.engine.instance.Instances;
import berth.engine.operation.Operation;
import berth.engine.operation.OperationClass;
import berth.engine.operation.OperationRequest;
import berth.engine.operation.Operations;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.InstanceConsolePost;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** {@code /1.0/instances/{name}/console}: attach to it, read and clear what was said on it. */
final class ConsoleRoutes {
    private final Consoles consoles;
    private final Instances instances;
    private final Operations operations;
    private final ExecSessions sessions;

    ConsoleRoutes(Consoles consoles, Instances instances, Operations operations, ExecSessions sessions) {
        this.consoles = consoles;
        this.instances = instances;
        this.operations = operations;
        this.sessions = sessions;
    }

    List<Route> routes(InstancePrefix prefix) {
        String path = prefix.path() + "/{name}/console";
        return List.of(
                Route.get(path, it -> read(prefix, it)),
                Route.post(path, it -> attach(prefix, it)),
                Route.delete(path, it -> clear(prefix, it)));
    }

    private Reply attach(InstancePrefix prefix, Exchange exchange) {
        ProjectName project = Scope.of(exchange);
        InstanceName name = prefix.require(instances, exchange).name();
        var body = exchange.json(InstanceConsolePost.class);
        switch (Given.text(body.type())) {
            case "", "console" -> {}
            case "vga" -> throw new HttpRefused(400, "VGA console is only supported by virtual machines");
            default -> throw new HttpRefused(400, "Unknown console type " + Quoted.of(Given.text(body.type())));
        }
        consoles.check(project, name);
        int width = Math.clamp(body.width(), 0, 65_535);
        int height = Math.clamp(body.height(), 0, 65_535);
        var session = new ConsoleSession(() -> consoles.attach(project, name, width, height));
        Operation operation = operations.begin(
                new OperationRequest(
                        OperationClass.WEBSOCKET,
                        "Showing console",
                        Map.of(
                                "containers", List.of("/1.0/containers/" + name),
                                "instances", List.of("/1.0/instances/" + name)),
                        null,
                        false,
                        project),
                _ -> session.run());
        return sessions.accepted(operation, session.sockets());
    }

    private Reply read(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(instances, exchange);
        byte[] said = consoles.log(instance.project(), instance.name());
        return new Reply.Download("", said.length, Instant.now(), Map.of(), () -> new ByteArrayInputStream(said));
    }

    private Reply clear(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(instances, exchange);
        consoles.clear(instance.project(), instance.name());
        return Reply.done();
    }
}
