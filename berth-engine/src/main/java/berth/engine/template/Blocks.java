package berth.engine.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads a template's pieces, from the first to the last. */
final class Blocks {
    private static final int DEEPEST = 50;
    private static final String TAGS =
            "autoescape, comment, firstof, for, if, ifequal, ifnotequal, set, verbatim, with";

    private final List<Piece> pieces;
    private int at;
    private int depth;

    Blocks(List<Piece> pieces) {
        this.pieces = pieces;
    }

    /** All of it. */
    Block whole() {
        Block block = until(Set.of(), 1);
        if (at < pieces.size()) {
            throw unexpected(pieces.get(at));
        }
        return block;
    }

    private static BadTemplate unexpected(Piece piece) {
        return new BadTemplate(piece.line(), "{% " + piece.tag() + " %} is not expected there");
    }

    /** What comes before one of these tags, which is left. */
    private Block until(Set<String> ends, int opened) {
        if (++depth > DEEPEST) {
            throw new BadTemplate(opened, "this is nested too deeply");
        }
        var parts = new ArrayList<Block>();
        while (at < pieces.size()) {
            Piece piece = pieces.get(at);
            if (ends.contains(piece.tag())) {
                break;
            }
            at++;
            parts.add(
                    switch (piece.kind()) {
                        case TEXT -> text(piece);
                        case OUTPUT -> output(piece);
                        case TAG -> tag(piece);
                    });
        }
        if (at == pieces.size() && !ends.isEmpty()) {
            throw new BadTemplate(
                    opened,
                    "{% " + String.join(" %} or {% ", ends.stream().sorted().toList()) + " %} is missing");
        }
        depth--;
        return (scope, out) -> parts.forEach(it -> it.write(scope, out));
    }

    private static Block text(Piece piece) {
        String text = piece.text();
        return (scope, out) -> write(scope, piece.line(), text, out);
    }

    private static void write(Scope scope, int line, String text, StringBuilder out) {
        scope.work(line, 1);
        if (out.length() + text.length() > Template.LARGEST) {
            throw new BadTemplate(line, "what it writes is larger than 1 MiB");
        }
        out.append(text);
    }

    private static Block output(Piece piece) {
        var words = new Expressions(piece);
        Expression value = words.expression();
        words.end();
        return (scope, out) -> write(scope, piece.line(), Values.text(value.value(scope)), out);
    }

    private Block tag(Piece piece) {
        var words = new Expressions(piece);
        if (words.atEnd()) {
            throw new BadTemplate(piece.line(), "a tag without a name");
        }
        String name = words.next();
        return switch (name) {
            case "if" -> condition(words);
            case "ifequal", "ifnotequal" -> equality(words, name);
            case "for" -> loop(words);
            case "set" -> set(words);
            case "with" -> with(words);
            case "firstof" -> firstOf(words);
            case "autoescape" -> autoescape(words);
            case "comment" -> comment(piece);
            case "include", "import", "extends", "ssi", "block", "macro" ->
                throw words.bad(
                        "{% " + name + " %} does not exist here: a template stands for itself and reads no file");
            default -> {
                if (name.startsWith("end") || name.startsWith("el")) {
                    throw unexpected(piece);
                }
                throw words.bad("there is no tag \"" + name + "\"; there are " + TAGS);
            }
        };
    }

    /** The tag that ended what was read last, with its words. */
    private Expressions ending() {
        var words = new Expressions(pieces.get(at++));
        words.next();
        return words;
    }

    private String coming() {
        return pieces.get(at).tag();
    }

    private Block condition(Expressions words) {
        Expression first = words.expression();
        words.end();
        Block then = until(Set.of("elif", "else", "endif"), words.line());
        Block otherwise = (scope, out) -> {};
        String next = coming();
        Expressions ending = ending();
        if (next.equals("elif")) {
            if (++depth > DEEPEST) {
                throw words.bad("this is nested too deeply");
            }
            otherwise = condition(ending);
            depth--;
        } else {
            ending.end();
            if (next.equals("else")) {
                otherwise = until(Set.of("endif"), words.line());
                ending().end();
            }
        }
        return either(first, then, otherwise);
    }

    private static Block either(Expression condition, Block then, Block otherwise) {
        return (scope, out) -> (Values.truth(condition.value(scope)) ? then : otherwise).write(scope, out);
    }

