package berth.daemon;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/** One line per message: for the journal with its {@code <3>} prefixes (sd-daemon(3)), else with the time. */
final class LogLines extends Handler {
    private final PrintStream out;
    private final boolean journal;
    private final Clock clock;
    private final SimpleFormatter text = new SimpleFormatter();

    private LogLines(PrintStream out, boolean journal, Clock clock) {
        this.out = out;
        this.journal = journal;
        this.clock = clock;
    }

    /** Sends all logging of the process there. */
    static void install(@Nullable Path file, boolean debug, boolean journal, Clock clock) throws IOException {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.setLevel(Level.WARNING);
        Logger.getLogger("berth").setLevel(debug ? Level.FINE : Level.INFO);
        root.addHandler(new LogLines(System.err, journal, clock));
        if (file != null) {
            var stream = new PrintStream(
                    Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                    true,
                    StandardCharsets.UTF_8);
            root.addHandler(new LogLines(stream, false, clock));
        }
    }

    @Override
    public void publish(LogRecord line) {
        int level = line.getLevel().intValue();
        String prefix;
        if (journal) {
            prefix = level >= Level.SEVERE.intValue()
                    ? "<3>"
                    : level >= Level.WARNING.intValue() ? "<4>" : level >= Level.INFO.intValue() ? "<6>" : "<7>";
        } else {
            String word = level >= Level.SEVERE.intValue()
                    ? "ERROR"
                    : level >= Level.WARNING.intValue() ? "WARN " : level >= Level.INFO.intValue() ? "INFO " : "DEBUG";
            prefix = Instant.now(clock).truncatedTo(ChronoUnit.MILLIS) + " " + word + " ";
        }
        var whole = new StringBuilder(prefix).append(text.formatMessage(line));
        if (line.getThrown() != null) {
            var trace = new StringWriter();
            line.getThrown().printStackTrace(new PrintWriter(trace));
            whole.append(": ").append(trace);
        }
        out.println(whole.toString().stripTrailing().replace("\n", "\n    "));
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {
        out.flush();
    }
}
