package berth.cli;

import berth.client.Json;
import berth.client.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code berth operation list}, {@code show} and {@code delete}. */
final class Operations implements Command {
    private final String verb;

    Operations(String verb) {
        this.verb = verb;
    }

    @Override
    public int run(Call call) throws IOException {
        switch (verb) {
            case "show" ->
                call.terminal().out().print(Yaml.write(call.server().get(Server.path("operations", call.name(0)))));
            case "delete" -> {
                call.finish(call.server().delete(Server.path("operations", call.name(0))));
                call.say("Operation " + call.name(0) + " deleted");
            }
            default -> list(call);
        }
        return 0;
    }

    private static void list(Call call) throws IOException {
        Listing.format(call);
        List<Json> all = new ArrayList<>();
        for (Json sameStatus :
                call.server().get("/1.0/operations?recursion=1").fields().values()) {
            all.addAll(sameStatus.items());
        }
        var table = new Table("ID", "TYPE", "DESCRIPTION", "STATUS", "CANCELABLE", "CREATED");
        for (Json operation : all) {
            table.add(
                    operation.text("id"),
                    operation.text("class").toUpperCase(Locale.ROOT),
                    operation.text("description"),
                    operation.text("status").toUpperCase(Locale.ROOT),
                    operation.at("may_cancel").truth() ? "YES" : "NO",
                    Units.minute(operation.text("created_at")));
        }
        Listing.show(call, table.sorted(), new Json.Arr(all));
    }
}
