package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.util.List;

/** Shows a list in the format that was asked for. */
final class Listing {
    static final Flag FORMAT = Flag.one("format", 'f', "FORMAT", "table, compact, csv, json or yaml (default: table)");
    static final List<String> FORMATS = List.of("table", "compact", "csv", "json", "yaml");

    private Listing() {}

    /** Prints the table or, for json and yaml, the data behind it. */
    static void show(Call call, Table table, Json data) throws IOException {
        call.terminal().out().print(text(call, table, data));
    }

    /** Refuses an unknown format before anything is asked of the server. */
    static String format(Call call) throws Usage {
        String format = call.option("format", "table");
        if (!FORMATS.contains(format)) {
            throw new Usage("unknown format \"" + format + "\"" + Nearest.hint(format, FORMATS, "")
                    + "\nKnown are table, compact, csv, json, yaml");
        }
        return format;
    }

    private static String text(Call call, Table table, Json data) throws Usage {
        return switch (format(call)) {
            case "json" -> data.line() + "\n";
            case "yaml" -> Yaml.write(data);
            case "csv" -> table.csv();
            case "compact" -> table.compact();
            default -> table.bordered();
        };
    }
}
