package berth.rest;

import berth.engine.instance.ReadMetrics;
import berth.model.ProjectName;
import berth.rest.http.Exchange;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /1.0/metrics}: text for a monitoring system, no envelope. */
final class MetricsRoutes {
    private final ReadMetrics metrics;
    private volatile @Nullable Written last;

    /** The text of what was measured last, for collectors that ask in turn. */
    private record Written(List<ReadMetrics.Measured> measured, ByteArrayOutputStream text) {}

    MetricsRoutes(ReadMetrics metrics) {
        this.metrics = metrics;
        metrics.show(this::written); // so that its text is there before it is asked for
    }

    List<Route> routes() {
        return List.of(Route.get("/1.0/metrics", this::show));
    }

    /** Without a project all are meant. */
    private Reply show(Exchange exchange) {
        String project = exchange.query("project").orElse("");
        var measured = metrics.all(project.isEmpty() ? null : new ProjectName(project));
        return new Reply.Raw(
                "text/plain", Map.of(), out -> written(measured).text().writeTo(out));
    }

    @SuppressWarnings("ReferenceEquality") // the very same list stands for the same numbers
    private Written written(List<ReadMetrics.Measured> measured) {
        Written known = last;
        if (known == null || known.measured() != measured) {
            var text = new ByteArrayOutputStream();
            try {
                MetricsText.write(measured, text);
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            known = new Written(measured, text);
            last = known;
        }
        return known;
    }
}
