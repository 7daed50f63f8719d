package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.util.Locale;

/** {@code berth warning list}, {@code ack} and {@code delete}. */
final class Warnings implements Command {
    private final String verb;

    Warnings(String verb) {
        this.verb = verb;
    }

    @Override
    public int run(Call call) throws IOException {
        switch (verb) {
            case "list" -> list(call);
            case "ack" -> {
                for (int i = 0; i < call.count(); i++) {
                    Json status = Json.object().with("status", "acknowledged");
                    call.finish(call.server().put(Kind.WARNING.path(call.word(i)), status, ""));
                }
            }
            default -> delete(call);
        }
        return 0;
    }

    private static void list(Call call) throws IOException {
        Listing.format(call);
        Json warnings = call.server().get("/1.0/warnings?recursion=1");
        var table = new Table("UUID", "TYPE", "STATUS", "SEVERITY", "COUNT", "LAST SEEN", "MESSAGE");
        for (Json warning : warnings.items()) {
            if (call.has("all") || warning.text("status").equals("new")) {
                table.add(
                        warning.text("uuid"),
                        warning.text("type"),
                        warning.text("status").toUpperCase(Locale.ROOT),
                        warning.text("severity").toUpperCase(Locale.ROOT),
                        warning.text("count"),
                        warning.text("last_seen_at"),
                        warning.text("last_message"));
            }
        }
        Listing.show(call, table.sorted(), warnings);
    }

    private static void delete(Call call) throws IOException {
        if (call.has("all")) {
            for (Json warning : call.server().get("/1.0/warnings?recursion=1").items()) {
                call.finish(call.server().delete(Kind.WARNING.path(warning.text("uuid"))));
            }
            return;
        }
        if (call.count() == 0) {
            throw new Usage("a warning is needed, or --all");
        }
        for (int i = 0; i < call.count(); i++) {
            call.finish(call.server().delete(Kind.WARNING.path(call.word(i))));
            call.say("Warning " + call.word(i) + " deleted");
        }
    }
}
