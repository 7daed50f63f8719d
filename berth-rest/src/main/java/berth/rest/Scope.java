package berth.rest;

import berth.engine.apply.ByHand;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;

/** Which project a request is about. */
final class Scope {
    /** The one that is always there. */
    static final ProjectName DEFAULT = new ProjectName("default");

    private Scope() {}

    /** The {@code project} parameter; a project that does not exist has nothing in it. */
    static ProjectName of(Exchange exchange) {
        String name = exchange.query("project").orElse("");
        return name.isEmpty() ? DEFAULT : new ProjectName(name);
    }

    /** The project in which something is to be made: it must exist. */
    static ProjectName existing(Exchange exchange) {
        ProjectName project = of(exchange);
        if (!project.equals(DEFAULT)) {
            throw Refused.missing("Failed loading project " + Quoted.of(project.text()) + ": Project not found");
        }
        return project;
    }

    /** Whether what a site declares may be changed all the same: said in the URL, for {@code lxc query}, or by a header. */
    static ByHand byHand(Exchange exchange) {
        return new ByHand(exchange.flag("override")
                || exchange.header("berth-override").filter("1"::equals).isPresent());
    }

    /** Whether all projects are meant; refuses that together with one. */
    static boolean all(Exchange exchange) {
        boolean all = exchange.flag("all-projects");
        if (all && exchange.query("project").filter(it -> !it.isEmpty()).isPresent()) {
            throw new HttpRefused(400, "Cannot specify a project when requesting all projects");
        }
        return all;
    }

    /** The query that a URL of something in this project has: none for the default one. */
    static String query(ProjectName project) {
        return project.equals(DEFAULT) ? "" : "?project=" + berth.rest.http.Percent.encode(project.text());
    }
}
