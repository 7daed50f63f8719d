package berth.cli;

import java.io.IOException;

/**
 * {@code berth create NAME FILE}, {@code update} and {@code remove}: guests by a file each, of the site {@code imperative}, as
 * {@code nixos-nspawn} makes them. A file is told from the name of an instance by its dot or slash, which no name has.
 */
final class OneGuest {
    private OneGuest() {}

    /** Whether the words of {@code create} are a name and a file. */
    static boolean isMeant(Call call) {
        return call.count() == 2 && (call.word(1).contains(".") || call.word(1).contains("/"));
    }

    /** {@code berth create NAME FILE}. */
    static int create(Call call) throws IOException {
        for (Flag flag : CreateInstance.FLAGS) {
            if (call.has(flag.name()) || !call.all(flag.name()).isEmpty()) {
                throw new Usage("--" + flag.name() + " does not go with a file: write it into " + call.word(1));
            }
        }
        return NixosNspawn.create(call, new Imperative(call), call.word(1), "berth");
    }

    /** {@code berth update NAME [FILE]}. */
    static final class Update implements Command {
        @Override
        public int run(Call call) throws IOException {
            return NixosNspawn.update(call, new Imperative(call), call.count() > 1 ? call.word(1) : "");
        }
    }

    /** {@code berth remove NAME}. */
    static final class Remove implements Command {
        @Override
        public int run(Call call) throws IOException {
            return NixosNspawn.remove(call, new Imperative(call), call.has("delete-state"));
        }
    }
}
