package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.util.List;

/** {@code berth purge}: deletes for good what left the site's files and was kept. Exit 0 done or nothing to do, 1 not. */
final class PurgeSite implements Command {
    @Override
    public int run(Call call) throws IOException {
        String path = Sites.path(call) + "/purge";
        Json body = Json.object().with("objects", Json.of(call.words(0)));
        List<String> objects = call.server()
                .post(path, body.with("dry_run", Json.of(true)))
                .metadata()
                .at("objects")
                .texts();
        if (objects.isEmpty()) {
            call.print("nothing is retired.");
            return 0;
        }
        for (String object : objects) {
            call.print((call.has("dry-run") ? "would be deleted: " : "to be deleted: ") + object);
        }
        if (call.has("dry-run")) {
            return 0;
        }
        if (!call.has("yes")) {
            if (!call.terminal().ttyIn()) {
                throw new Usage("nobody is here to be asked; --yes deletes without a question");
            }
            if (!call.terminal().agrees("Delete them with their data and snapshots?")) {
                call.say("Nothing was deleted.");
                return 1;
            }
        }
        call.finish(call.server()
                .post(path, Json.object().with("objects", Json.of(objects)).with("dry_run", Json.of(false))));
        call.say(objects.size() + " deleted.");
        return 0;
    }
}
