package berth.cli;

import berth.client.Json;
import java.io.IOException;

/** {@code berth network create} and {@code storage create}. */
final class CreateObject implements Command {
    private final Kind kind;

    CreateObject(Kind kind) {
        this.kind = kind;
    }

    @Override
    public int run(Call call) throws IOException {
        String name = call.name(0);
        boolean pool = kind == Kind.POOL;
        Json body = Json.object()
                .with("name", name)
                .with("config", Json.of(Pairs.of(call, call.words(pool ? 2 : 1))))
                .with("description", "")
                .with(pool ? "driver" : "type", pool ? call.word(1) : call.option("type", ""));
        call.finish(call.server().post("/1.0/" + kind.collection(), body));
        call.say((pool ? "Storage pool " : "Network ") + name + " created");
        return 0;
    }
}
