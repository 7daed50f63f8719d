package berth.rest;

import berth.rest.http.HttpRefused;
import berth.rest.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * LXD's filter language: {@code [not] <field> <op> <value> [and|or …]}, read strictly from left to right. A text is
 * compared as a regular expression without regard to case, anchored unless it holds {@code ^} or {@code $}; what is no
 * expression is compared as it is. The expression is a stranger's: how much work it may cause is bounded.
 */
final class Filter {
    /** How many characters one comparison may look at. */
    private static final int PATIENCE = 100_000;

    private static final int LONGEST = 4096;

    private record Clause(
            boolean or,
            boolean not,
            String field,
            boolean equal,
            String value,
            @Nullable Pattern pattern) {}

    private final List<Clause> clauses;

    private Filter(List<Clause> clauses) {
        this.clauses = clauses;
    }

    /** Reads a filter; the empty one lets everything through. Refuses with 400 what is none. */
    static Filter of(String text) {
        if (text.length() > LONGEST) {
            throw new HttpRefused(400, "Invalid filter: longer than " + LONGEST + " characters");
        }
        List<String> words = words(text);
        var clauses = new ArrayList<Clause>();
        int at = 0;
        boolean or = false;
        while (at < words.size()) {
            boolean not = words.get(at).equalsIgnoreCase("not");
            if (not && ++at >= words.size()) {
                throw invalid("incomplete not clause");
            }
            String field = words.get(at++);
            if (at >= words.size()) {
                throw invalid("clause has no operator");
            }
            boolean equal = !words.get(at++).equalsIgnoreCase("ne");
            if (at >= words.size()) {
                throw invalid("clause has no value");
            }
            String value = words.get(at++);
            clauses.add(new Clause(or, not, field, equal, value, pattern(value)));
            if (at < words.size()) {
                String joint = words.get(at++).toLowerCase(Locale.ROOT);
                if (!joint.equals("and") && !joint.equals("or")) {
                    throw invalid("invalid clause composition");
                }
                or = joint.equals("or");
                if (at >= words.size()) {
                    throw invalid("unterminated compound clause");
                }
            }
        }
        return new Filter(clauses);
    }

    /** Whether nothing is filtered. */
    boolean everything() {
        return clauses.isEmpty();
    }

    /** Whether an object, spelled as on the wire, passes. */
    boolean passes(Object wire) {
        Map<String, Object> tree = Json.tree(wire);
        boolean passes = true;
        for (int i = 0; i < clauses.size(); i++) {
            Clause clause = clauses.get(i);
            boolean holds = (matches(clause, find(tree, clause.field())) == clause.equal()) != clause.not();
            passes = i == 0 ? holds : clause.or() ? passes || holds : passes && holds;
        }
        return passes;
    }

    private static boolean matches(Clause clause, @Nullable Object found) {
        String text = found == null ? "" : String.valueOf(found);
        if (clause.pattern() == null || !(found == null || found instanceof String)) {
            return text.equalsIgnoreCase(clause.value());
        }
        try {
            return clause.pattern().matcher(new Bounded(text)).find();
        } catch (TooMuchWork | StackOverflowError tooMuch) {
            throw new HttpRefused(400, "Invalid filter: the expression takes too long to compare");
        }
    }

    /** Keys may hold dots themselves ({@code config.user.a}): the longest one that is there is taken. */
    @SuppressWarnings("unchecked")
    private static @Nullable Object find(@Nullable Object tree, String path) {
        if (!(tree instanceof Map<?, ?> map)) {
            return null;
        }
        var keys = (Map<String, Object>) map;
        if (keys.containsKey(path)) {
            return keys.get(path);
        }
        for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
            Object child = keys.get(path.substring(0, dot));
            if (child != null) {
                return find(child, path.substring(dot + 1));
            }
        }
        return null;
    }

    private static @Nullable Pattern pattern(String value) {
        boolean anchored = value.contains("^") || value.contains("$");
        try {
            return Pattern.compile(
                    anchored ? value : "^(?:" + value + ")$", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
        } catch (PatternSyntaxException | StackOverflowError plainText) {
            return null;
        }
    }

    private static List<String> words(String text) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean quoted = false;
        boolean any = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
                any = true;
            } else if (Character.isWhitespace(c) && !quoted) {
                if (any) {
                    words.add(word.toString());
                    word.setLength(0);
                    any = false;
                }
            } else {
                word.append(c);
                any = true;
            }
        }
        if (quoted) {
            throw invalid("unterminated quote");
        }
        if (any) {
            words.add(word.toString());
        }
        return words;
    }

    private static HttpRefused invalid(String why) {
        return new HttpRefused(400, "Invalid filter: " + why);
    }

    /** Thrown from inside of a comparison that backtracks without end. */
    private static final class TooMuchWork extends RuntimeException {
        TooMuchWork() {
            super("", null, false, false);
        }
    }

    /** A text that may be looked at only so often. */
    private static final class Bounded implements CharSequence {
        private final String text;
        private int looks;

        Bounded(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (++looks > PATIENCE) {
                throw new TooMuchWork();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
