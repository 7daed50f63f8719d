package berth.cli;

import berth.client.Json;
import java.io.IOException;

/** {@code berth rename}, {@code profile rename} and the like. */
final class Rename implements Command {
    private final Kind kind;

    Rename(Kind kind) {
        this.kind = kind;
    }

    @Override
    public int run(Call call) throws IOException {
        String to = call.name(1);
        call.finish(call.server().post(kind.path(call.name(0)), Json.object().with("name", to)));
        call.say(Character.toUpperCase(kind.noun().charAt(0)) + kind.noun().substring(1) + " " + call.name(0)
                + " renamed to " + to);
        return 0;
    }
}
