package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;

/**
 * {@code berth plan}: what an apply would do, with a verdict and a reason per key. Exit 0 nothing to do, 1 check failed, 2
 * changes, 3 refused by a protection.
 */
final class PlanSite implements Command {
    @Override
    public int run(Call call) throws IOException {
        if (call.has("watch")) {
            return new WatchPlan(call, PlanSite::once).run();
        }
        return once(call);
    }

    private static int once(Call call) throws IOException {
        Json plan = call.finish(call.server().post("/1.0/sites/plan", Systems.with(call, Sites.body(call))));
        if (call.option("format", "text").equals("json")) {
            call.print(plan.line());
        } else {
            print(call, plan);
            if (code(plan) == 2 && !plan.text("id").isEmpty()) {
                call.print("Just this: berth apply --plan " + plan.text("id"));
            }
        }
        return code(plan);
    }

    /** The exit code that tells what a plan says. */
    static int code(Json plan) {
        if (!plan.at("errors").items().isEmpty()) {
            return 1;
        }
        if (plan.at("refused").truth()) {
            return 3;
        }
        return plan.at("changes").items().isEmpty() ? 0 : 2;
    }

    /** Prints a plan: in the daemon's own words where it sends them, else from the changes. */
    static void print(Call call, Json plan) {
        if (!plan.text("text").isEmpty()) {
            for (String line : plan.text("text").split("\n")) {
                call.print(coloured(call, line));
            }
            return;
        }
        int errors = Sites.print(call, plan);
        if (errors > 0) {
            call.print(Sites.count(errors, "error") + ". Nothing was changed.");
            return;
        }
        var changes = plan.at("changes").items();
        long generation = plan.number("generation");
        call.print("site " + plan.text("site")
                + (changes.isEmpty() ? "" : "   generation " + generation + " -> " + (generation + 1)));
        if (changes.isEmpty()) {
            call.print("no changes.");
            return;
        }
        int nameWidth = 0;
        for (Json change : changes) {
            nameWidth = Math.max(nameWidth, title(change).length());
        }
        for (Json change : changes) {
            change(call, change, nameWidth);
        }
        call.print("\n" + summary(plan) + "   Apply with: berth apply");
    }

    private static String coloured(Call call, String line) {
        if (line.startsWith("  error ") || line.startsWith("  ! ") || line.contains(" REFUSED")) {
            return call.terminal().colour(31, line);
        }
        if (line.startsWith("  + ")) {
            return call.terminal().colour(32, line);
        }
        if (line.startsWith("  - ")) {
            return call.terminal().colour(31, line);
        }
        if (line.startsWith("  ~ ")) {
            return call.terminal().colour(line.contains(" RESTART") ? 33 : 36, line);
        }
        return line.startsWith("  warning ") ? call.terminal().colour(33, line) : line;
    }

    private static String title(Json change) {
        return change.text("kind") + " " + change.text("name");
    }

    private static void change(Call call, Json change, int nameWidth) {
        String verdict = change.text("verdict");
        String sign = switch (verdict) {
            case "create", "revive" -> "+";
            case "retire", "delete", "purge" -> "-";
            case "refused" -> "!";
            default -> "~";
        };
        int colour = switch (verdict) {
            case "create", "revive" -> 32;
            case "retire", "delete", "purge", "replace", "refused" -> 31;
            case "restart" -> 33;
            default -> 36;
        };
        String reason = reason(change);
        String line =
                sign + " " + pad(title(change), nameWidth + 2) + pad(verdict.toUpperCase(Locale.ROOT), 9) + reason;
        call.print("  " + call.terminal().colour(colour, line.stripTrailing()));
        int keyWidth = 0;
        int valueWidth = 0;
        for (Json key : change.at("keys").items()) {
            keyWidth = Math.max(keyWidth, key.text("key").length());
            valueWidth = Math.max(valueWidth, Math.min(48, values(key).length()));
        }
        for (Json key : change.at("keys").items()) {
            String keyLine = "      " + pad(key.text("key"), keyWidth + 2) + pad(values(key), valueWidth + 2)
                    + pad(key.text("verdict").toLowerCase(Locale.ROOT), 9) + reason(key);
            call.print(keyLine.stripTrailing());
        }
    }

    private static String reason(Json thing) {
        String rule = thing.text("rule");
        String reason = thing.text("reason");
        return rule.isEmpty() || reason.startsWith(rule) ? reason : reason.isEmpty() ? rule : rule + ": " + reason;
    }

    private static String values(Json key) {
        return shown(key.at("before")) + " -> " + shown(key.at("after"));
    }

    private static String shown(Json value) {
        String text =
                value.isNull() ? "" : value.items().isEmpty() && value.fields().isEmpty() ? value.text() : value.line();
        text = text.replace("\n", "\\n");
        return text.isEmpty() ? "-" : text.length() > 60 ? text.substring(0, 57) + "..." : text;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }

    /** How much of each. */
    private static String summary(Json plan) {
        var counts = new LinkedHashMap<String, Integer>();
        for (Json change : plan.at("changes").items()) {
            counts.merge(change.text("verdict"), 1, Integer::sum);
        }
        var line = new StringBuilder();
        for (var count : counts.entrySet()) {
            line.append(line.isEmpty() ? "" : ", ")
                    .append(count.getValue())
                    .append(' ')
                    .append(count.getKey());
        }
        return line.append('.').toString();
    }
}
