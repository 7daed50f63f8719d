package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code berth drift}: how what is differs from what was applied last, whatever the files say by now. Exit 0 when it does
 * not, 2 when it does; as {@code plan} else.
 */
final class Drift implements Command {
    @Override
    public int run(Call call) throws IOException {
        if (call.has("adopt")) {
            return adopt(call);
        }
        Json plan = call.server().get(Sites.path(call) + "/drift");
        var rows = rows(call, plan);
        int code = PlanSite.code(plan);
        if (call.option("format", "text").equals("json")) {
            call.print(plan.line());
        } else if (code == 1) {
            PlanSite.print(call, plan);
        } else if (rows.isEmpty()) {
            call.say("no drift: it is as generation " + plan.text("generation") + " says.");
        } else {
            print(call, rows);
        }
        return code == 0 || code == 2 ? rows.isEmpty() ? 0 : 2 : code;
    }

    /** One key that differs, and whether the next apply puts it right. */
    private record Row(String object, String key, String declared, String found, String policy, boolean repaired) {}

    private static List<Row> rows(Call call, Json plan) {
        var rows = new ArrayList<Row>();
        for (Json change : plan.at("changes").items()) {
            String object = change.text("kind") + ":" + change.text("name");
            if (change.at("keys").items().isEmpty()) {
                boolean wanted = !change.text("verdict").equals("retire");
                rows.add(new Row(
                        object, "", wanted ? "there" : "-", wanted ? "missing" : "there", "repair on apply", true));
            }
            for (Json key : change.at("keys").items()) {
                boolean refused = key.text("verdict").equals("refuse");
                String policy = refused ? "refused: " + key.text("rule") : "repair on apply";
                rows.add(new Row(
                        object, key.text("key"), shown(key.at("after")), shown(key.at("before")), policy, !refused));
            }
        }
        for (Json it : plan.at("drifted").items()) {
            rows.add(new Row(
                    it.text("object"),
                    it.text("key"),
                    shown(it.at("declared")),
                    shown(it.at("found")),
                    it.text("policy"),
                    false));
        }
        if (call.count() > 0) {
            rows.removeIf(
                    it -> !it.object().equals(call.word(0)) && !it.object().endsWith(":" + call.word(0)));
        }
        if (call.count() > 1) {
            rows.removeIf(it -> !it.key().equals(call.word(1)));
        }
        return rows;
    }

    private static void print(Call call, List<Row> rows) {
        var table = new Table("OBJECT", "KEY", "DECLARED", "FOUND", "POLICY");
        rows.forEach(it -> table.add(it.object(), it.key(), it.declared(), it.found(), it.policy()));
        call.terminal().out().print(table.compact());
        long repaired = rows.stream().filter(Row::repaired).count();
        call.say(Sites.count(rows.size(), "difference") + ", " + repaired + " would be repaired.");
        if (repaired > 0) {
            call.say("To put it right: berth apply --only-drift");
        }
    }

    private static String shown(Json value) {
        String text = value.isNull() ? "-" : value.text().replace("\n", "\\n");
        return text.length() > 40 ? text.substring(0, 37) + "..." : text;
    }

    /** Writes what is into the files, in place; comments stay. */
    private static int adopt(Call call) throws IOException {
        Json files = Sites.body(call, List.of());
        Json body = Json.object()
                .with("site", files.at("site"))
                .with("files", files.at("files"))
                .with("object", Json.of(call.count() > 0 ? call.word(0) : ""))
                .with("key", Json.of(call.count() > 1 ? call.word(1) : ""));
        Json adopted = call.server().post("/1.0/sites/adopt", body).metadata();
        var before = files.at("files").items();
        var after = adopted.at("files").items();
        for (int i = 0; i < before.size(); i++) {
            String text = after.get(i).text("text");
            if (before.get(i).text("text").equals(text)) {
                continue;
            }
            if (before.get(i).text("folder").isEmpty()) {
                call.terminal().out().print(text);
            } else {
                Files.writeString(Path.of(before.get(i).text("name")), text);
            }
        }
        for (Json it : adopted.at("edits").items()) {
            call.say(it.text("file") + ":" + it.number("line") + "  " + it.text("key") + ": " + shown(it.at("from"))
                    + " -> " + shown(it.at("to")) + "      (file changed, nothing applied)");
        }
        if (adopted.at("edits").items().isEmpty()) {
            call.say("nothing to adopt: name an object, or say on-drift: adopt in the file.");
        }
        return 0;
    }
}
