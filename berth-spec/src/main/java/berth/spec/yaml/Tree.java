package berth.spec.yaml;

import berth.model.wanted.Origin;
import java.util.List;

/** What a YAML text says, without types: a scalar stays the text that was written, so {@code 0755} is no number. */
public sealed interface Tree {
    /** Where it begins. */
    Origin at();

    /** What a person calls it. */
    String what();

    /**
     * A single value.
     *
     * @param plain written without quotes
     */
    record Scalar(Origin at, String text, boolean plain) implements Tree {
        /** Nothing, {@code ~} or {@code null}, unquoted. */
        public boolean isNull() {
            return plain
                    && switch (text) {
                        case "", "~", "null", "Null", "NULL" -> true;
                        default -> false;
                    };
        }

        @Override
        public String what() {
            return isNull() ? "nothing" : "a single value";
        }
    }

    /**
     * What a file in Nix holds and no text can: a function, a system, something that needs nixpkgs.
     *
     * @param what what a person calls it
     * @param reference where it can be had: {@code nix:FILE#PATH}
     */
    record Opaque(Origin at, String what, String reference) implements Tree {}

    /** A list. */
    record Sequence(Origin at, List<Tree> items) implements Tree {
        @Override
        public String what() {
            return "a list";
        }
    }

    /** Keys with values, in the order written, no key twice. */
    record Mapping(Origin at, List<Entry> entries) implements Tree {
        @Override
        public String what() {
            return "a mapping";
        }
    }

    /**
     * A key with its value.
     *
     * @param at where the key is written
     */
    record Entry(String key, Origin at, Tree value) {}
}
