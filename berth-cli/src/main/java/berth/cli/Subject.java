package berth.cli;

import berth.client.Server;
import berth.client.ServerError;
import java.io.IOException;

/** Finds what an argument names. */
final class Subject {
    private Subject() {}

    /** The path of the object that the first argument names. Images may be named by alias too. */
    static String path(Call call, Kind kind) throws IOException {
        return kind.path(name(call, kind, call.word(0)));
    }

    /** The name under which the server knows an object. */
    static String name(Call call, Kind kind, String word) throws IOException {
        String name = Call.local(word);
        if (kind != Kind.IMAGE) {
            return name;
        }
        try {
            return call.server().get(Server.path("images", "aliases", name)).text("target");
        } catch (ServerError missing) {
            if (missing.code() != 404) {
                throw missing;
            }
        }
        return call.server().get(kind.path(name)).text("fingerprint");
    }
}
