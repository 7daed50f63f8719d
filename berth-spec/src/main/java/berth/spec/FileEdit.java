package berth.spec;

import berth.model.wanted.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ways to change a single value in the text of a file and nothing else of it: comments, order and spacing stay. YAML has
 * more ways to write a value than are looked for here, so that whoever takes one reads the text again and looks whether it
 * says what it is to say.
 */
public final class FileEdit {
    private static final String KEY = "(\"(?:[^\"\\\\\n]|\\\\.)*\"|'[^'\n]*'|[^\\s\"'][^\n]*?)[ \t]*:";
    private static final String QUOTED = "\"(?:[^\"\\\\\n]|\\\\.)*\"|'(?:[^'\n]|'')*'";
    private static final Pattern BLOCK = Pattern.compile("(?<key>" + KEY + "[ \t]+)(?<value>" + QUOTED
            + "|[^\\s\"'\\[{|>&*#](?:[^\n#]|(?<=\\S)#)*?)(?<rest>[ \t]*(?:[ \t]#[^\n]*)?)(?=\n|$)");
    private static final Pattern FLOW = Pattern.compile(
            "(?<key>" + KEY + "[ \t]+)(?<value>" + QUOTED + "|[^\\s\"'\\[{,}\\]][^,}\\]\n]*?)(?=[ \t]*[,}\\]])");

    private FileEdit() {}

    /** The texts in which the key that begins there might have the value, the likelier first. */
    public static List<String> set(String text, Origin key, String value) {
        var texts = new ArrayList<String>();
        for (Pattern pattern : List.of(BLOCK, FLOW)) {
            at(
                    pattern,
                    text,
                    key,
                    found -> texts.add(text.substring(0, found.start("value"))
                            + NormalText.scalar(value)
                            + text.substring(found.end("value"))));
        }
        return texts;
    }

    /** The texts in which the key that begins there might be gone. */
    public static List<String> without(String text, Origin key) {
        var texts = new ArrayList<String>();
        at(BLOCK, text, key, found -> {
            int line = text.lastIndexOf('\n', found.start() - 1) + 1;
            if (text.substring(line, found.start()).isBlank()) {
                texts.add(text.substring(0, line) + text.substring(Math.min(text.length(), found.end() + 1)));
            }
        });
        at(FLOW, text, key, found -> {
            String rest = text.substring(found.end());
            String cut = rest.replaceFirst("^[ \t]*,[ \t]*", "");
            String before = text.substring(0, found.start());
            texts.add(cut.equals(rest) ? before.replaceFirst(",[ \t]*$", "") + rest : before + cut);
        });
        return texts;
    }

    private static void at(Pattern pattern, String text, Origin key, java.util.function.Consumer<Matcher> taken) {
        int offset = offset(text, key);
        Matcher found = pattern.matcher(text);
        if (offset >= 0 && found.find(offset) && found.start() == offset) {
            taken.accept(found);
        }
    }

    private static int offset(String text, Origin at) {
        int line = 0;
        for (int i = 1; i < at.line(); i++) {
            line = text.indexOf('\n', line) + 1;
            if (line == 0) {
                return -1;
            }
        }
        int end = text.indexOf('\n', line);
        int length = text.codePointCount(line, end < 0 ? text.length() : end);
        return at.column() - 1 > length ? -1 : text.offsetByCodePoints(line, at.column() - 1);
    }
}
