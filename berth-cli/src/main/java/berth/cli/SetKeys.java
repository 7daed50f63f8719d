package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** {@code berth config set}, {@code unset} and the like: configuration keys, of an object or of the server. */
final class SetKeys implements Command {
    private final Kind kind;
    private final boolean unset;

    SetKeys(Kind kind, boolean unset) {
        this.kind = kind;
        this.unset = unset;
    }

    @Override
    public int run(Call call) throws IOException {
        boolean server = kind == Kind.INSTANCE && ofServer(call);
        var words = call.words(server ? 0 : 1);
        if (words.isEmpty()) {
            throw new Usage("a key and a value are needed, as key=value");
        }
        Map<String, String> pairs = unset ? Map.of(words.get(0), "") : Pairs.of(call, words);
        if (server) {
            Kind.SERVER.changeMap(call, "", "config", config -> with(config, pairs));
        } else {
            String name = Subject.name(call, kind, call.word(0));
            kind.changeMap(call, name, kind == Kind.IMAGE ? "properties" : "config", config -> with(config, pairs));
        }
        return 0;
    }

    /** Whether the first word is a key already: {@code config set core.https_address=:8443}, {@code config unset KEY}. */
    private boolean ofServer(Call call) {
        if (unset) {
            return call.count() == 1;
        }
        List<String> words = call.words(0);
        return words.get(0).indexOf('=') > 0
                || words.size() == 2 && words.get(1).indexOf('=') < 0;
    }

    private Json with(Json config, Map<String, String> pairs) {
        Json changed = config;
        for (var pair : pairs.entrySet()) {
            changed = unset ? changed.without(pair.getKey()) : changed.with(pair.getKey(), pair.getValue());
        }
        return changed;
    }
}
