package berth.rest;

import berth.engine.UseCases;
import berth.engine.apply.AdoptDrift;
import berth.engine.apply.Generation;
import berth.model.Problem;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.wanted.Finding;
import berth.plan.PlanReport;
import berth.plan.Rule;
import berth.plan.Rules;
import berth.plan.Target;
import berth.rest.http.Exchange;
import berth.rest.http.Percent;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.spec.NormalText;
import berth.spec.Parsed;
import berth.wire.SiteAdopt;
import berth.wire.SiteDetach;
import berth.wire.SitePost;
import berth.wire.SitePurge;
import berth.wire.SiteRepair;
import berth.wire.SiteReset;
import berth.wire.SiteRollback;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code /1.0/sites}: the declared half, Berth's own and no extension of LXD's. */
final class SiteRoutes {
    private final UseCases engine;

    SiteRoutes(UseCases engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/1.0/sites", this::list),
                Route.get("/1.0/sites/{site}", this::show),
                Route.get("/1.0/berth/rules", this::rules),
                Route.post("/1.0/sites/check", this::check),
                Route.post("/1.0/sites/plan", this::plan),
                Route.post("/1.0/sites/apply", this::apply),
                Route.post("/1.0/sites/adopt", this::adopt),
                Route.get("/1.0/sites/{site}/generations", this::generations),
                Route.get("/1.0/sites/{site}/generations/{number}", this::generation),
                Route.get("/1.0/sites/{site}/diff", this::difference),
                Route.get("/1.0/sites/{site}/drift", this::drift),
                Route.get("/1.0/sites/{site}/normal", this::applied),
                Route.post("/1.0/sites/{site}/reset", this::reset),
                Route.post("/1.0/sites/{site}/rollback", this::rollback),
                Route.post("/1.0/sites/{site}/repair", this::repair),
                Route.post("/1.0/sites/{site}/detach", this::detach),
                Route.post("/1.0/sites/{site}/purge", this::purge));
    }

    private Reply list(Exchange exchange) {
        return Listing.of(
                exchange,
                engine.sites().generations().lastOfEach(),
                it -> url(it.site()),
                it -> SiteTranslation.toWire(engine, it));
    }

    /** The whole table, or the rows for a rule's number or a key: of a key those that would decide. */
    private Reply rules(Exchange exchange) {
        String about = exchange.query("about").orElse("");
        List<Rule> rows = Rules.about(about);
        if (rows.isEmpty()) {
            throw new Refused(
                    new Problem.Missing("No rule is called " + Quoted.of(about) + ", and none is about such a key"));
        }
        return Reply.of(rows.stream().map(SiteTranslation::toWire).toList());
    }

    private static String url(String site) {
        return "/1.0/sites/" + Percent.encode(site);
    }

    private Reply show(Exchange exchange) {
        return Reply.of(
                SiteTranslation.toWire(engine, engine.sites().generations().current(exchange.segment("site"))));
    }

    private Reply check(Exchange exchange) {
        var body = exchange.json(SitePost.class);
        var wanted = SiteTranslation.wanted(body);
        if (Boolean.TRUE.equals(body.normal())) {
            return Reply.of(normal(engine.sites().read(wanted.files(), wanted.site())));
        }
        List<Finding> findings = Boolean.FALSE.equals(body.host())
                ? engine.sites().read(wanted.files(), wanted.site()).findings()
                : engine.sites().check(wanted);
        return Reply.of(Map.of(
                "errors", messages(findings, true),
                "warnings", messages(findings, false)));
    }

    /** What was understood, also where this version does not carry it out; without it when something is wrong. */
    private static Map<String, Object> normal(Parsed parsed) {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("errors", messages(parsed.findings(), true));
        answer.put("warnings", messages(parsed.findings(), false));
        if (parsed.mistakes().isEmpty()) {
            answer.put("normal", NormalText.of(parsed.spec()));
            answer.put("digest", NormalText.digest(parsed.spec()));
            answer.put("systems", SiteTranslation.systems(parsed.spec()));
        }
        return answer;
    }

    private static List<PlanReport.Message> messages(List<Finding> findings, boolean errors) {
        return SiteTranslation.messages(
                findings.stream().filter(it -> it.error() == errors).toList());
    }

    /** What is wrong with the files themselves is part of the answer, as what is wrong with the host is. */
    private Reply plan(Exchange exchange) {
        var body = exchange.json(SitePost.class);
        var wanted = SiteTranslation.wanted(body);
        Parsed parsed = engine.sites().read(wanted.files(), wanted.site());
        return Reply.of(
                parsed.errors().isEmpty()
                        ? PlanReport.of(engine.sites().plan(parsed.spec(), wanted))
                        : SiteTranslation.unread(wanted.site(), parsed));
    }

    private Reply apply(Exchange exchange) {
        return OperationTranslation.accepted(
                engine.sites().apply(SiteTranslation.wanted(exchange.json(SitePost.class))));
    }

    private Reply adopt(Exchange exchange) {
        var body = exchange.json(SiteAdopt.class);
        return Reply.of(new AdoptDrift(engine.sites())
                .adopt(
                        SiteTranslation.files(body.files()),
                        Given.text(body.site()),
                        Given.text(body.object()),
                        Given.text(body.key())));
    }

    private Reply generations(Exchange exchange) {
        Generation current = engine.sites().generations().current(exchange.segment("site"));
        return Listing.of(
                exchange,
                engine.sites().generations().of(current.site()),
                it -> url(it.site()) + "/generations/" + it.number(),
                it -> SiteTranslation.toWire(it, current));
    }

    private Reply generation(Exchange exchange) {
        var generations = engine.sites().generations();
        Generation current = generations.current(exchange.segment("site"));
        return Reply.of(SiteTranslation.toWire(
                generations.require(current.site(), number(exchange.segment("number"))), current));
    }

    private Reply difference(Exchange exchange) {
        Generation current = engine.sites().generations().current(exchange.segment("site"));
        long from = number(exchange.query("from").orElse(""));
        long to = exchange.query("to").map(SiteRoutes::number).orElse(current.number());
        return Reply.of(engine.sites().difference(current.site(), from, to));
    }

    private Reply drift(Exchange exchange) {
        return Reply.of(PlanReport.of(engine.sites().drift(exchange.segment("site"))));
    }

    private Reply rollback(Exchange exchange) {
        String site = exchange.segment("site");
        var body = exchange.json(SiteRollback.class);
        Set<String> withState = new LinkedHashSet<>(Given.list(body.withState()));
        return body.dryRun()
                ? Reply.of(PlanReport.of(engine.sites().planRollback(site, body.generation(), withState)))
                : OperationTranslation.accepted(engine.sites()
                        .rollback(site, body.generation(), withState, !Boolean.FALSE.equals(body.awaitReady())));
    }

    /** What a generation asks for, in normal form: the current one unless another is named. */
    private Reply applied(Exchange exchange) {
        var generations = engine.sites().generations();
        Generation current = generations.current(exchange.segment("site"));
        Generation meant = exchange.query("generation")
                .map(it -> generations.require(current.site(), number(it)))
                .orElse(current);
        return Reply.of(normal(engine.sites().read(meant.sources(), meant.site())));
    }

    private Reply reset(Exchange exchange) {
        String site = exchange.segment("site");
        var body = exchange.json(SiteReset.class);
        Set<String> guests = new LinkedHashSet<>(Given.list(body.instances()));
        return body.dryRun()
                ? Reply.of(PlanReport.of(engine.sites().planReset(site, guests)))
                : OperationTranslation.accepted(
                        engine.sites().reset(site, guests, !Boolean.FALSE.equals(body.awaitReady())));
    }

    private Reply repair(Exchange exchange) {
        String site = exchange.segment("site");
        var body = exchange.json(SiteRepair.class);
        return body.dryRun()
                ? Reply.of(PlanReport.of(engine.sites().planRepair(site)))
                : OperationTranslation.accepted(
                        engine.sites().repair(site, !Boolean.FALSE.equals(body.awaitReady()), body.plan()));
    }

    private Reply detach(Exchange exchange) {
        String site =
                engine.sites().generations().current(exchange.segment("site")).site();
        Set<String> objects =
                new LinkedHashSet<>(Given.list(exchange.json(SiteDetach.class).objects()));
        return Reply.of(Map.of("objects", texts(engine.detach().detach(site, objects))));
    }

    private static List<String> texts(List<Target> targets) {
        return targets.stream().map(Target::toString).toList();
    }

    private Reply purge(Exchange exchange) {
        String site =
                engine.sites().generations().current(exchange.segment("site")).site();
        var body = exchange.json(SitePurge.class);
        Set<String> objects = new LinkedHashSet<>(Given.list(body.objects()));
        return body.dryRun()
                ? Reply.of(Map.of("objects", texts(engine.purge().meant(site, objects))))
                : OperationTranslation.accepted(engine.purge().purge(site, objects));
    }

    private static long number(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw Refused.invalid("A generation has a number, not " + Quoted.of(text));
        }
        return Long.parseLong(text);
    }
}
