package berth.rest;

import berth.engine.operation.Operation;
import berth.engine.operation.Operations;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.UUID;

/** {@code /1.0/operations}. */
final class OperationRoutes {
    private final Operations operations;
    private final ExecSessions sessions;

    OperationRoutes(Operations operations, ExecSessions sessions) {
        this.operations = operations;
        this.sessions = sessions;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/1.0/operations", this::list),
                Route.get("/1.0/operations/{id}", it -> Reply.of(OperationTranslation.toWire(find(it).state()))),
                Route.delete("/1.0/operations/{id}", this::cancel),
                Route.get("/1.0/operations/{id}/wait", this::await),
                Route.get("/1.0/operations/{id}/websocket", it -> sessions.connect(find(it), it)));
    }

    private Reply list(Exchange exchange) {
        ProjectName project = Scope.of(exchange);
        var byStatus = new TreeMap<String, List<Object>>();
        for (Operation operation : operations.all()) {
            var state = operation.state();
            if (state.project() == null || state.project().equals(project)) {
                byStatus.computeIfAbsent(state.status().text().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                        .add(
                                exchange.recursion() > 0
                                        ? OperationTranslation.toWire(state)
                                        : OperationTranslation.url(state));
            }
        }
        return Reply.of(byStatus);
    }

    private Reply cancel(Exchange exchange) {
        operations.cancel(find(exchange));
        return Reply.done();
    }

    private Reply await(Exchange exchange) throws InterruptedException {
        Operation operation = find(exchange);
        String timeout = exchange.query("timeout").orElse("-1");
        if (!timeout.matches("-?[0-9]{1,9}")) {
            throw new HttpRefused(400, "Invalid timeout " + berth.model.Quoted.of(timeout));
        }
        if (timeout.startsWith("-")) {
            operation.await();
        } else {
            operation.await(Duration.ofSeconds(Long.parseLong(timeout)));
        }
        return Reply.of(OperationTranslation.toWire(operation.state()));
    }

    private Operation find(Exchange exchange) {
        try {
            return operations
                    .find(UUID.fromString(exchange.segment("id")))
                    .orElseThrow(() -> Refused.missing("Operation not found"));
        } catch (IllegalArgumentException notAnId) {
            throw Refused.missing("Operation not found");
        }
    }
}
