package berth.cli;

import berth.client.Json;
import berth.client.Server;
import berth.client.ServerError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code berth start}, {@code stop}, {@code restart} and {@code pause}, of one instance or of many. */
final class ChangeState implements Command {
    static final Flag ALL = Flag.on("all", '\0', "all instances");
    static final Flag FORCE = Flag.on("force", 'f', "do not wait for an orderly shutdown");
    static final Flag TIMEOUT =
            Flag.one("timeout", '\0', "SECONDS", "how long to wait for an orderly shutdown (default: as configured)");

    private final String action;

    /** The action, as the API spells it. */
    ChangeState(String action) {
        this.action = action;
    }

    @Override
    public int run(Call call) throws IOException {
        if (call.has("all") == call.count() > 0) {
            throw new Usage(call.count() > 0 ? "--all and names exclude each other" : "a name is needed, or --all");
        }
        long timeout = call.number("timeout", -1);
        var names = call.has("all") ? suitable(call) : named(call);
        var failures = new ArrayList<String>();
        for (String name : names) {
            try {
                act(call, name, action, timeout, call.has("force"), true);
            } catch (ServerError refused) {
                if (names.size() == 1) {
                    throw new ServerError(refused.code(), refused.text() + hint(call, name));
                }
                failures.add(name + ": " + refused.text());
            }
        }
        if (!failures.isEmpty()) {
            throw new ServerError(
                    400,
                    failures.size() + " of " + names.size() + " instances could not "
                            + call.entry().verb() + ":\n  " + String.join("\n  ", failures));
        }
        return 0;
    }

    private String hint(Call call, String name) {
        return action.equals("start") ? "\nTry `berth info --show-log " + name + "` for more info" : "";
    }

    private static List<String> named(Call call) throws IOException {
        var names = new ArrayList<String>();
        for (int i = 0; i < call.count(); i++) {
            names.add(call.name(i));
        }
        return names;
    }

    private List<String> suitable(Call call) throws IOException {
        var names = new ArrayList<String>();
        for (Json instance : call.server().get("/1.0/instances?recursion=1").items()) {
            String status = instance.text("status");
            boolean stopped = status.equals("Stopped");
            if (action.equals("unfreeze")) {
                if (status.equals("Frozen")) {
                    names.add(instance.text("name"));
                }
            } else if (action.equals("start") ? stopped || status.equals("Frozen") : !stopped) {
                names.add(instance.text("name"));
            }
        }
        return names;
    }

    /**
     * Does the action and waits for it.
     *
     * @param timeout in seconds; -1 leaves it to the instance's configuration
     * @param thaw whether starting a frozen instance thaws it
     */
    static void act(Call call, String name, String action, long timeout, boolean force, boolean thaw)
            throws IOException {
        String now = action;
        if (thaw
                && action.equals("start")
                && call.server().get(Kind.INSTANCE.path(name)).text("status").equals("Frozen")) {
            now = "unfreeze";
        }
        Json body = Json.object()
                .with("action", now)
                .with("timeout", Json.of(timeout))
                .with("force", Json.of(force))
                .with("stateful", Json.of(call.has("stateful")));
        call.finish(call.server().put(Server.path("instances", name, "state"), body, ""));
    }
}
