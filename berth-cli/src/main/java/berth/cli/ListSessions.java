package berth.cli;

import berth.client.Json;
import berth.client.Server;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** {@code berth sessions}: lists them, or ends one. */
final class ListSessions implements Command {
    @Override
    public int run(Call call) throws IOException {
        String end = call.option("end", "");
        if (!end.isEmpty()) {
            call.finish(call.server().delete(Server.path("berth", "sessions", end)));
            return 0;
        }
        Listing.format(call);
        List<Json> all = call.server().get("/1.0/berth/sessions").items();
        var table = new Table("ID", "INSTANCE", "COMMAND", "STATUS", "CODE", "VIEWERS", "STARTED");
        for (Json session : all) {
            boolean over = session.text("status").equals("Ended");
            table.add(
                    session.text("id"),
                    session.text("instance"),
                    String.join(" ", session.at("command").texts()),
                    session.text("status").toUpperCase(Locale.ROOT),
                    over ? Long.toString(session.number("return")) : "",
                    over ? "" : Long.toString(session.number("viewers")),
                    Units.minute(session.text("started_at")));
        }
        Listing.show(call, table, new Json.Arr(all));
        return 0;
    }
}
