package berth.cli;

import berth.client.Json;
import java.io.IOException;

/** {@code berth status}: the declared sites and how their objects are. */
final class SiteStatus implements Command {
    @Override
    public int run(Call call) throws IOException {
        String format = call.option("format", "text");
        Json sites = call.server().get("/1.0/sites?recursion=1");
        if (format.equals("json")) {
            call.print(sites.line());
            return 0;
        }
        if (sites.items().isEmpty()) {
            call.print("nothing is declared yet. berth plan shows what a berth.yaml would do");
        }
        for (Json site : sites.items()) {
            String name = site.text("site").isEmpty() ? site.text("name") : site.text("site");
            if (call.count() > 0 && !call.words(0).contains(name)) {
                continue;
            }
            String applied = Units.minute(site.text("applied_at"));
            call.print("site " + name + "   generation " + site.text("generation")
                    + (site.text("result").isEmpty() ? "" : " " + site.text("result"))
                    + (applied.isEmpty() ? "" : "   applied " + applied));
            var table = new Table("OBJECT", "KIND", "STATUS", "NOTE");
            for (Json object : site.at("objects").items()) {
                table.add(object.text("name"), object.text("kind"), object.text("status"), note(object));
            }
            if (!site.at("objects").items().isEmpty()) {
                call.terminal().out().print(table.sorted().compact());
            }
        }
        return 0;
    }

    private static String note(Json object) {
        Json health = object.at("health");
        if (health.isNull()) {
            return object.text("note");
        }
        String since = " since " + Units.minute(health.text("since"));
        String looked = ", looked at " + Units.minute(health.text("looked_at"));
        return health.at("well").truth()
                ? "healthy" + since + " (" + health.text("probe") + looked + ")"
                : "NOT healthy" + since + ": " + health.text("why") + looked;
    }
}
