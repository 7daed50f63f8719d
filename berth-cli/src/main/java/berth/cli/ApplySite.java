package berth.cli;

import berth.client.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** {@code berth apply}: makes it so. Exit 0 done, 1 check failed or refused by the daemon, 3 protected, 4 partly done. */
final class ApplySite implements Command {
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
        return new Applying().follow(call, () -> call.server().post("/1.0/berth/sites/apply", body));
    }

    private static boolean agreed(Call call) throws IOException {
        call.terminal().out().print("Apply this plan? (yes/no): ");
        call.terminal().out().flush();
        var answer = new BufferedReader(new InputStreamReader(call.terminal().in(), StandardCharsets.UTF_8)).readLine();
        return answer != null && (answer.equals("yes") || answer.equals("y"));
    }
}
