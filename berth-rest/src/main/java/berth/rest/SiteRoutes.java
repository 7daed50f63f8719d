package berth.rest;

import berth.engine.UseCases;
import berth.engine.apply.Generation;
import berth.model.Quoted;
import berth.model.Refused;
import berth.plan.PlanReport;
import berth.rest.http.Exchange;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.spec.Parsed;
import berth.wire.SitePost;
import java.util.List;
import java.util.Map;

/** {@code /1.0/berth/sites}: the declared half, Berth's own and no extension of LXD's. */
final class SiteRoutes {
    private final UseCases engine;

    SiteRoutes(UseCases engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/1.0/berth/sites", this::list),
                Route.get("/1.0/berth/sites/{site}", this::show),
                Route.post("/1.0/berth/sites/check", this::check),
                Route.post("/1.0/berth/sites/plan", this::plan),
                Route.post("/1.0/berth/sites/apply", this::apply));
    }

    private Reply list(Exchange exchange) {
        return Listing.of(
                exchange,
                engine.sites().list(),
                it -> "/1.0/berth/sites/" + berth.rest.http.Percent.encode(it.site()),
                it -> SiteTranslation.toWire(engine, it));
    }

    private Reply show(Exchange exchange) {
        String site = exchange.segment("site");
        Generation last = engine.sites().list().stream()
                .filter(it -> it.site().equals(site))
                .findFirst()
                .orElseThrow(() -> Refused.missing("There is no site " + Quoted.of(site)));
        return Reply.of(SiteTranslation.toWire(engine, last));
    }

    private Reply check(Exchange exchange) {
        var body = exchange.json(SitePost.class);
        Parsed parsed = engine.sites().check(SiteTranslation.files(body), SiteTranslation.site(body));
        return Reply.of(Map.of(
                "errors", SiteTranslation.messages(parsed.errors()),
                "warnings", SiteTranslation.messages(parsed.warnings())));
    }

    /** What is wrong with the files themselves is part of the answer, as what is wrong with the host is. */
    private Reply plan(Exchange exchange) {
        var body = exchange.json(SitePost.class);
        var files = SiteTranslation.files(body);
        String site = SiteTranslation.site(body);
        Parsed parsed = engine.sites().check(files, site);
        return Reply.of(
                parsed.errors().isEmpty()
                        ? PlanReport.of(engine.sites().plan(files, site, SiteTranslation.adopt(body)))
                        : SiteTranslation.unread(site, parsed));
    }

    private Reply apply(Exchange exchange) {
        var body = exchange.json(SitePost.class);
        return OperationTranslation.accepted(engine.sites()
                .apply(SiteTranslation.files(body), SiteTranslation.site(body), SiteTranslation.adopt(body)));
    }
}
