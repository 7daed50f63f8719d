package berth.cli;

import berth.client.Json;
import java.io.IOException;

/** {@code berth config show}, {@code profile show} and the like: the whole object as YAML. */
final class ShowObject implements Command {
    private final Kind kind;

    ShowObject(Kind kind) {
        this.kind = kind;
    }

    @Override
    public int run(Call call) throws IOException {
        boolean server = kind == Kind.INSTANCE && call.count() == 0;
        Json object = server ? call.server().get("/1.0") : call.server().get(Subject.path(call, kind));
        if (server) {
            object = Kind.SERVER.editable(object);
        } else if (kind == Kind.INSTANCE) {
            if (call.has("expanded")) {
                object = object.with("config", object.at("expanded_config"))
                        .with("devices", object.at("expanded_devices"));
            }
            object = kind.editable(object);
        } else if (kind == Kind.IMAGE || kind == Kind.METADATA) {
            object = kind.editable(object);
        }
        call.terminal().out().print(Yaml.write(object));
        return 0;
    }
}
