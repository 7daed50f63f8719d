package berth.cli;

import berth.client.Json;
import berth.client.Server;
import berth.client.ServerError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Guests that are made one by one, each by a file of its own: they are the site {@code imperative}, whose files are the ones
 * that its last generation has. So they have plans, drift and generations as every guest of a site has.
 */
final class Imperative {
    static final String SITE = "imperative";
    private static final int MOST_TRIES = 20;
    private static final Json HEAD = Json.object()
            .with("name", SITE + ".yaml")
            .with("text", "# Guests that nixos-nspawn and nixos-container made.\nberth: 1\nsite: " + SITE + "\n");

    private final Call call;

    Imperative(Call call) {
        this.call = call;
    }

    /** What is to become of the guests' files. */
    interface Change {
        List<Json> of(List<Json> files) throws IOException;
    }

    /** What is built for a change. */
    interface Built {
        /** The body of the request, with the systems that guests are to have. */
        Json of(Json body) throws IOException;
    }

    /** Builds the system of one guest, if its file asks for it. */
    Built build(String guest) {
        return body -> Systems.with(call, body, guest);
    }

    /** What a guest is in a generation: its file, and the system that it was given. */
    static String what(Json generation, String guest) {
        return file(guests(generation), guest).map(it -> it.text("text")).orElse("") + "\n"
                + generation.at("systems").text(guest);
    }

    /** All that was ever applied of the site, the oldest first; none before the first guest. */
    List<Json> generations() throws IOException {
        try {
            return call.server()
                    .get(Server.path("sites", SITE) + "/generations?recursion=1")
                    .items();
        } catch (ServerError none) {
            if (none.code() == 404) {
                return List.of();
            }
            throw none;
        }
    }

    /** The files of the guests as they were applied last. */
    List<Json> files() throws IOException {
        List<Json> generations = generations();
        return generations.isEmpty() ? List.of() : guests(generations.getLast());
    }

    static List<Json> guests(Json generation) {
        return generation.at("files").items().stream()
                .filter(it -> !it.text("guest").isEmpty())
                .toList();
    }

    /** A guest's file. */
    static Optional<Json> file(List<Json> files, String guest) {
        return files.stream().filter(it -> it.text("guest").equals(guest)).findFirst();
    }

    /** The file of a guest that there is to be. */
    Json require(List<Json> files, String guest) throws Usage {
        return file(files, guest)
                .orElseThrow(() -> new Usage(guest + " is not one of these guests"
                        + Nearest.hint(
                                guest,
                                files.stream().map(it -> it.text("guest")).toList(),
                                "")
                        + "; berth status shows which site declares what"));
    }

    static List<Json> with(List<Json> files, Json file) {
        var all = new ArrayList<>(without(files, file.text("guest")));
        all.add(file);
        return all;
    }

    static List<Json> without(List<Json> files, String guest) {
        return files.stream().filter(it -> !it.text("guest").equals(guest)).toList();
    }

    /**
     * Applies the files as the change leaves them; what somebody else applied meanwhile is taken into account.
     *
     * @param built adds the systems that guests are to have; those of others stay
     */
    int apply(Change change, String strategy, Built built) throws IOException {
        for (int tries = 1; ; tries++) {
            List<Json> generations = generations();
            long next = generations.isEmpty() ? 1 : generations.getLast().number("generation") + 1;
            var files = new ArrayList<>(List.of(HEAD));
            files.addAll(change.of(generations.isEmpty() ? List.of() : guests(generations.getLast())));
            Json body = Json.object()
                    .with("site", SITE)
                    .with("files", new Json.Arr(files))
                    .with("await_ready", Json.of(true))
                    .with("strategy", Json.of(strategy))
                    .with("plan", Json.of(String.valueOf(next)));
            Json whole = built.of(body);
            try {
                return new Applying().follow(call, () -> call.server().post("/1.0/sites/apply", whole));
            } catch (ServerError refused) {
                boolean outdated =
                        refused.code() == 412 || refused.text().contains("is not what plan " + next + " shows");
                if (!outdated || tries == MOST_TRIES) {
                    throw refused;
                }
            }
        }
    }
}
