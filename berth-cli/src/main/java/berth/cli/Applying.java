package berth.cli;

import berth.client.Json;
import berth.client.ServerError;
import java.io.IOException;

/** Follows an operation that applies a plan: each step on a line of its own as it is done, then how it ended. */
final class Applying {
    private int shown;

    /** Exit 0 done, 1 check failed or refused by the daemon, 4 partly done. */
    int follow(Call call, Following.Request request) throws IOException {
        Json[] last = {Json.nothing()};
        try {
            Json ended = Following.watch(
                    call,
                    operation -> {
                        last[0] = operation;
                        steps(call, operation.at("metadata"));
                    },
                    request);
            return ended(call, ended.at("metadata").isNull() ? ended : ended.at("metadata"));
        } catch (ServerError failure) {
            if (last[0].at("metadata").at("steps").items().isEmpty()
                    && last[0].at("metadata").at("errors").items().isEmpty()) {
                throw failure; // refused before anything was begun
            }
            int code = ended(call, last[0].at("metadata"));
            call.warn("Error: " + failure.text());
            return code == 0 ? 4 : code;
        }
    }

    /**
     * Sends what is asked and follows it to its end; with {@code --dry-run}, of which the body tells the daemon, only shows
     * the plan that is answered.
     *
     * @param after what is said when all went well
     */
    static int request(Call call, String path, Json body, String after) throws IOException {
        if (call.has("dry-run")) {
            Json plan = call.server().post(path, body).metadata();
            PlanSite.print(call, plan);
            return PlanSite.code(plan);
        }
        int code = new Applying().follow(call, () -> call.server().post(path, body));
        if (code == 0) {
            call.say(after);
        }
        return code;
    }

    private synchronized void steps(Call call, Json metadata) {
        var steps = metadata.at("steps").items();
        for (; shown < steps.size(); shown++) {
            Json step = steps.get(shown);
            if (step.text("result").isEmpty()
                    && shown == steps.size() - 1
                    && step.text("seconds").isEmpty()) {
                return; // still running
            }
            String result = step.text("result");
            String line = pad(step.text("object"), 28)
                    + pad(step.text("action"), 20)
                    + pad(seconds(step.text("seconds")), 9)
                    + call.terminal().colour(went(step) ? 32 : 31, result);
            call.say(line.stripTrailing());
        }
    }

    /** Whether a step of an apply went well, be it without something that was waited for. */
    static boolean went(Json step) {
        String result = step.text("result");
        return result.equals("ok") || result.startsWith("ok: ");
    }

    private int ended(Call call, Json result) {
        steps(call, result);
        int errors = Sites.print(call, result);
        if (errors > 0) {
            call.print(Sites.count(errors, "error") + ". Nothing was changed.");
            return 1;
        }
        Json summary = result.at("summary");
        String generation = result.text("generation").isEmpty() ? "" : "   generation " + result.text("generation");
        long failed = summary.number("failed") + summary.number("undone") + summary.number("not_begun");
        if (failed > 0) {
            call.print("stopped. done " + summary.number("done") + " of " + (summary.number("done") + failed)
                    + ", failed " + summary.number("failed") + ", undone " + summary.number("undone") + ", not begun "
                    + summary.number("not_begun") + "." + generation + " (partial)");
            return 4;
        }
        boolean nothing = result.at("steps").items().isEmpty() && summary.number("done") == 0;
        call.say((nothing ? "no changes." : "done.") + generation);
        return 0;
    }

    private static String seconds(String text) {
        if (text.isEmpty()) {
            return "";
        }
        try {
            double seconds = Double.parseDouble(text);
            String two = Units.two(seconds);
            return (seconds < 10 ? two : two.substring(0, two.length() - 1)) + " s";
        } catch (NumberFormatException _) {
            return text;
        }
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(2, width - text.length()));
    }
}
