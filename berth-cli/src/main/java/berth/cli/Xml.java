package berth.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An element of a small XML document, as libvirt prints them. The text may be a stranger's: there are no entities but XML's
 * own, no document types, nothing is fetched, and nesting ends at a hundred.
 */
final class Xml {
    private static final int MAX_DEPTH = 100;

    private final String name;
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final List<Xml> children = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    private Xml(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** An attribute; empty when it is absent. */
    String attribute(String key) {
        return attributes.getOrDefault(key, "");
    }

    Map<String, String> attributes() {
        return attributes;
    }

    List<Xml> children() {
        return children;
    }

    /** The first element of that name inside; an empty one when there is none. */
    Xml child(String wanted) {
        return children.stream()
                .filter(it -> it.name.equals(wanted))
                .findFirst()
                .orElseGet(() -> new Xml(wanted));
    }

    boolean has(String wanted) {
        return children.stream().anyMatch(it -> it.name.equals(wanted));
    }

    String text() {
        return text.toString().strip();
    }

    /** Reads a document. */
    static Xml parse(String document) throws Usage {
        return new Reader(document).whole();
    }

    private static final class Reader {
        private final String document;
        private int at;

        Reader(String document) {
            this.document = document;
        }

        Xml whole() throws Usage {
            var open = new ArrayDeque<Xml>();
            Xml root = null;
            while (at < document.length()) {
                int next = document.indexOf('<', at);
                String before = document.substring(at, next < 0 ? document.length() : next);
                if (!open.isEmpty()) {
                    open.element().text.append(plain(before));
                } else if (!before.isBlank() && !before.equals("\uFEFF")) {
                    throw wrong("text outside of the document's element");
                }
                if (next < 0) {
                    break;
                }
                at = next;
                if (skipped("<!--", "-->") || skipped("<?", "?>")) {
                    continue;
                }
                if (document.startsWith("<![CDATA[", at)) {
                    int end = find("]]>");
                    if (open.isEmpty()) {
                        throw wrong("text outside of the document's element");
                    }
                    open.element().text.append(document, at + 9, end);
                    at = end + 3;
                } else if (document.startsWith("<!", at)) {
                    throw wrong("document types are not read");
                } else if (document.startsWith("</", at)) {
                    int end = find(">");
                    String name = document.substring(at + 2, end).strip();
                    if (open.isEmpty() || !open.pop().name.equals(name)) {
                        throw wrong("</" + name + "> ends nothing");
                    }
                    at = end + 1;
                } else {
                    Xml element = element();
                    if (open.isEmpty()) {
                        if (root != null) {
                            throw wrong("a second element begins");
                        }
                        root = element;
                    } else {
                        open.element().children.add(element);
                    }
                    if (document.startsWith("/>", at)) {
                        at += 2;
                    } else {
                        at++;
                        open.push(element);
                        if (open.size() > MAX_DEPTH) {
                            throw wrong("nested more than " + MAX_DEPTH + " deep");
                        }
                    }
                }
            }
            if (root == null || !open.isEmpty()) {
                throw wrong("it ends too early");
            }
            return root;
        }

        /** A tag, up to where it ends. */
        private Xml element() throws Usage {
            at++;
            var element = new Xml(name());
            while (true) {
                spaces();
                if (document.startsWith("/>", at) || document.startsWith(">", at)) {
                    return element;
                }
                String key = name();
                spaces();
                if (!document.startsWith("=", at)) {
                    throw wrong("attribute " + key + " has no value");
                }
                at++;
                spaces();
                char quote = at < document.length() ? document.charAt(at) : ' ';
                if (quote != '"' && quote != '\'') {
                    throw wrong("attribute " + key + " has no quotes");
                }
                at++;
                int end = find(String.valueOf(quote));
                element.attributes.put(key, plain(document.substring(at, end)));
                at = end + 1;
            }
        }

        private String name() throws Usage {
            int from = at;
            while (at < document.length()
                    && (Character.isLetterOrDigit(document.charAt(at)) || "_-.:".indexOf(document.charAt(at)) >= 0)) {
                at++;
            }
            if (from == at) {
                throw wrong("a name is missing");
            }
            return document.substring(from, at);
        }

        private void spaces() {
            while (at < document.length() && Character.isWhitespace(document.charAt(at))) {
                at++;
            }
        }

        private boolean skipped(String begin, String end) throws Usage {
            if (!document.startsWith(begin, at)) {
                return false;
            }
            at = find(end) + end.length();
            return true;
        }

        private int find(String what) throws Usage {
            int found = document.indexOf(what, at);
            if (found < 0) {
                throw wrong("it ends too early");
            }
            return found;
        }

        private String plain(String raw) throws Usage {
            if (raw.indexOf('&') < 0) {
                return raw;
            }
            var out = new StringBuilder();
            for (int i = 0; i < raw.length(); i++) {
                char c = raw.charAt(i);
                int end = c == '&' ? raw.indexOf(';', i) : -1;
                if (c != '&') {
                    out.append(c);
                    continue;
                }
                String entity = end < 0 ? "" : raw.substring(i + 1, end);
                out.append(
                        switch (entity) {
                            case "amp" -> "&";
                            case "lt" -> "<";
                            case "gt" -> ">";
                            case "quot" -> "\"";
                            case "apos" -> "'";
                            default -> character(entity);
                        });
                i = end;
            }
            return out.toString();
        }

        private String character(String entity) throws Usage {
            boolean hex = entity.matches("#x[0-9a-fA-F]{1,6}");
            if (!hex && !entity.matches("#[0-9]{1,7}")) {
                throw wrong("&" + (entity.length() > 20 ? "…" : entity) + "; is not read");
            }
            int code = Integer.parseInt(entity.substring(hex ? 2 : 1), hex ? 16 : 10);
            if (!Character.isValidCodePoint(code)) {
                throw wrong("&" + entity + "; is no character");
            }
            return Character.toString(code);
        }

        private Usage wrong(String what) {
            long line = document.substring(0, Math.min(at, document.length()))
                            .chars()
                            .filter(c -> c == '\n')
                            .count()
                    + 1;
            return new Usage("not XML, line " + line + ": " + what);
        }
    }
}
