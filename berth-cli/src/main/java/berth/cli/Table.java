package berth.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows under headers, drawn as lxc draws them. Cells may hold several lines. */
final class Table {
    private final List<String> headers;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headers) {
        this(List.of(headers));
    }

    Table(List<String> headers) {
        this.headers = headers;
    }

    /** Adds a row: one cell per header. */
    void add(String... cells) {
        add(List.of(cells));
    }

    /** Adds a row: one cell per header. */
    void add(List<String> cells) {
        if (cells.size() != headers.size()) {
            throw new IllegalArgumentException(cells.size() + " cells under " + headers.size() + " headers");
        }
        rows.add(cells);
    }

    /** Sorts the rows by their cells, the first first, numbers within them by value. */
    Table sorted() {
        rows.sort((a, b) -> {
            for (int i = 0; i < a.size(); i++) {
                int order = naturally(a.get(i), b.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        });
        return this;
    }

    /** With borders and a line between the rows. */
    String bordered() {
        var widths = widths();
        var rule = new StringBuilder("+");
        for (int width : widths) {
            rule.repeat('-', width + 2).append('+');
        }
        rule.append('\n');
        var out = new StringBuilder().append(rule);
        line(out, headers, 0, widths, "|", true);
        out.append(rule);
        for (var row : rows) {
            for (int i = 0; i < height(row); i++) {
                line(out, row, i, widths, "|", false);
            }
            out.append(rule);
        }
        return out.toString();
    }

    /** Aligned, without borders. */
    String compact() {
        var widths = widths();
        var out = new StringBuilder();
        line(out, headers, 0, widths, "", true);
        for (var row : rows) {
            for (int i = 0; i < height(row); i++) {
                line(out, row, i, widths, "", false);
            }
        }
        return out.toString();
    }

    /** Comma-separated (RFC 4180 with line feeds), without headers. */
    String csv() {
        var out = new StringBuilder();
        for (var row : rows) {
            for (int i = 0; i < row.size(); i++) {
                out.append(i == 0 ? "" : ",").append(quoted(row.get(i)));
            }
            out.append('\n');
        }
        return out.toString();
    }

    private static String quoted(String cell) {
        boolean plain = !cell.startsWith(" ") && !cell.equals("\\.");
        for (int i = 0; i < cell.length() && plain; i++) {
            char c = cell.charAt(i);
            plain = c != ',' && c != '"' && c != '\n' && c != '\r';
        }
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }

    private static void line(
            StringBuilder out, List<String> cells, int which, int[] widths, String border, boolean centred) {
        out.append(border.isEmpty() ? " " : border);
        for (int i = 0; i < widths.length; i++) {
            String text = lineOf(cells.get(i), which);
            int room = widths[i] - width(text);
            int before = centred ? room / 2 : 0;
            out.append(' ')
                    .repeat(' ', before)
                    .append(text)
                    .repeat(' ', room - before)
                    .append(' ')
                    .append(border);
        }
        out.append(border.isEmpty() ? " \n" : "\n");
    }

    private int[] widths() {
        var widths = new int[headers.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = width(headers.get(i));
            for (var row : rows) {
                for (int j = 0; j < height(row); j++) {
                    widths[i] = Math.max(widths[i], width(lineOf(row.get(i), j)));
                }
            }
        }
        return widths;
    }

    private static int height(List<String> row) {
        int most = 1;
        for (String cell : row) {
            int lines = 1;
            for (int i = cell.indexOf('\n'); i >= 0; i = cell.indexOf('\n', i + 1)) {
                lines++;
            }
            most = Math.max(most, lines);
        }
        return most;
    }

    private static String lineOf(String cell, int which) {
        int start = 0;
        for (int i = 0; i < which; i++) {
            int end = cell.indexOf('\n', start);
            if (end < 0) {
                return "";
            }
            start = end + 1;
        }
        int end = cell.indexOf('\n', start);
        return shown(end < 0 ? cell.substring(start) : cell.substring(start, end));
    }

    /** Control characters of whoever named a thing must not steer the terminal of whoever lists it. */
    private static String shown(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                var out = new StringBuilder(text);
                for (int j = i; j < out.length(); j++) {
                    if (Character.isISOControl(out.charAt(j))) {
                        out.setCharAt(j, '\ufffd');
                    }
                }
                return out.toString();
            }
        }
        return text;
    }

    /** Columns on a terminal: two for the wide characters of East Asia and for pictures, none for combining marks. */
    static int width(String text) {
        int width = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x300) {
                width++;
            } else if (Character.isHighSurrogate(c)) {
                width += c >= 0xd83c ? 2 : 1;
                i++;
            } else if (Character.getType(c) != Character.NON_SPACING_MARK) {
                boolean wide = c >= 0x1100 && c <= 0x115f
                        || c >= 0x2e80 && c <= 0xa4cf
                        || c >= 0xac00 && c <= 0xd7a3
                        || c >= 0xf900 && c <= 0xfaff
                        || c >= 0xfe30 && c <= 0xfe6f
                        || c >= 0xff00 && c <= 0xff60;
                width += wide ? 2 : 1;
            }
        }
        return width;
    }

    static int naturally(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            int endA = digits(a, i);
            int endB = digits(b, j);
            if (endA > i && endB > j) {
                int order = number(a, i, endA, b, j, endB);
                if (order != 0) {
                    return order;
                }
                i = endA;
                j = endB;
            } else if (a.charAt(i) != b.charAt(j)) {
                return a.charAt(i) - b.charAt(j);
            } else {
                i++;
                j++;
            }
        }
        int rest = (a.length() - i) - (b.length() - j);
        return rest != 0 ? rest : a.compareTo(b);
    }

    private static int number(String a, int i, int endA, String b, int j, int endB) {
        while (i < endA - 1 && a.charAt(i) == '0') {
            i++;
        }
        while (j < endB - 1 && b.charAt(j) == '0') {
            j++;
        }
        int longer = (endA - i) - (endB - j);
        return longer != 0 ? longer : a.substring(i, endA).compareTo(b.substring(j, endB));
    }

    private static int digits(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }
}
