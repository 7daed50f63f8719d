package berth.rest;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;

/**
 * Writes metrics as text: families with their samples, as Prometheus reads them (its text format 0.0.4, which the end mark
 * of OpenMetrics is a comment in). Numbers are written as Go writes them, the way LXD does.
 */
final class OpenMetrics {
    private final OutputStream out;
    private final StringBuilder text = new StringBuilder(1 << 14);

    OpenMetrics(OutputStream out) {
        this.out = out;
    }

    /** Begins a family. */
    void family(String name, String kind, String help) throws IOException {
        send();
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(kind).append('\n');
    }

    /** A sample of the family that was begun last, with {@link #labels}. */
    void sample(String name, String labels, double value) {
        text.append(name).append(labels).append(' ').append(number(value)).append('\n');
    }

    /** Sends the rest, with the mark of the end. */
    void finish() throws IOException {
        text.append("# EOF\n");
        send();
    }

    private void send() throws IOException {
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
    }

    /** Labels with their values, as they stand behind a name. */
    static String labels(SortedMap<String, String> labels) {
        var written = new StringBuilder();
        labels.forEach((name, value) -> {
            written.append(written.isEmpty() ? '{' : ',').append(name).append("=\"");
            for (int i = 0; i < value.length(); i++) {
                switch (value.charAt(i)) {
                    case '\\' -> written.append("\\\\");
                    case '"' -> written.append("\\\"");
                    case '\n' -> written.append("\\n");
                    default -> written.append(value.charAt(i));
                }
            }
            written.append('"');
        });
        return written.append(labels.isEmpty() ? "" : "}").toString();
    }

    /** The shortest digits that mean this number; with an exponent from a million on, and below a ten-thousandth. */
    static String number(double value) {
        if (value == 0) {
            return "0";
        }
        if (Math.abs(value) < 1_000_000 && value == Math.rint(value)) {
            return Long.toString((long) value);
        }
        var exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= -4 && exponent < 6) {
            return exact.toPlainString();
        }
        String digits = exact.unscaledValue().abs().toString();
        String rest = digits.substring(1);
        return (value < 0 ? "-" : "")
                + digits.charAt(0)
                + (rest.isEmpty() ? "" : "." + rest)
                + (exponent < 0 ? "e-" : "e+")
                + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }
}
