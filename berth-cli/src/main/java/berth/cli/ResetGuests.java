package berth.cli;

import berth.client.Json;
import java.io.IOException;

/**
 * {@code berth reset}: guests of a site begin anew, whatever its file says; what they were is set aside, stopped, with all its
 * data. Exit codes as of {@code apply}, with {@code --dry-run} as of {@code plan}.
 */
final class ResetGuests implements Command {
    @Override
    public int run(Call call) throws IOException {
        String path = Sites.path(call) + "/reset";
        Json body = Json.object()
                .with("instances", Json.of(call.words(0)))
                .with("dry_run", Json.of(call.has("dry-run")))
                .with("await_ready", Json.of(!call.has("no-wait")));
        return Applying.request(call, path, body, "What was is kept, stopped, until it is deleted by: berth purge");
    }
}
