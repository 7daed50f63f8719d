package berth.cli;

import berth.client.Json;
import berth.client.Server;
import java.io.IOException;
import java.util.List;

/**
 * {@code berth explain}: which rule decides what a change costs, and why. With a key or a rule's number out of the table
 * alone; with an object and a key out of the plan of the files that are here. Exit 0, or 1 when there is no such thing.
 */
final class Explain implements Command {
    @Override
    public int run(Call call) throws IOException {
        return call.count() == 2 ? planned(call, call.word(0), call.word(1)) : rules(call);
    }

    private static int rules(Call call) throws IOException {
        String about = call.count() == 0 ? "" : call.word(0);
        Listing.format(call);
        Json rows = call.server()
                .get(about.isEmpty() ? "/1.0/berth/rules" : "/1.0/berth/rules?about=" + Server.encoded(about));
        var listing = new Table("RULE", "OF", "KEYS", "CONTAINER", "VM", "WHY");
        for (Json row : rows.items()) {
            listing.add(
                    row.text("rule"),
                    row.text("of"),
                    row.text("keys"),
                    row.text("container"),
                    row.text("virtual_machine"),
                    row.text("why"));
        }
        Listing.show(call, listing, rows);
        return 0;
    }

    private static int planned(Call call, String object, String key) throws IOException {
        Json plan = call.finish(call.server().post("/1.0/sites/plan", Systems.with(call, Sites.body(call, List.of()))));
        if (Sites.print(call, plan) > 0) {
            return 1;
        }
        for (Json change : plan.at("changes").items()) {
            String name = change.text("name");
            if (!object.equals(name) && !object.equals(change.text("kind") + ":" + name)) {
                continue;
            }
            for (Json each : change.at("keys").items()) {
                if (each.text("key").equals(key) || each.text("key").endsWith("." + key)) {
                    call.print(each.text("verdict") + ", rule " + each.text("rule") + ": " + each.text("reason"));
                    call.print(each.text("key") + ": " + value(each.at("before")) + " -> " + value(each.at("after"))
                            + ", because of the " + each.text("cause"));
                    call.print("For " + change.text("kind") + " " + name + " as a whole: " + change.text("verdict")
                            + (change.text("reason").isEmpty() ? "" : ", " + change.text("reason")));
                    return 0;
                }
            }
            call.say("The plan changes " + object + ", but not its " + key + ". See: berth plan");
            return 1;
        }
        call.say("The plan does not change " + object + ". See: berth plan");
        return 1;
    }

    private static String value(Json json) {
        String text = json.text();
        return text.isEmpty() ? "not set" : text;
    }
}
