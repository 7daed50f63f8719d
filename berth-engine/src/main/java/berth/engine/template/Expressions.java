package berth.engine.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads expressions: the words of an output or of a tag, from left to right. */
final class Expressions {
    private static final Pattern WORD = Pattern.compile(
            "\\s*(?<word>\"(?:[^\"\\\\]|\\\\.)*+\"|'(?:[^'\\\\]|\\\\.)*+'|[A-Za-z_][A-Za-z0-9_]*|[0-9]+(?:[.][0-9]+)?"
                    + "|==|!=|<>|<=|>=|&&|\\|\\||[-+*/%^<>!().,|:=])",
            Pattern.DOTALL);
    private static final int DEEPEST = 50;

    private final int line;
    private final List<String> words = new ArrayList<>();
    private int at;
    private int depth;

    Expressions(Piece piece) {
        this(piece.text(), piece.line());
    }

    private Expressions(String text, int line) {
        this.line = line;
        Matcher matcher = WORD.matcher(text);
        int end = text.stripTrailing().length();
        int from = 0;
        while (from < end) {
            if (!matcher.find(from) || matcher.start() != from) {
                throw bad("cannot read " + text.substring(from).strip());
            }
            words.add(matcher.group("word"));
            from = matcher.end();
        }
    }

    BadTemplate bad(String what) {
        return new BadTemplate(line, what);
    }

    int line() {
        return line;
    }

    boolean atEnd() {
        return at == words.size();
    }

    private String peek() {
        return atEnd() ? "" : words.get(at);
    }

    String next() {
        if (atEnd()) {
            throw bad("something is missing at the end");
        }
        return words.get(at++);
    }

    boolean take(String word) {
        if (peek().equals(word)) {
            at++;
            return true;
        }
        return false;
    }

    void must(String word) {
        if (!take(word)) {
            throw bad("\"" + word + "\" is missing" + (atEnd() ? " at the end" : " before \"" + peek() + "\""));
        }
    }

    /** Whether {@code name=} comes. */
    boolean nameWithValue() {
        return at + 1 < words.size()
                && isName(words.get(at))
                && words.get(at + 1).equals("=");
    }

    void end() {
        if (!atEnd()) {
            throw bad("\"" + peek() + "\" is not expected there");
        }
    }

    String name() {
        String word = next();
        if (!isName(word)) {
            throw bad("\"" + word + "\" is no name");
        }
        return word;
    }

    private static boolean isName(String word) {
        return Character.isLetter(word.charAt(0)) || word.charAt(0) == '_';
    }

    /** An expression; what comes behind it is left. */
    Expression expression() {
        if (++depth > DEEPEST) {
            throw bad("this is nested too deeply");
        }
        Expression whole = either();
        depth--;
        return it -> {
            it.work(line, 1);
            return whole.value(it);
        };
    }

    private Expression either() {
        Expression left = both();
        while (take("or") || take("||")) {
            Expression first = left;
            Expression second = both();
            left = it -> Values.truth(first.value(it)) || Values.truth(second.value(it));
        }
        return left;
    }

    private Expression both() {
        Expression left = comparison();
        while (take("and") || take("&&")) {
            Expression first = left;
            Expression second = comparison();
            left = it -> Values.truth(first.value(it)) && Values.truth(second.value(it));
        }
        return left;
    }

    private static final Map<String, BiFunction<@Nullable Object, @Nullable Object, Object>> COMPARISONS = Map.of(
            "==", Values::same,
            "!=", (a, b) -> !Values.same(a, b),
            "<>", (a, b) -> !Values.same(a, b),
            "<", (a, b) -> Values.number(a) < Values.number(b),
            ">", (a, b) -> Values.number(a) > Values.number(b),
            "<=", (a, b) -> Values.number(a) <= Values.number(b),
            ">=", (a, b) -> Values.number(a) >= Values.number(b),
            "in", (a, b) -> Values.contains(b, a));

    private Expression comparison() {
        if (take("not") || take("!")) {
            Expression denied = nested(this::comparison);
            return it -> !Values.truth(denied.value(it));
        }
        Expression left = sum();
        var compared = COMPARISONS.get(peek());
        if (compared == null) {
            return left;
        }
        next();
        Expression right = sum();
        return it -> compared.apply(left.value(it), right.value(it));
    }

