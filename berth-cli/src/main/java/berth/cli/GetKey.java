package berth.cli;

import berth.client.Json;
import java.io.IOException;

/** {@code berth config get}, {@code network get} and the like: one configuration key. */
final class GetKey implements Command {
    private final Kind kind;

    GetKey(Kind kind) {
        this.kind = kind;
    }

    @Override
    public int run(Call call) throws IOException {
        if (kind == Kind.INSTANCE && call.count() == 1) {
            call.print(call.server().get("/1.0").at("config").text(call.word(0)));
            return 0;
        }
        Json object = call.server().get(Subject.path(call, kind));
        String map = kind == Kind.IMAGE ? "properties" : call.has("expanded") ? "expanded_config" : "config";
        call.print(object.at(map).text(call.word(1)));
        return 0;
    }
}
