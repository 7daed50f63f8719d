package berth.rest;

import berth.model.Refused;
import berth.rest.http.HttpRefused;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.Cluster;
import java.util.ArrayList;
import java.util.List;

/** What is asked for by name and does not exist here yet: empty lists, and clear answers instead of "not found". */
final class FixedRoutes {
    private FixedRoutes() {}

    static List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (String empty : List.of("certificates", "network-acls", "network-zones")) {
            routes.add(Route.get("/1.0/" + empty, _ -> Reply.of(List.of())));
        }
        routes.add(missing("/1.0/certificates/{fingerprint}", "Certificate not found"));
        routes.add(missing("/1.0/network-acls/{name}", "Network ACL not found"));
        routes.add(missing("/1.0/network-zones/{name}", "Network zone not found"));
        routes.add(Route.get("/1.0/cluster", _ -> {
            var cluster = new Cluster("", false, List.of());
            return new Reply.Data(cluster, Etag.of(cluster).quoted());
        }));
        routes.add(notClustered("/1.0/cluster/members"));
        routes.add(notClustered("/1.0/cluster/members/{name}"));
        routes.add(notClustered("/1.0/cluster/groups"));
        return routes;
    }

    private static Route missing(String pattern, String text) {
        return Route.get(pattern, _ -> {
            throw Refused.missing(text);
        });
    }

    private static Route notClustered(String pattern) {
        return Route.get(pattern, _ -> {
            throw new HttpRefused(500, "Server is not clustered");
        });
    }
}
