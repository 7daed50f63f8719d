package berth.rest;

import berth.engine.warning.Warnings;
import berth.model.Problem;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Warning;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Percent;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.WarningPut;
import java.util.List;
import java.util.Locale;

/** {@code /1.0/warnings}. */
final class WarningRoutes {
    private final Warnings warnings;

    WarningRoutes(Warnings warnings) {
        this.warnings = warnings;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/1.0/warnings", this::list),
                Route.get("/1.0/warnings/{id}", it -> Reply.of(wire(require(it)))),
                Route.put("/1.0/warnings/{id}", this::mark),
                Route.patch("/1.0/warnings/{id}", this::mark),
                Route.delete("/1.0/warnings/{id}", this::delete));
    }

    /** Of all projects, unless one is named. */
    private Reply list(Exchange exchange) {
        String project = exchange.query("project").orElse("");
        return Listing.filtered(
                exchange,
                warnings.list(project.isEmpty() ? null : new ProjectName(project)),
                it -> "/1.0/warnings/" + Percent.encode(it.id().toString()),
                WarningRoutes::wire);
    }

    /** That something is over is the server's to say. */
    private Reply mark(Exchange exchange) {
        Warning warning = require(exchange);
        String status = Given.text(exchange.json(WarningPut.class).status());
        switch (status) {
            case "new" -> warnings.mark(warning.id().toString(), Warning.State.NEW);
            case "acknowledged" -> warnings.mark(warning.id().toString(), Warning.State.ACKNOWLEDGED);
            case "resolved" ->
                throw new Refused(new Problem.Forbidden("Status may only be set to \"acknowledge\" or \"new\""));
            default -> throw new HttpRefused(400, "Invalid warning type " + Quoted.of(status));
        }
        return Reply.done();
    }

    private Reply delete(Exchange exchange) {
        warnings.delete(require(exchange).id().toString());
        return Reply.done();
    }

    private Warning require(Exchange exchange) {
        return warnings.require(exchange.segment("id"));
    }

    private static berth.wire.Warning wire(Warning it) {
        return new berth.wire.Warning(
                it.state().name().toLowerCase(Locale.ROOT),
                it.id().toString(),
                "none",
                it.project(),
                it.kind().text(),
                it.count(),
                it.firstSeen(),
                it.lastSeen(),
                it.message(),
                it.kind().severity(),
                it.about().startsWith("/1.0/") ? it.about() : "");
    }
}
