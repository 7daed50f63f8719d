package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.util.stream.Stream;

/**
 * {@code berth rollback}: applies an earlier generation again, as a new one. Of the definition; data goes back of those guests
 * only that are named. Exit codes as of {@code apply}, with {@code --dry-run} as of {@code plan}.
 */
final class Rollback implements Command {
    @Override
    public int run(Call call) throws IOException {
        String path = Sites.path(call) + "/rollback";
        Json body = Json.object()
                .with("generation", call.count() > 0 ? Json.of(number(call.word(0))) : Json.nothing())
                .with(
                        "with_state",
                        Json.of(call.all("with-state").stream()
                                .flatMap(it -> Stream.of(it.split(",")))
                                .map(String::strip)
                                .filter(it -> !it.isEmpty())
                                .toList()))
                .with("dry_run", Json.of(call.has("dry-run")));
        return Applying.request(
                call,
                path,
                body,
                "The site's file on disk still asks for what it did; berth plan shows how it differs.");
    }

    static long number(String text) throws Usage {
        if (!text.matches("[0-9]{1,9}")) {
            throw new Usage("a generation has a number, not \"" + text + "\"; see: berth generations");
        }
        return Long.parseLong(text);
    }
}
