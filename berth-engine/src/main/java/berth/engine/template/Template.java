package berth.engine.template;

import berth.model.Refused;
import java.util.Map;
import java.util.function.BinaryOperator;

/** A text with gaps. */
public final class Template {
    static final int LARGEST = 1024 * 1024;

    private final String name;
    private final Block block;

    private Template(String name, Block block) {
        this.name = name;
        this.block = block;
    }

    /**
     * Reads one; refuses what is not written right, saying where.
     *
     * @param name for messages
     */
    public static Template of(String name, String text) {
        try {
            if (text.length() > LARGEST) {
                throw new BadTemplate(1, "it is larger than 1 MiB");
            }
            return new Template(name, new Blocks(Piece.of(text)).whole());
        } catch (BadTemplate bad) {
            throw refused(name, bad);
        }
    }

    /**
     * Fills it in.
     *
     * @param values texts, and maps of values by name
     * @param configGet what {@code config_get} answers, from a key and what to say when it is unset
     */
    public String render(Map<String, ?> values, BinaryOperator<String> configGet) {
        var scope = new Scope(values, configGet);
        var out = new StringBuilder();
        try {
            block.write(scope, out);
            return out.toString();
        } catch (BadTemplate bad) {
            throw refused(name, bad);
        }
    }

    private static Refused refused(String name, BadTemplate bad) {
        return Refused.invalid("Template " + name + ", line " + bad.line() + ": " + bad.getMessage());
    }
}
