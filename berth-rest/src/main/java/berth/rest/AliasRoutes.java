package berth.rest;

import berth.engine.image.ImageAliases;
import berth.model.ImageAlias;
import berth.model.ProjectName;
import berth.rest.http.Exchange;
import berth.rest.http.Percent;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.ImageAliasPost;
import berth.wire.ImageAliasPut;
import berth.wire.ImageAliasesPost;
import java.util.List;

/** {@code /1.0/images/aliases}: names of images, which may hold slashes. */
final class AliasRoutes {
    private final ImageAliases aliases;

    AliasRoutes(ImageAliases aliases) {
        this.aliases = aliases;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/1.0/images/aliases", this::list),
                Route.post("/1.0/images/aliases", this::create),
                Route.get("/1.0/images/aliases/{name}", this::show),
                Route.put("/1.0/images/aliases/{name}", it -> change(it, true)),
                Route.patch("/1.0/images/aliases/{name}", it -> change(it, false)),
                Route.post("/1.0/images/aliases/{name}", this::rename),
                Route.delete("/1.0/images/aliases/{name}", this::delete));
    }

    private Reply list(Exchange exchange) {
        return Listing.of(exchange, aliases.list(Scope.of(exchange)), AliasRoutes::url, ImageTranslation::toWire);
    }

    private Reply create(Exchange exchange) {
        var body = exchange.json(ImageAliasesPost.class);
        return new Reply.Created(url(aliases.create(
                Scope.existing(exchange),
                Given.text(body.name()),
                Given.text(body.description()),
                Given.text(body.target()))));
    }

    private Reply show(Exchange exchange) {
        ImageAlias alias = aliases.require(Scope.of(exchange), exchange.segment("name"));
        return new Reply.Data(
                ImageTranslation.toWire(alias), ImageTranslation.etag(alias).quoted());
    }

    private Reply change(Exchange exchange, boolean whole) {
        ProjectName project = Scope.of(exchange);
        ImageAlias alias = aliases.require(project, exchange.segment("name"));
        var body = exchange.json(ImageAliasPut.class);
        ImageTranslation.etag(alias).check(exchange);
        if (whole && Given.text(body.target()).isEmpty()) {
            throw new berth.rest.http.HttpRefused(400, "The target field is required");
        }
        Scope.byHand(exchange).whole("image " + alias.name(), alias.declared());
        aliases.update(
                project, alias.name(), whole ? Given.text(body.description()) : body.description(), body.target());
        return Reply.done();
    }

    private Reply rename(Exchange exchange) {
        require(exchange);
        String to = Given.text(exchange.json(ImageAliasPost.class).name());
        return new Reply.Created(url(aliases.rename(Scope.of(exchange), exchange.segment("name"), to)));
    }

    private Reply delete(Exchange exchange) {
        require(exchange);
        aliases.delete(Scope.of(exchange), exchange.segment("name"));
        return Reply.done();
    }

    /** Refuses when the name belongs to a site's file. */
    private void require(Exchange exchange) {
        ImageAlias alias = aliases.require(Scope.of(exchange), exchange.segment("name"));
        Scope.byHand(exchange).deletion("image " + alias.name(), alias.declared());
    }

    private static String url(ImageAlias alias) {
        return "/1.0/images/aliases/" + Percent.encode(alias.name()) + Scope.query(alias.project());
    }
}
