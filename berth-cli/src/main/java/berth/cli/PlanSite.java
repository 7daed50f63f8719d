package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * {@code berth plan}: what an apply would do, with a verdict and a reason per key. Exit 0 nothing to do, 1 check failed, 2
 * changes, 3 refused by a protection.
 */
final class PlanSite implements Command {
    private static final List<String> ORDER =
            List.of("restart", "reload", "live", "retire", "create", "revive", "replace", "move", "rename", "reset");

    @Override
    public int run(Call call) throws IOException {
        Json plan = call.finish(call.server().post("/1.0/berth/sites/plan", Sites.body(call)));
        if (call.option("format", "text").equals("json")) {
            call.print(plan.line());
        } else {
            print(call, plan);
        }
        return code(plan);
    }

    /** The exit code that tells what a plan says. */
    static int code(Json plan) {
        if (!plan.at("errors").items().isEmpty()) {
            return 1;
        }
        if (refused(plan)) {
            return 3;
        }
        return changes(plan) == 0 ? 0 : 2;
    }

    private static boolean refused(Json plan) {
        for (Json change : plan.at("changes").items()) {
            if (change.text("verdict").equalsIgnoreCase("refused")) {
                return true;
            }
        }
        return plan.at("refused").truth() || plan.at("summary").number("refused") > 0;
    }

    /** How many objects would change. */
    static long changes(Json plan) {
        long n = 0;
        for (Json change : plan.at("changes").items()) {
            if (!change.text("verdict").equalsIgnoreCase("none")
                    || !change.at("keys").items().isEmpty()) {
                n++;
            }
        }
        return n;
    }

    /** Prints a plan. */
    static void print(Call call, Json plan) {
        if (Sites.findings(call, plan) > 0) {
            call.print(Sites.count(plan.at("errors").items().size(), "error") + ". Nothing was changed.");
            return;
        }
        long generation = plan.number("generation");
        call.print("site " + plan.text("site")
                + (generation > 0 ? "   generation " + generation + " -> " + (generation + 1) : ""));
        if (changes(plan) == 0) {
            call.print("no changes.");
            return;
        }
        call.print("");
        int nameWidth = 0;
        for (Json change : plan.at("changes").items()) {
            nameWidth = Math.max(nameWidth, title(change).length());
        }
        for (Json change : plan.at("changes").items()) {
            if (!change.text("verdict").equalsIgnoreCase("none")
                    || !change.at("keys").items().isEmpty()) {
                change(call, change, nameWidth);
            }
        }
        call.print("");
        call.print(summary(plan));
    }

    private static String title(Json change) {
        return change.text("name") + " (" + change.text("kind") + ")";
    }

    private static void change(Call call, Json change, int nameWidth) {
        String verdict = change.text("verdict").toLowerCase(Locale.ROOT);
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

    private static String summary(Json plan) {
        var line = new StringBuilder();
        var counts = plan.at("summary").fields();
        for (String verdict : ORDER) {
            long n = counts.isEmpty()
                    ? counted(plan, verdict)
                    : plan.at("summary").number(verdict);
            if (n > 0) {
                line.append(line.isEmpty() ? "" : ", ").append(n).append(' ').append(verdict);
            }
        }
        return (line.isEmpty() ? Sites.count(changes(plan), "change") : line) + ".   Apply with: berth apply";
    }

    private static long counted(Json plan, String verdict) {
        long n = 0;
        for (Json change : plan.at("changes").items()) {
            n += change.text("verdict").equalsIgnoreCase(verdict) ? 1 : 0;
        }
        return n;
    }
}