    private Block equality(Expressions words, String name) {
        Expression one = words.expression();
        Expression other = words.expression();
        words.end();
        Block then = until(Set.of("else", "end" + name), words.line());
        Block otherwise = (scope, out) -> {};
        if (coming().equals("else")) {
            ending().end();
            otherwise = until(Set.of("end" + name), words.line());
        }
        ending().end();
        boolean wanted = name.equals("ifequal");
        return either(it -> Values.same(one.value(it), other.value(it)) == wanted, then, otherwise);
    }

    private Block loop(Expressions words) {
        String first = words.name();
        String second = words.take(",") ? words.name() : "";
        words.must("in");
        Expression over = words.expression();
        boolean reversed = words.take("reversed");
        boolean sorted = words.take("sorted");
        words.end();
        Block body = until(Set.of("empty", "endfor"), words.line());
        Block empty = (scope, out) -> {};
        if (coming().equals("empty")) {
            ending().end();
            empty = until(Set.of("endfor"), words.line());
        }
        ending().end();
        Block nothing = empty;
        return (scope, out) -> {
            Object all = over.value(scope);
            var items = new ArrayList<Object>(Values.items(all));
            if (sorted) {
                items.sort((a, b) -> Values.text(a).compareTo(Values.text(b)));
            }
            List<Object> ordered = reversed ? items.reversed() : items;
            if (ordered.isEmpty()) {
                nothing.write(scope, out);
            }
            for (int i = 0; i < ordered.size(); i++) {
                Scope inner = scope.inner();
                scope.work(words.line(), 10);
                Object item = ordered.get(i);
                inner.set(first, item);
                if (!second.isEmpty()) {
                    inner.set(second, all instanceof Map<?, ?> map ? map.get(item) : null);
                }
                inner.set("forloop", position(i, ordered.size()));
                body.write(inner, out);
            }
        };
    }

    private static Map<String, Object> position(long i, int size) {
        return new TreeMap<>(Map.of(
                "Counter",
                i + 1,
                "Counter0",
                i,
                "Revcounter",
                size - i,
                "Revcounter0",
                size - i - 1,
                "First",
                i == 0,
                "Last",
                i == size - 1));
    }

    private static Block set(Expressions words) {
        String name = words.name();
        words.must("=");
        Expression value = words.expression();
        words.end();
        return (scope, out) -> scope.set(name, value.value(scope));
    }

    /** {@code with a=1 b=2}, or the older {@code with 1 as a}. */
    private Block with(Expressions words) {
        var values = new TreeMap<String, Expression>();
        if (words.nameWithValue()) {
            while (!words.atEnd()) {
                String name = words.name();
                words.must("=");
                values.put(name, words.expression());
            }
        } else {
            Expression value = words.expression();
            words.must("as");
            values.put(words.name(), value);
            words.end();
        }
        Block body = until(Set.of("endwith"), words.line());
        ending().end();
        return (scope, out) -> {
            Scope inner = scope.inner();
            scope.work(words.line(), 10);
            values.forEach((name, value) -> inner.set(name, value.value(scope)));
            body.write(inner, out);
        };
    }

    private static Block firstOf(Expressions words) {
        var choices = new ArrayList<Expression>();
        while (!words.atEnd()) {
            choices.add(words.expression());
        }
        return (scope, out) -> choices.stream()
                .map(it -> java.util.Optional.ofNullable(it.value(scope)))
                .flatMap(java.util.Optional::stream)
                .filter(Values::truth)
                .findFirst()
                .ifPresent(it -> write(scope, words.line(), Values.text(it), out));
    }

    /** Nothing is ever escaped unasked: these are no web pages. */
    private Block autoescape(Expressions words) {
        if (!words.next().equals("off")) {
            throw words.bad("autoescape can only be off here; use the filter escape");
        }
        words.end();
        Block body = until(Set.of("endautoescape"), words.line());
        ending().end();
        return body;
    }

    private Block comment(Piece opened) {
        while (at < pieces.size() && !coming().equals("endcomment")) {
            at++;
        }
        if (at == pieces.size()) {
            throw new BadTemplate(opened.line(), "{% endcomment %} is missing");
        }
        at++;
        return (scope, out) -> {};
    }
}
