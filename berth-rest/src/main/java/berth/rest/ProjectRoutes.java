package berth.rest;

import berth.engine.UseCases;
import berth.engine.instance.InstanceView;
import berth.model.Kind;
import berth.model.Problem;
import berth.model.Refused;
import berth.rest.http.Exchange;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.Project;
import berth.wire.ProjectState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code /1.0/projects}: so far there is the default one, to look at. */
final class ProjectRoutes {
    private static final Map<String, String> FEATURES = new TreeMap<>(Map.of(
            "features.images", "true",
            "features.networks", "true",
            "features.profiles", "true",
            "features.storage.volumes", "true"));

    private final UseCases engine;

    ProjectRoutes(UseCases engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/1.0/projects", it -> Listing.of(it, List.of(project()), p -> url(p.name()), p -> p)),
                Route.post("/1.0/projects", _ -> {
                    throw new Refused(new Problem.Unsupported("There is only the default project so far"));
                }),
                Route.get("/1.0/projects/{name}", this::show),
                Route.get("/1.0/projects/{name}/state", this::state));
    }

    private Reply show(Exchange exchange) {
        require(exchange);
        Project project = project();
        return new Reply.Data(
                project, Etag.of(project.description(), project.config()).quoted());
    }

    private Reply state(Exchange exchange) {
        require(exchange);
        List<InstanceView> all = engine.instances().list(Scope.DEFAULT);
        long containers = all.stream()
                .filter(it -> it.instance().kind() == Kind.CONTAINER)
                .count();
        var resources = new TreeMap<String, ProjectState.Resource>();
        for (String unknown : List.of("cpu", "disk", "memory", "processes")) {
            resources.put(unknown, unlimited(0));
        }
        resources.put("containers", unlimited(containers));
        resources.put("virtual-machines", unlimited(all.size() - containers));
        resources.put("instances", unlimited(all.size()));
        resources.put("networks", unlimited(engine.networks().list().size()));
        return Reply.of(new ProjectState(resources));
    }

    private static ProjectState.Resource unlimited(long usage) {
        return new ProjectState.Resource(-1, usage);
    }

    private static void require(Exchange exchange) {
        if (!exchange.segment("name").equals(Scope.DEFAULT.text())) {
            throw Refused.missing("Project not found");
        }
    }

    private Project project() {
        var usedBy = new ArrayList<String>();
        engine.instances()
                .list(Scope.DEFAULT)
                .forEach(it -> usedBy.add("/1.0/instances/" + it.instance().name()));
        engine.shelves().images().all().forEach(it -> usedBy.add("/1.0/images/" + it.fingerprint()));
        engine.networks().list().forEach(it -> usedBy.add("/1.0/networks/" + it.name()));
        engine.profiles().list(Scope.DEFAULT).forEach(it -> usedBy.add(ProfileTranslation.url(it)));
        return new Project(FEATURES, "Default LXD project", Scope.DEFAULT.text(), usedBy);
    }

    private static String url(String name) {
        return "/1.0/projects/" + name;
    }
}
