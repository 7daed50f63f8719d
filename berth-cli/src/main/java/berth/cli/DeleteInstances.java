package berth.cli;

import berth.client.Server;
import berth.client.ServerError;
import java.io.IOException;
import java.util.ArrayList;

/** {@code berth delete}. */
final class DeleteInstances implements Command {
    @Override
    public int run(Call call) throws IOException {
        var failures = new ArrayList<ServerError>();
        for (int i = 0; i < call.count(); i++) {
            String name = call.name(i);
            if (call.has("interactive") && !call.terminal().agrees("Remove " + name)) {
                continue;
            }
            try {
                delete(call, name);
            } catch (ServerError refused) {
                failures.add(new ServerError(refused.code(), name + ": " + refused.text()));
            }
        }
        if (failures.size() == 1) {
            throw failures.get(0);
        }
        if (!failures.isEmpty()) {
            var text = new StringBuilder(failures.size() + " were not deleted:");
            failures.forEach(it -> text.append("\n  ").append(it.text()));
            throw new ServerError(400, text.toString());
        }
        return 0;
    }

    private static void delete(Call call, String name) throws IOException {
        int slash = name.indexOf('/');
        if (slash > 0) {
            call.finish(call.server()
                    .delete(Server.path(
                            "instances", name.substring(0, slash), "snapshots", name.substring(slash + 1))));
            return;
        }
        var instance = call.server().get(Kind.INSTANCE.path(name));
        boolean stopped = instance.text("status").equals("Stopped");
        if (!stopped && !call.has("force")) {
            throw new ServerError(400, "the instance is running: stop it first, or use --force");
        }
        String protection = instance.at("expanded_config").text("security.protection.delete");
        if (!stopped && protection.matches("(?i)true|1|yes|on")) {
            throw new ServerError(
                    400,
                    "Container is protected: nothing was done, it runs on" + "\nberth config unset " + name
                            + " security.protection.delete takes the protection away");
        }
        if (!stopped) {
            ChangeState.act(call, name, "stop", -1, true, false);
            if (instance.at("ephemeral").truth()) {
                return; // it is gone with its stop
            }
        }
        call.finish(call.server().delete(Kind.INSTANCE.path(name)));
    }
}
