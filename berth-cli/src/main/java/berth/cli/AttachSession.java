package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.util.List;

/** {@code berth attach}: back to a session, by its id, its instance, or because there is only one. */
final class AttachSession implements Command {
    @Override
    public int run(Call call) throws IOException {
        String which = call.count() == 0 ? "" : call.name(0);
        List<Json> all = call.server().get("/1.0/berth/sessions").items();
        for (Json session : all) {
            if (session.text("id").equals(which)) {
                return attach(call, session);
            }
        }
        List<Json> candidates = all.stream()
                .filter(it -> it.text("status").equals("Running"))
                .filter(it -> which.isEmpty() || it.text("instance").equals(which))
                .toList();
        if (candidates.size() == 1) {
            return attach(call, candidates.get(0));
        }
        String whose = which.isEmpty() ? "" : " of " + which;
        if (candidates.isEmpty()) {
            throw new Usage(
                    "no session" + whose + " goes on; begin one with: berth exec --detachable <instance> -- <command>");
        }
        var text = new StringBuilder("there are " + candidates.size() + " sessions" + whose + "; name one:");
        for (Json session : candidates) {
            text.append("\n  berth attach ")
                    .append(session.text("id"))
                    .append("   # ")
                    .append(session.text("instance"))
                    .append(": ")
                    .append(String.join(" ", session.at("command").texts()));
        }
        throw new Usage(text.toString());
    }

    private static int attach(Call call, Json session) throws IOException {
        return new Attachment(call, session.text("id"), !call.has("view")).run();
    }
}
