package berth.cli;

import berth.client.Json;
import berth.client.ServerError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** {@code berth apply}: makes it so. Exit 0 done, 1 check failed or refused by the daemon, 3 protected, 4 partly done. */
final class ApplySite implements Command {
    private int shown;

    @Override
    public int run(Call call) throws IOException {
        Json body = Sites.body(call);
        if (call.has("ask")) {
            Json plan = call.finish(call.server().post("/1.0/berth/sites/plan", body));
            PlanSite.print(call, plan);
            int code = PlanSite.code(plan);
            if (code != 2 || !agreed(call)) {
                return code == 2 ? 1 : code;
            }
        }
        Json[] last = {Json.nothing()};
        try {
            Json ended = Following.watch(
                    call,
                    operation -> {
                        last[0] = operation;
                        steps(call, operation.at("metadata"));
                    },
                    () -> call.server().post("/1.0/berth/sites/apply", body));
            return ended(call, ended.at("metadata").isNull() ? ended : ended.at("metadata"));
        } catch (ServerError failure) {
            if (last[0].isNull()) {
                throw failure; // refused before anything was begun
            }
            int code = ended(call, last[0].at("metadata"));
            call.warn("Error: " + failure.text());
            return code == 0 ? 4 : code;
        }
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
            boolean failed = result.startsWith("FAILED") || result.startsWith("failed");
            String line = pad(step.text("object"), 28)
                    + pad(step.text("action"), 20)
                    + pad(seconds(step.text("seconds")), 9)
                    + call.terminal().colour(failed ? 31 : 32, result);
            call.say(line.stripTrailing());
        }
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
            call.print("stopped. done " + summary.number("done") + ", undone " + summary.number("undone")
                    + ", not begun " + summary.number("not_begun") + "." + generation + " (partial)");
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

    private static boolean agreed(Call call) throws IOException {
        call.terminal().out().print("Apply this plan? (yes/no): ");
        call.terminal().out().flush();
        var answer = new BufferedReader(new InputStreamReader(call.terminal().in(), StandardCharsets.UTF_8)).readLine();
        return answer != null && (answer.equals("yes") || answer.equals("y"));
    }
}
