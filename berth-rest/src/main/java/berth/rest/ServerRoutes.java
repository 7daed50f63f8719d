package berth.rest;

import berth.engine.UseCases;
import berth.engine.record.ServerSettings;
import berth.model.Quoted;
import berth.model.ServerOptions;
import berth.model.Settings;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.Server;
import berth.wire.ServerPut;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code /} and {@code /1.0}: who we are, what we can, how we are set. */
final class ServerRoutes {
    private final UseCases engine;
    private final ServerEnvironments environments;
    private final List<String> extensions = ApiExtensions.announced();

    ServerRoutes(UseCases engine) {
        this.engine = engine;
        this.environments = new ServerEnvironments(engine);
    }

    List<Route> routes() {
        return List.of(
                Route.get("/", _ -> Reply.of(List.of("/1.0"))),
                Route.get("/1.0", _ -> show()),
                Route.put("/1.0", it -> change(it, true)),
                Route.patch("/1.0", it -> change(it, false)),
                Route.get("/1.0/resources", _ -> Reply.of(berth.rest.resource.HostResources.read())));
    }

    private Reply show() {
        SortedMap<String, String> config = engine.shelves().settings().config();
        var server = new Server(
                new TreeMap<>(config),
                extensions,
                "stable",
                "1.0",
                "trusted",
                false,
                List.of("tls"),
                environments.now());
        return new Reply.Data(server, Etag.of(config).quoted());
    }

    /** PUT keeps {@code user.*} keys that are not named, as LXD does; an empty value unsets a key. */
    private Reply change(Exchange exchange, boolean whole) {
        var wanted = new TreeMap<String, String>();
        Map<String, ?> given = exchange.json(ServerPut.class).config();
        if (given != null) {
            given.forEach((key, value) -> wanted.put(key, text(key, value)));
        }
        ServerSettings settings = engine.shelves().settings();
        Etag.of(settings.config()).check(exchange);
        Map<String, String> checked = ServerOptions.checked(wanted);
        var kept = new TreeMap<>(settings.config());
        if (whole) {
            kept.keySet().removeIf(it -> !it.startsWith("user."));
        }
        SortedMap<String, String> after = Settings.merge(kept, checked);
        engine.changeServer().change(Scope.byHand(exchange).checked(settings, after), settings.declared());
        return Reply.done();
    }

    private static String text(String key, @org.jspecify.annotations.Nullable Object value) {
        return switch (value) {
            case null -> "";
            case String text -> text;
            case Boolean flag -> flag.toString();
            case Number _ -> throw new HttpRefused(400, "cannot set '" + shown(key) + "': invalid type float64");
            default -> throw new HttpRefused(400, "cannot set '" + shown(key) + "': a text is wanted");
        };
    }

    private static String shown(String text) {
        String quoted = Quoted.of(text);
        return quoted.substring(1, quoted.length() - 1);
    }
}
