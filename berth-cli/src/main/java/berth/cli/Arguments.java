package berth.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A command line taken apart by the table. */
final class Arguments {
    /** Options that every command has. */
    static final List<Flag> GLOBAL = List.of(
            Flag.on("help", 'h', "show what the command does"),
            Flag.one("dir", '\0', "DIR", "the daemon's state directory (default: BERTH_DIR, else /var/lib/berth)"),
            Flag.one("project", '\0', "PROJECT", "the project to work in"),
            Flag.on("override", '\0', "change even what a site's file declares"),
            Flag.on("quiet", 'q', "show no progress"),
            Flag.on("verbose", 'v', "show each request"),
            Flag.on("debug", '\0', "the same as --verbose"),
            Flag.on("version", '\0', "show the version of this command"));

    private final Entry entry;
    private final List<String> positionals = new ArrayList<>();
    private final Map<String, List<String>> options = new HashMap<>();
    private final List<String> words;
    private int at;

    private Arguments(Entry entry, List<String> words) {
        this.entry = entry;
        this.words = words;
    }

    /**
     * Takes the words behind a command's name apart.
     *
     * @throws Usage on unknown options, missing values, and too few or too many arguments (unless help is asked for)
     */
    static Arguments parse(Entry entry, List<String> words) throws Usage {
        var parsed = new Arguments(entry, words);
        while (parsed.at < words.size()) {
            parsed.next();
        }
        if (!parsed.has("help")) {
            parsed.count();
        }
        return parsed;
    }

    private void next() throws Usage {
        String word = words.get(at++);
        if (entry.words() && positionals.size() >= 1 && !word.startsWith("-")) {
            at--;
            rest(); // another program's command line begins: its dashes are not ours
        } else if (word.equals("--")) {
            rest();
        } else if (word.startsWith("--")) {
            longOption(word.substring(2));
        } else if (word.length() > 1 && word.charAt(0) == '-') {
            letters(word);
        } else {
            positionals.add(word);
        }
    }

    private void rest() {
        while (at < words.size()) {
            positionals.add(words.get(at++));
        }
    }

    private void longOption(String text) throws Usage {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        var flag = find(name, '\0');
        if (flag == null) {
            throw new Usage("unknown option --" + name + Nearest.hint(name, names(), "--") + seeHelp());
        }
        if (flag.isSwitch()) {
            String value = equals < 0 ? "true" : text.substring(equals + 1);
            if (!value.equals("true") && !value.equals("false")) {
                throw new Usage("--" + name + " is a switch: it takes no value but true and false");
            }
            put(flag, value);
        } else if (equals >= 0) {
            put(flag, text.substring(equals + 1));
        } else {
            put(flag, flag.optional() ? "" : following("--" + name, flag));
        }
    }

    private void letters(String word) throws Usage {
        for (int i = 1; i < word.length(); i++) {
            char letter = word.charAt(i);
            var flag = find("", letter);
            if (flag == null) {
                throw new Usage("unknown option -" + letter + (word.length() > 2 ? " in " + word : "") + seeHelp());
            }
            if (flag.isSwitch()) {
                put(flag, "true");
            } else {
                String glued = word.substring(i + 1);
                put(
                        flag,
                        glued.isEmpty()
                                ? following("-" + letter, flag)
                                : glued.charAt(0) == '=' ? glued.substring(1) : glued);
                return;
            }
        }
    }

    private String following(String spelled, Flag flag) throws Usage {
        if (at >= words.size()) {
            throw new Usage(spelled + " needs a value: " + flag.value());
        }
        return words.get(at++);
    }

    private void put(Flag flag, String value) {
        var values = options.computeIfAbsent(flag.name(), _ -> new ArrayList<>());
        if (!flag.repeated()) {
            values.clear();
        }
        values.add(value);
    }

    private @Nullable Flag find(String name, char letter) {
        for (Flag flag : entry.flags()) {
            if (letter == '\0' ? flag.name().equals(name) : flag.letter() == letter) {
                return flag;
            }
        }
        for (Flag flag : GLOBAL) {
            if (letter == '\0' ? flag.name().equals(name) : flag.letter() == letter) {
                return flag;
            }
        }
        return null;
    }

    private List<String> names() {
        var names = new ArrayList<String>();
        for (Flag flag : entry.flags()) {
            names.add(flag.name());
        }
        for (Flag flag : GLOBAL) {
            names.add(flag.name());
        }
        return names;
    }

    private void count() throws Usage {
        String form = "\nUsage: berth " + (entry.path() + " " + entry.arguments()).strip() + seeHelp();
        if (positionals.size() < entry.least()) {
            throw new Usage("too few arguments" + form);
        }
        if (positionals.size() > entry.most()) {
            throw new Usage("too many arguments, from \"" + positionals.get(entry.most()) + "\" on" + form);
        }
    }

    private String seeHelp() {
        return "\nSee berth " + entry.path() + " --help";
    }

    /** The table's entry. */
    Entry entry() {
        return entry;
    }

    /** What is no option, in order. */
    List<String> positionals() {
        return positionals;
    }

    /** Whether a switch is on, or an option was given at all. */
    boolean has(String name) {
        var values = options.get(name);
        return values != null && !values.equals(List.of("false"));
    }

    /** The value of an option, or null. */
    @Nullable
    String find(String name) {
        var values = options.get(name);
        return values == null ? null : values.getLast();
    }

    /** The values of an option that may be repeated. */
    List<String> all(String name) {
        return options.getOrDefault(name, List.of());
    }
}
