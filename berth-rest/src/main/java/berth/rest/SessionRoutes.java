package berth.rest;

import berth.engine.instance.ExecInstance;
import berth.engine.instance.Instances;
import berth.engine.session.Session;
import berth.engine.session.SessionView;
import berth.engine.session.Sessions;
import berth.model.InstanceName;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.SessionsPost;
import java.util.List;
import java.util.Optional;

/** {@code /1.0/berth/sessions}: commands on terminals that the daemon holds, to be attached to again. */
final class SessionRoutes {
    private static final String PATH = "/1.0/berth/sessions";
    private final Sessions sessions;
    private final Instances instances;

    SessionRoutes(Sessions sessions, Instances instances) {
        this.sessions = sessions;
        this.instances = instances;
    }

    List<Route> routes() {
        return List.of(
                Route.get(PATH, this::list),
                Route.post(PATH, this::begin),
                Route.get(PATH + "/{id}", it -> Reply.of(toWire(sessions.show(Scope.of(it), it.segment("id"))))),
                Route.delete(PATH + "/{id}", this::end),
                Route.get(PATH + "/{id}/attach", this::attach));
    }

    private Reply list(Exchange exchange) {
        return Reply.of(sessions.list(Scope.of(exchange)).stream()
                .map(SessionRoutes::toWire)
                .toList());
    }

    private Reply begin(Exchange exchange) {
        var body = exchange.json(SessionsPost.class);
        var name = new InstanceName(Given.text(body.instance()));
        var project = Scope.of(exchange);
        instances.require(project, name);
        return Reply.of(toWire(sessions.begin(project, name, wanted(body), body.oneWriter())));
    }

    private static ExecInstance.Wanted wanted(SessionsPost body) {
        return ExecTranslation.toWanted(new berth.wire.InstanceExecPost(
                body.command(),
                true,
                true,
                body.environment(),
                body.width(),
                body.height(),
                false,
                body.user(),
                body.group(),
                body.cwd()));
    }

    private Reply end(Exchange exchange) {
        sessions.end(Scope.of(exchange), exchange.segment("id"));
        return Reply.done();
    }

    private Reply attach(Exchange exchange) {
        SessionView view = sessions.show(Scope.of(exchange), exchange.segment("id"));
        Optional<Session> session = sessions.open(Scope.of(exchange), exchange.segment("id"));
        String mode = exchange.query("mode").orElse("write");
        if (!mode.equals("write") && !mode.equals("view")) {
            throw new HttpRefused(400, "A session is attached to with mode=write or mode=view");
        }
        int width = ExecSession.number(exchange.query("width").orElse(""));
        int height = ExecSession.number(exchange.query("height").orElse(""));
        return new Reply.Upgrade(
                true,
                socket -> {
                    var viewer = new SessionSocket(socket);
                    if (session.isPresent()) {
                        viewer.look(session.get(), mode.equals("write"), width, height);
                    } else {
                        viewer.ended(view.record()); // its output went with the daemon that held it
                    }
                },
                () -> {});
    }

    private static berth.wire.Session toWire(SessionView view) {
        var record = view.record();
        boolean over = record.endedAt() != null;
        return new berth.wire.Session(
                record.id(),
                record.project().text(),
                record.instance().text(),
                record.command(),
                over ? "Ended" : "Running",
                record.oneWriter(),
                view.viewers(),
                view.writers(),
                view.columns(),
                view.rows(),
                record.startedAt(),
                record.endedAt(),
                over ? record.code() : null,
                record.ending());
    }
}
