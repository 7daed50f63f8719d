package berth.rest;

import berth.engine.UseCases;
import berth.engine.image.Distribution;
import berth.engine.image.ImageRecipe;
import berth.engine.image.ImageUpload;
import berth.engine.instance.AwaitReady;
import berth.model.Instance;
import berth.model.Quoted;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.ImageBuildPost;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What LXD has no request for: building an image from packages, waiting until a guest is ready. */
final class BerthRoutes {
    private static final long DEFAULT_SECONDS = 60;
    private final UseCases engine;

    BerthRoutes(UseCases engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/1.0/berth/openapi", _ -> described()),
                Route.get("/1.0/berth/doctor", this::doctor),
                Route.post("/1.0/berth/images/build", this::build),
                Route.get("/1.0/berth/instances/{name}/ready", this::ready));
    }

    /** All requests in OpenAPI's words; made from the routes by a test. */
    private static Reply described() throws IOException {
        try (InputStream in = Objects.requireNonNull(BerthRoutes.class.getResourceAsStream("openapi.json"))) {
            return new Reply.Bare("application/json", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private Reply doctor(Exchange exchange) {
        return Reply.of(engine.doctor().look().stream()
                .map(it -> Map.of(
                        "about", it.about(), "grade", it.grade().name().toLowerCase(Locale.ROOT), "text", it.text()))
                .toList());
    }

    private Reply build(Exchange exchange) {
        var project = Scope.existing(exchange);
        var body = exchange.json(ImageBuildPost.class);
        String alias = Given.text(body.alias());
        String variant = Given.text(body.variant());
        if (!variant.isEmpty() && !variant.equals("minbase")) {
            throw new HttpRefused(400, "There is no variant " + Quoted.of(variant) + "; there is minbase");
        }
        var recipe = new ImageRecipe(
                Distribution.of(Given.text(body.distribution()) + "/" + Given.text(body.release())),
                Given.list(body.packages()),
                List.of());
        return OperationTranslation.accepted(engine.images()
                .buildImage()
                .start(
                        project,
                        recipe,
                        alias.isEmpty() ? List.of() : List.of(new ImageUpload.Alias(alias, "")),
                        body.split()));
    }

    /** Blocks until the guest's network is up and its init has finished starting, or the time is over. */
    private Reply ready(Exchange exchange) {
        Instance instance = InstancePrefix.INSTANCES.require(engine.instances(), exchange);
        String timeout = exchange.query("timeout").orElse(Long.toString(DEFAULT_SECONDS));
        if (!timeout.matches("[0-9]{1,6}")) {
            throw new HttpRefused(400, "Invalid timeout " + Quoted.of(timeout) + ": seconds are wanted");
        }
        AwaitReady.Outcome outcome = engine.awaitReady()
                .await(instance.project(), instance.name(), Duration.ofSeconds(Long.parseLong(timeout)));
        return Reply.of(Map.of("ready", outcome.ready(), "lacks", outcome.lacks()));
    }
}
