package berth.rest;

import berth.engine.instance.ReadMetrics;
import berth.model.ProjectName;
import berth.rest.http.Exchange;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import java.util.List;
import java.util.Map;

/** {@code /1.0/metrics}: text for a monitoring system, no envelope. */
final class MetricsRoutes {
    private final ReadMetrics metrics;

    MetricsRoutes(ReadMetrics metrics) {
        this.metrics = metrics;
    }

    List<Route> routes() {
        return List.of(Route.get("/1.0/metrics", this::show));
    }

    /** Without a project all are meant. */
    private Reply show(Exchange exchange) {
        String project = exchange.query("project").orElse("");
        var measured = metrics.all(project.isEmpty() ? null : new ProjectName(project));
        return new Reply.Raw("text/plain", Map.of(), out -> MetricsText.write(measured, out));
    }
}
