package berth.cli;

import berth.client.Json;
import java.io.IOException;

/**
 * {@code berth drift}: how what is differs from what was applied last, whatever the files say by now. Exit 0 when it does
 * not, 2 when it does; as {@code plan} else.
 */
final class Drift implements Command {
    @Override
    public int run(Call call) throws IOException {
        String path = Sites.path(call);
        Json plan = call.server().get(path + "/drift");
        if (call.option("format", "text").equals("json")) {
            call.print(plan.line());
        } else if (PlanSite.code(plan) == 0) {
            call.say("no drift: it is as generation " + plan.text("generation") + " says.");
        } else {
            PlanSite.print(call, plan);
            call.say("To put it right: berth rollback " + plan.text("generation"));
        }
        return PlanSite.code(plan);
    }
}
