package berth.cli;

import berth.client.Json;
import java.io.IOException;

/** {@code berth apply}: makes it so. Exit 0 done, 1 check failed or refused by the daemon, 3 protected, 4 partly done. */
final class ApplySite implements Command {
    @Override
    public int run(Call call) throws IOException {
        if (call.has("only-drift")) {
            return repair(call);
        }
        Json body = Systems.with(call, Sites.body(call));
        if (call.has("ask")) {
            Json plan = call.finish(call.server().post("/1.0/sites/plan", body));
            int code = asked(call, plan);
            if (code != 2) {
                return code;
            }
            return apply(call, "/1.0/sites/apply", body.with("plan", plan.at("id")));
        }
        return apply(call, "/1.0/sites/apply", body);
    }

    /** Only what somebody changed is put right; the files do not count, but those that were applied last. */
    private static int repair(Call call) throws IOException {
        if (call.count() > 0
                || !call.all("file").isEmpty()
                || !call.all("adopt").isEmpty()) {
            throw new Usage("--only-drift takes no files: it holds to what was applied last");
        }
        if (call.has("reload") || call.has("restart")) {
            throw new Usage(
                    "--only-drift goes by what was applied last; --reload and --restart cannot be said with it");
        }
        String path = Sites.path(call) + "/repair";
        Json body = Json.object()
                .with("await_ready", Json.of(!call.has("no-wait")))
                .with("plan", Json.of(call.find("plan")));
        if (call.has("ask")) {
            Json plan = call.server()
                    .post(path, body.with("dry_run", Json.of(true)))
                    .metadata();
            int code = asked(call, plan);
            if (code != 2) {
                return code;
            }
            return apply(call, path, body.with("dry_run", Json.of(false)).with("plan", plan.at("id")));
        }
        return apply(call, path, body);
    }

    /** Shows the plan and asks: 2 when it is to be applied, else how the command ends. */
    private static int asked(Call call, Json plan) throws IOException {
        PlanSite.print(call, plan);
        int code = PlanSite.code(plan);
        return code != 2 || call.terminal().agrees("Apply this plan?") ? code : 1;
    }

    private static int apply(Call call, String path, Json body) throws IOException {
        return new Applying().follow(call, () -> call.server().post(path, body));
    }
}