    private Expression sum() {
        boolean negative = take("-");
        Expression left = product();
        if (negative) {
            Expression positive = left;
            left = it -> arithmetic("-", 0L, positive.value(it));
        }
        while (peek().equals("+") || peek().equals("-")) {
            left = arithmetic(next(), left, product());
        }
        return left;
    }

    private Expression product() {
        Expression left = power();
        while (peek().equals("*") || peek().equals("/") || peek().equals("%")) {
            left = arithmetic(next(), left, power());
        }
        return left;
    }

    private Expression power() {
        Expression base = filtered();
        if (!take("^")) {
            return base;
        }
        Expression exponent = nested(this::power);
        return it -> Math.pow(Values.number(base.value(it)), Values.number(exponent.value(it)));
    }

    private Expression nested(java.util.function.Supplier<Expression> what) {
        if (++depth > DEEPEST) {
            throw bad("this is nested too deeply");
        }
        Expression inner = what.get();
        depth--;
        return inner;
    }

    private Expression arithmetic(String sign, Expression left, Expression right) {
        return it -> arithmetic(sign, left.value(it), right.value(it));
    }

    private Object arithmetic(String sign, @Nullable Object left, @Nullable Object right) {
        if (left instanceof Double || right instanceof Double) {
            double a = Values.number(left);
            double b = Values.number(right);
            return switch (sign) {
                case "+" -> a + b;
                case "-" -> a - b;
                case "*" -> a * b;
                case "/" -> a / b;
                default -> (double) remainder((long) a, (long) b);
            };
        }
        long a = Values.whole(left);
        long b = Values.whole(right);
        return switch (sign) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> b == 0 ? remainder(a, b) : a / b;
            default -> remainder(a, b);
        };
    }

    private long remainder(long a, long b) {
        if (b == 0) {
            throw bad("this divides by zero");
        }
        return a % b;
    }

    private Expression filtered() {
        Expression value = primary();
        while (take("|")) {
            String name = name();
            Filters.Filter filter = Filters.named(name);
            if (filter == null) {
                throw bad("there is no filter \"" + name + "\"; there are " + String.join(", ", Filters.names()));
            }
            Expression before = value;
            Expression parameter = take(":") ? nested(this::primary) : _ -> null;
            value = it -> {
                it.work(line, 1);
                Object result = filter.of(before.value(it), parameter.value(it));
                it.work(line, Values.length(result));
                return result;
            };
        }
        return value;
    }

    private Expression primary() {
        String word = next();
        char first = word.charAt(0);
        if (word.equals("(")) {
            Expression inner = expression();
            must(")");
            return inner;
        }
        if (first == '"' || first == '\'') {
            String text = word.substring(1, word.length() - 1).replaceAll("(?s)\\\\(.)", "$1");
            return _ -> text;
        }
        if (Character.isDigit(first)) {
            return number(word);
        }
        if (!isName(word)) {
            throw bad("\"" + word + "\" is not expected there");
        }
        return switch (word) {
            case "true" -> _ -> true;
            case "false" -> _ -> false;
            default -> word.equals("config_get") ? configGet() : path(word);
        };
    }

    private Expression number(String word) {
        try {
            Object number = word.contains(".") ? (Object) Double.valueOf(word) : (Object) Long.valueOf(word);
            return _ -> number;
        } catch (NumberFormatException large) {
            throw bad("the number " + word + " is too large");
        }
    }

    private Expression configGet() {
        must("(");
        Expression key = expression();
        if (!take(",")) {
            throw bad("config_get needs a key and what to say when it is unset");
        }
        Expression otherwise = expression();
        must(")");
        return it -> it.config(Values.text(key.value(it)), Values.text(otherwise.value(it)));
    }

    /** What is not there is nothing, and so is all that is looked for in it. */
    private Expression path(String first) {
        var names = new ArrayList<String>();
        while (take(".")) {
            names.add(next());
        }
        if (peek().equals("(")) {
            throw bad("there is no function \"" + first + "\"; there is config_get");
        }
        return it -> {
            Object value = it.find(first);
            for (String name : names) {
                value = value instanceof Map<?, ?> map ? map.get(name) : null;
            }
            return value;
        };
    }
}
