package berth.cli;

import berth.client.Json;
import berth.client.Server;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** {@code berth monitor}: events as they happen, until interrupted. */
final class Monitor implements Command {
    private static final List<String> FORMATS = List.of("yaml", "json", "pretty");
    private static final List<String> TYPES = List.of("logging", "operation", "lifecycle");
    private static final List<String> LEVELS = List.of("panic", "fatal", "error", "warning", "info", "debug", "trace");

    @Override
    public int run(Call call) throws IOException {
        String format = call.has("pretty") ? "pretty" : call.option("format", "yaml");
        if (!FORMATS.contains(format)) {
            throw new Usage("unknown format \"" + format + "\"" + Nearest.hint(format, FORMATS, "")
                    + "\nKnown are yaml, json, pretty");
        }
        int level = LEVELS.indexOf(
                call.option("loglevel", "trace").replace("warn", "warning").replace("warninging", "warning"));
        if (level < 0) {
            throw new Usage(
                    "unknown level \"" + call.option("loglevel", "") + "\"\nKnown are " + String.join(", ", LEVELS));
        }
        var query = new StringBuilder("?");
        for (String type : call.all("type")) {
            for (String one : type.split(",")) {
                if (!TYPES.contains(one)) {
                    throw new Usage("unknown type \"" + one + "\"" + Nearest.hint(one, TYPES, "")
                            + "\nKnown are logging, operation, lifecycle");
                }
            }
            query.append(query.length() == 1 ? "type=" : "%2C")
                    .append(Server.encoded(type).replace("%2C", ","));
        }
        if (call.has("all-projects")) {
            query.append(query.length() == 1 ? "" : "&").append("all-projects=true");
        }
        String path =
                "/1.0/events" + (query.length() == 1 ? "" : query.toString().replace("%2C", ","));
        try (var events = call.server().websocket(path)) {
            for (var message = events.read(); message != null; message = events.read()) {
                Json event = Json.parse(message.data());
                int its = LEVELS.indexOf(event.at("metadata").text("level"));
                if (event.text("type").equals("logging") && its > level) {
                    continue;
                }
                call.terminal()
                        .out()
                        .print(
                                switch (format) {
                                    case "json" -> event.line() + "\n";
                                    case "pretty" -> pretty(call, event);
                                    default -> Yaml.write(event) + "\n\n";
                                });
                call.terminal().out().flush();
            }
        }
        return 0;
    }

    private static String pretty(Call call, Json event) {
        Json data = event.at("metadata");
        var line = new StringBuilder();
        String type = event.text("type");
        String level = type.equals("logging") ? data.text("level").toUpperCase(Locale.ROOT) : "INFO";
        line.append(call.terminal().colour(level.equals("ERROR") ? 31 : level.startsWith("WARN") ? 33 : 36, level));
        line.append(" [").append(event.text("timestamp")).append("] ");
        if (type.equals("logging")) {
            line.append(data.text("message"));
            for (var field : data.at("context").fields().entrySet()) {
                line.append(' ')
                        .append(field.getKey())
                        .append('=')
                        .append(field.getValue().line());
            }
        } else if (type.equals("lifecycle")) {
            line.append("Action: ")
                    .append(data.text("action"))
                    .append(", Source: ")
                    .append(data.text("source"));
        } else {
            line.append("ID: ").append(data.text("id")).append(", Class: ").append(data.text("class"));
            line.append(", Description: ").append(data.text("description"));
            line.append(", Status: ").append(data.text("status"));
            String progress = Following.progress(data);
            line.append(progress.isEmpty() ? "" : ", Progress: " + progress);
        }
        return line.append('\n').toString();
    }
}
