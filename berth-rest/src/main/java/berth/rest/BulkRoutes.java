package berth.rest;

import berth.engine.UseCases;
import berth.engine.instance.InstanceView;
import berth.engine.operation.Operation;
import berth.engine.operation.OperationRequest;
import berth.engine.operation.OperationStatus;
import berth.model.Instance;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Status;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.InstanceStatePut;
import berth.wire.InstancesPut;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code PUT /1.0/instances}: one action for all instances of a project whose state it fits. */
final class BulkRoutes {
    private final UseCases engine;

    BulkRoutes(UseCases engine) {
        this.engine = engine;
    }

    List<Route> routes(InstancePrefix prefix) {
        return List.of(Route.put(prefix.path(), it -> change(prefix, it)));
    }

    private Reply change(InstancePrefix prefix, Exchange exchange) {
        ProjectName project = Scope.of(exchange);
        InstanceStatePut state = exchange.json(InstancesPut.class).state();
        String action = state == null ? "" : Given.text(state.action());
        String doing = switch (action) {
            case "start" -> "Starting";
            case "stop" -> "Stopping";
            case "restart" -> "Restarting";
            case "freeze" -> "Freezing";
            case "unfreeze" -> "Unfreezing";
            default -> throw new HttpRefused(400, "Unknown action: '" + InstanceRoutes.shown(action) + "'");
        };
        if (state == null) {
            throw new HttpRefused(400, "Missing state");
        }
        List<Instance> chosen = engine.instances().list(project).stream()
                .filter(it -> prefix.shows(it.instance()) && fits(action, it))
                .map(InstanceView::instance)
                .toList();
        var urls = chosen.stream().map(it -> "/1.0/instances/" + it.name()).toList();
        return OperationTranslation.accepted(engine.operations()
                .begin(
                        OperationRequest.task(doing + " instances", Map.of("instances", urls), project),
                        _ -> all(action, state, chosen)));
    }

    private static boolean fits(String action, InstanceView view) {
        return switch (action) {
            case "start" -> !view.status().alive();
            case "unfreeze" -> view.status() == Status.FROZEN;
            default -> view.status().alive() && view.status() != Status.FROZEN;
        };
    }

    private void all(String action, InstanceStatePut state, List<Instance> chosen) throws InterruptedException {
        var begun = new LinkedHashMap<String, Operation>();
        for (Instance instance : chosen) {
            begun.put(instance.name().text(), begin(action, state, instance));
        }
        var failures = new ArrayList<String>();
        for (var entry : begun.entrySet()) {
            entry.getValue().await();
            var end = entry.getValue().state();
            if (end.status() != OperationStatus.SUCCESS) {
                failures.add(" - Instance: " + entry.getKey() + ": " + end.err() + "\n");
            }
        }
        if (!failures.isEmpty()) {
            throw Refused.failed("The following instances failed to update state:\n" + String.join("", failures));
        }
    }

    private Operation begin(String action, InstanceStatePut state, Instance it) {
        return switch (action) {
            case "start" -> engine.startInstance().start(it.project(), it.name());
            case "stop" -> engine.stopInstance().stop(it.project(), it.name(), InstanceTranslation.manner(state));
            case "restart" ->
                engine.restartInstance().restart(it.project(), it.name(), InstanceTranslation.manner(state));
            case "freeze" -> engine.freezeInstance().freeze(it.project(), it.name());
            default -> engine.freezeInstance().thaw(it.project(), it.name());
        };
    }
}
