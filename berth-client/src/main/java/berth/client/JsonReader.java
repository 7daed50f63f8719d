package berth.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;

/** Reads RFC 8259 JSON, strictly. By hand because it costs the command a fifth of its start-up less than a library. */
final class JsonReader {
    private static final int DEEPEST = 512;

    private final String text;
    private int at;

    JsonReader(String text) {
        this.text = text;
    }

    Json document() throws JsonSyntax {
        Json value = value(0);
        blanks();
        if (at < text.length()) {
            throw wrong("more text after the value");
        }
        return value;
    }

    private Json value(int depth) throws JsonSyntax {
        if (depth > DEEPEST) {
            throw wrong("nested deeper than " + DEEPEST);
        }
        blanks();
        if (at >= text.length()) {
            throw wrong("the text ends too early");
        }
        char c = text.charAt(at);
        if (c == '"') {
            return new Json.Text(string());
        } else if (c == '{') {
            return object(depth);
        } else if (c == '[') {
            return array(depth);
        } else if (c == 't') {
            return word("true", new Json.Bool(true));
        } else if (c == 'f') {
            return word("false", new Json.Bool(false));
        } else if (c == 'n') {
            return word("null", Json.nothing());
        }
        return number();
    }

    private Json object(int depth) throws JsonSyntax {
        var fields = new LinkedHashMap<String, Json>();
        at++;
        blanks();
        if (eat('}')) {
            return new Json.Obj(fields);
        }
        do {
            blanks();
            if (at >= text.length() || text.charAt(at) != '"') {
                throw wrong("a key in quotes was expected");
            }
            String key = string();
            blanks();
            expect(':');
            fields.put(key, value(depth + 1));
            blanks();
        } while (eat(','));
        expect('}');
        return new Json.Obj(fields);
    }

    private Json array(int depth) throws JsonSyntax {
        var items = new ArrayList<Json>();
        at++;
        blanks();
        if (eat(']')) {
            return new Json.Arr(items);
        }
        do {
            items.add(value(depth + 1));
            blanks();
        } while (eat(','));
        expect(']');
        return new Json.Arr(items);
    }

    private String string() throws JsonSyntax {
        int start = ++at;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                return text.substring(start, at++);
            }
            if (c == '\\') {
                return escaped(start);
            }
            if (c < ' ') {
                throw wrong("a control character in a string");
            }
        }
        throw wrong("a string without end");
    }

    private String escaped(int start) throws JsonSyntax {
        var out = new StringBuilder(text.length() - start < 256 ? 256 : 1024).append(text, start, at);
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return out.toString();
            } else if (c == '\\') {
                out.append(escape());
            } else if (c < ' ') {
                throw wrong("a control character in a string");
            } else {
                out.append(c);
            }
        }
        throw wrong("a string without end");
    }

    private char escape() throws JsonSyntax {
        if (at >= text.length()) {
            throw wrong("a string without end");
        }
        char c = text.charAt(at++);
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("an unknown escape");
        };
    }

    private char unicode() throws JsonSyntax {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at < text.length() && text.charAt(at) < 128 ? Character.digit(text.charAt(at), 16) : -1;
            if (digit < 0) {
                throw wrong("four hexadecimal digits were expected");
            }
            code = code * 16 + digit;
            at++;
        }
        return (char) code;
    }

    private Json number() throws JsonSyntax {
        int start = at;
        eat('-');
        if (!eat('0')) {
            digits();
        }
        if (eat('.')) {
            digits();
        }
        if (eat('e') || eat('E')) {
            if (!eat('-')) {
                eat('+');
            }
            digits();
        }
        return new Json.Num(text.substring(start, at));
    }

    private void digits() throws JsonSyntax {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            throw wrong(
                    start < text.length() ? "unexpected \"" + text.charAt(start) + "\"" : "the text ends too early");
        }
    }

    private Json word(String word, Json value) throws JsonSyntax {
        if (!text.startsWith(word, at)) {
            throw wrong("an unknown word");
        }
        at += word.length();
        return value;
    }

    private void blanks() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return;
            }
            at++;
        }
    }

    private boolean eat(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) throws JsonSyntax {
        if (!eat(c)) {
            throw wrong("\"" + c + "\" was expected");
        }
    }

    private JsonSyntax wrong(String what) {
        return new JsonSyntax(what, at + 1);
    }
}
