package berth.cli;

import berth.client.Json;
import java.io.IOException;

/** {@code berth apply}: makes it so. Exit 0 done, 1 check failed or refused by the daemon, 3 protected, 4 partly done. */
final class ApplySite implements Command {
    @Override
    public int run(Call call) throws IOException {
        Json body = Sites.body(call);
        if (call.has("ask")) {
            Json plan = call.finish(call.server().post("/1.0/berth/sites/plan", body));
            PlanSite.print(call, plan);
            int code = PlanSite.code(plan);
            if (code != 2 || !call.terminal().agrees("Apply this plan?")) {
                return code == 2 ? 1 : code;
            }
        }
        return new Applying().follow(call, () -> call.server().post("/1.0/berth/sites/apply", body));
    }
}
