package berth.cli;

import berth.client.Json;
import berth.client.Server;
import java.io.IOException;
import java.util.TreeMap;

/** {@code berth generations}: all that was ever applied of a site, the newest first. */
final class Generations implements Command {
    @Override
    public int run(Call call) throws IOException {
        Listing.format(call);
        String site = call.count() > 0 ? Server.path("sites", call.word(0)) : Sites.path(call);
        Json generations = call.server().get(site + "/generations?recursion=1");
        var table = new Table("GENERATION", "RESULT", "APPLIED", "CHANGES");
        for (Json it : generations.items().reversed()) {
            table.add(
                    it.text("generation") + (it.at("current").truth() ? " (current)" : ""),
                    it.text("result"),
                    Units.minute(it.text("applied_at")),
                    what(it));
        }
        Listing.show(call, table, generations);
        return 0;
    }

    /** How much of each was done, and what failed: {@code back to 40: 1 create, 2 update}. */
    static String what(Json generation) {
        var counts = new TreeMap<String, Integer>();
        String failed = "";
        for (Json step : generation.at("steps").items()) {
            String action = step.text("action");
            if (!Applying.went(step)) {
                failed = "; " + step.text("object") + " " + action + " failed";
            } else if (!action.equals("ready")) {
                counts.merge(action, 1, Integer::sum);
            }
        }
        var text = new StringBuilder();
        counts.forEach((action, n) ->
                text.append(text.isEmpty() ? "" : ", ").append(n).append(' ').append(action));
        String of = generation.text("of");
        return (of.isEmpty() ? "" : "back to " + of + ": ") + text + failed;
    }

    /** {@code berth generation show}. */
    static final class Show implements Command {
        @Override
        public int run(Call call) throws IOException {
            Json it = call.server().get(Sites.path(call) + "/generations/" + Rollback.number(call.word(0)));
            if (call.has("files")) {
                for (Json file : it.at("files").items()) {
                    call.print("# " + file.text("name"));
                    call.terminal().out().print(file.text("text"));
                }
                return 0;
            }
            if (call.option("format", "text").equals("json")) {
                call.print(it.line());
                return 0;
            }
            call.print("site " + it.text("site") + "   generation " + it.text("generation") + " " + it.text("result")
                    + "   applied " + Units.minute(it.text("applied_at"))
                    + (it.text("of").isEmpty() ? "" : "   back to " + it.text("of")));
            var table = new Table("OBJECT", "ACTION", "SECONDS", "RESULT");
            for (Json step : it.at("steps").items()) {
                table.add(step.text("object"), step.text("action"), step.text("seconds"), step.text("result"));
            }
            call.terminal().out().print(table.compact());
            return 0;
        }
    }

    /** {@code berth generation diff}. */
    static final class Diff implements Command {
        @Override
        public int run(Call call) throws IOException {
            String path = Sites.path(call) + "/diff?from=" + Rollback.number(call.word(0))
                    + (call.count() > 1 ? "&to=" + Rollback.number(call.word(1)) : "");
            Json keys = call.server().get(path);
            if (call.option("format", "text").equals("json")) {
                call.print(keys.line());
                return 0;
            }
            String object = "";
            for (Json key : keys.items()) {
                if (!key.text("object").equals(object)) {
                    object = key.text("object");
                    call.print(object);
                }
                if (!key.at("before").isNull()) {
                    call.print(call.terminal().colour(31, "  - " + line(key, "before")));
                }
                if (!key.at("after").isNull()) {
                    call.print(call.terminal().colour(32, "  + " + line(key, "after")));
                }
            }
            if (keys.items().isEmpty()) {
                call.say("they ask for the same.");
            }
            return 0;
        }

        private static String line(Json key, String side) {
            return key.text("key") + ": " + key.text(side).replace("\n", "\\n");
        }
    }
}
