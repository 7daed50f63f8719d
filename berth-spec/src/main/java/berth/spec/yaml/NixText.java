package berth.spec.yaml;

import berth.model.wanted.Finding;
import berth.model.wanted.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads what {@code walk.nix} of the command line made of a file in Nix: JSON that tells each key with its place. The text
 * may be anybody's; it is read within limits: 4 MiB, nesting of 64, 500,000 values.
 */
public final class NixText {
    static final int MAX_BYTES = 4 << 20;
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NODES = 500_000;

    private static final String BEGINNING = "{\"file\":\"";

    private final String name;
    private final String text;
    private final Consumer<Finding> findings;
    private String file = "";
    private int at;
    private int nodes;

    private NixText(String name, String text, Consumer<Finding> findings) {
        this.name = name;
        this.text = text;
        this.findings = findings;
    }

    /** Whether a file is read so. */
    public static boolean isNix(String name, String text) {
        return name.endsWith(".nix") || text.startsWith(BEGINNING);
    }

    /**
     * What the file says; empty when it cannot be known.
     *
     * @param name as findings show it
     * @param findings told of each error
     */
    public static Optional<Tree> read(String name, String text, Consumer<Finding> findings) {
        if (text.length() > MAX_BYTES) {
            findings.accept(new Finding(true, new Origin(name, 1, 1), "", "says more than 4 MiB"));
            return Optional.empty();
        }
        if (!text.startsWith(BEGINNING)) {
            findings.accept(new Finding(
                    true,
                    new Origin(name, 1, 1),
                    "",
                    "Nix is evaluated where the file is, by the command line: berth plan -f " + name));
            return Optional.empty();
        }
        return new NixText(name, text, findings).whole();
    }

    private Optional<Tree> whole() {
        try {
            expect("{\"file\":");
            file = string();
            expect(",\"nix\":1,\"value\":");
            Tree tree = node(new Origin(name, 1, 1), "", 0).orElse(new Tree.Mapping(new Origin(name, 1, 1), List.of()));
            expect("}");
            if (at != text.stripTrailing().length()) {
                throw new Wrong("goes on behind its end");
            }
            return Optional.of(tree);
        } catch (Wrong wrong) {
            findings.accept(new Finding(
                    true,
                    new Origin(name, 1, 1),
                    "",
                    "not as Berth writes what it read in Nix: " + wrong.getMessage()));
            return Optional.empty();
        }
    }

    /** A value; empty for one that is not there, by {@code mkIf}. */
    private Optional<Tree> node(Origin origin, String path, int depth) {
        if (depth > MAX_DEPTH || ++nodes > MAX_NODES) {
            throw new Wrong("more than " + MAX_NODES + " values, or nested more than " + MAX_DEPTH + " deep");
        }
        char c = peek();
        if (c == '"') {
            return Optional.of(new Tree.Scalar(origin, string(), false));
        }
        if (c != '[') {
            return Optional.of(new Tree.Scalar(origin, word(), true));
        }
        expect("[");
        String kind = string();
        var tree = switch (kind) {
            case "s" -> Optional.<Tree>of(set(origin, path, depth));
            case "l" -> Optional.<Tree>of(new Tree.Sequence(origin, values(origin, path, depth)));
            case "p" -> {
                expect(",");
                yield Optional.<Tree>of(new Tree.Scalar(origin, string(), false));
            }
            case "f" -> Optional.<Tree>of(new Tree.Opaque(origin, "a function or a system", reference(path)));
            case "e" ->
                Optional.<Tree>of(
                        new Tree.Opaque(origin, "something that cannot be known without nixpkgs", reference(path)));
            case "o" -> {
                expect(",");
                word();
                expect(",");
                yield node(origin, path, depth + 1);
            }
            case "m" -> merged(origin, path, values(origin, path, depth));
            case "x" -> Optional.<Tree>empty();
            default -> throw new Wrong("there is no kind " + kind.length() + " letters long");
        };
        expect("]");
        return tree;
    }

    private String reference(String path) {
        return "nix:" + file + "#" + path;
    }

    private Tree set(Origin origin, String path, int depth) {
        expect(",{");
        var entries = new ArrayList<Tree.Entry>();
        for (boolean first = true; peek() != '}'; first = false) {
            expect(first ? "" : ",");
            String key = string();
            expect(":[");
            int line = number();
            expect(",");
            int column = number();
            expect(",");
            String where = peek() == '"' ? string() : "";
            if (where.isEmpty()) {
                expect("0");
            }
            expect(",");
            Origin place = line < 1 || column < 1 ? origin : new Origin(shown(where), line, column);
            node(place, path.isEmpty() ? key : path + "." + key, depth + 1)
                    .ifPresent(value -> entries.add(new Tree.Entry(key, place, value)));
            expect("]");
        }
        expect("}");
        return new Tree.Mapping(origin, List.copyOf(entries));
    }

    /** Files beside the site's own are shown from its folder on. */
    private String shown(String where) {
        if (where.isEmpty()) {
            return name;
        }
        String folder = file.substring(0, file.lastIndexOf('/') + 1);
        return where.startsWith(folder) ? where.substring(folder.length()) : where;
    }

    private List<Tree> values(Origin origin, String path, int depth) {
        var items = new ArrayList<Tree>();
        while (peek() == ',') {
            expect(",");
            node(origin, path + "[" + items.size() + "]", depth + 1).ifPresent(items::add);
        }
        return List.copyOf(items);
    }

    /** What {@code mkMerge} puts together: sets by their keys, lists one behind the other. */
    private Optional<Tree> merged(Origin origin, String path, List<Tree> parts) {
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        if (parts.stream().allMatch(Tree.Sequence.class::isInstance)) {
            return Optional.of(new Tree.Sequence(
                    origin,
                    parts.stream()
                            .flatMap(it -> ((Tree.Sequence) it).items().stream())
                            .toList()));
        }
        if (parts.stream().allMatch(Tree.Mapping.class::isInstance)) {
            var all = new LinkedHashMap<String, Tree.Entry>();
            for (Tree part : parts) {
                for (Tree.Entry entry : ((Tree.Mapping) part).entries()) {
                    Tree.Entry other = all.get(entry.key());
                    Tree both = other == null
                            ? entry.value()
                            : merged(other.at(), path + "." + entry.key(), List.of(other.value(), entry.value()))
                                    .orElse(entry.value());
                    all.put(entry.key(), new Tree.Entry(entry.key(), other == null ? entry.at() : other.at(), both));
                }
            }
            return Optional.of(new Tree.Mapping(origin, List.copyOf(all.values())));
        }
        if (parts.size() > 1) {
            findings.accept(new Finding(true, origin, path, "is said more than once, and differently"));
        }
        return Optional.of(parts.getFirst());
    }

    private char peek() {
        if (at >= text.length()) {
            throw new Wrong("it ends too early");
        }
        return text.charAt(at);
    }

    private void expect(String next) {
        if (!text.startsWith(next, at)) {
            throw new Wrong("at " + at + " it does not go on with " + next);
        }
        at += next.length();
    }

    private int number() {
        String word = word();
        if (!word.matches("[0-9]{1,7}")) {
            throw new Wrong("a place is no number");
        }
        return Integer.parseInt(word);
    }

    /** A number, true, false or null. */
    private String word() {
        int from = at;
        while (at < text.length() && "+-.".indexOf(text.charAt(at)) >= 0
                || at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
            at++;
        }
        if (from == at || at - from > 64) {
            throw new Wrong("at " + from + " there is no value");
        }
        return text.substring(from, at);
    }

    private String string() {
        expect("\"");
        var out = new StringBuilder();
        for (char c = peek(); c != '"'; c = peek()) {
            at++;
            out.append(c == '\\' ? escaped() : c);
        }
        at++;
        return out.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case '"', '\\', '/' -> c;
            case 'u' -> {
                if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
                    throw new Wrong("an escape that is none");
                }
                at += 4;
                yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            default -> throw new Wrong("an escape that is none");
        };
    }

    /** It is no such text. */
    private static final class Wrong extends RuntimeException {
        Wrong(String text) {
            super(text, null, false, false);
        }
    }
}
