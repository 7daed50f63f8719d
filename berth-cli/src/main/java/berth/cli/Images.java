package berth.cli;

import berth.client.Json;
import berth.client.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code berth image list}. */
final class Images implements Command {
    private static final String LETTERS = "lLfFpdatsu";

    @Override
    public int run(Call call) throws IOException {
        Listing.format(call);
        String columns = call.option("columns", "lfpdatsu").replace(",", "");
        var headers = new ArrayList<String>();
        for (int i = 0; i < columns.length(); i++) {
            if (LETTERS.indexOf(columns.charAt(i)) < 0) {
                throw new Usage("unknown column \"" + columns.charAt(i) + "\"\nKnown are l L f F p d a t s u");
            }
            headers.add(header(columns.charAt(i)));
        }
        var found = new ArrayList<Json>();
        for (Json image : call.server().get("/1.0/images?recursion=1").items()) {
            if (accepts(call.words(0), image)) {
                found.add(image);
            }
        }
        var table = new Table(headers);
        for (Json image : found) {
            var cells = new ArrayList<String>();
            for (int i = 0; i < columns.length(); i++) {
                cells.add(cell(columns.charAt(i), image));
            }
            table.add(cells);
        }
        Listing.show(call, table.sorted(), new Json.Arr(found));
        return 0;
    }

    private static String header(char letter) {
        return switch (letter) {
            case 'l' -> "ALIAS";
            case 'L' -> "ALIASES";
            case 'f', 'F' -> "FINGERPRINT";
            case 'p' -> "PUBLIC";
            case 'd' -> "DESCRIPTION";
            case 'a' -> "ARCHITECTURE";
            case 't' -> "TYPE";
            case 's' -> "SIZE";
            default -> "UPLOAD DATE";
        };
    }

    private static String cell(char letter, Json image) {
        String fingerprint = image.text("fingerprint");
        return switch (letter) {
            case 'l' -> shortest(image);
            case 'L' -> String.join("\n", aliases(image));
            case 'f' -> fingerprint.length() > 12 ? fingerprint.substring(0, 12) : fingerprint;
            case 'F' -> fingerprint;
            case 'p' -> image.at("public").truth() ? "yes" : "no";
            case 'd' -> image.at("properties").text("description");
            case 'a' -> image.text("architecture");
            case 't' -> image.text("type").toUpperCase(Locale.ROOT);
            case 's' -> Units.two(image.number("size") / 1048576.0) + "MB";
            default -> Units.spoken(image.text("uploaded_at"));
        };
    }

    private static List<String> aliases(Json image) {
        var names = new ArrayList<String>();
        for (Json alias : image.at("aliases").items()) {
            names.add(alias.text("name"));
        }
        return names;
    }

    private static String shortest(Json image) {
        var names = aliases(image);
        String best = "";
        for (String name : names) {
            best = best.isEmpty() || name.length() < best.length() ? name : best;
        }
        return names.size() > 1 ? best + " (" + (names.size() - 1) + " more)" : best;
    }

    private static boolean accepts(List<String> filters, Json image) throws Usage {
        for (String word : filters) {
            int equals = word.indexOf('=');
            String value = word.substring(equals + 1);
            if (equals > 0) {
                String key = word.substring(0, equals);
                String own = image.at(key).isNull() ? image.at("properties").text(key) : image.text(key);
                if (!own.equalsIgnoreCase(value)) {
                    return false;
                }
            } else if (!Call.local(word).isEmpty()) {
                boolean hit = image.text("fingerprint").startsWith(value);
                for (String alias : aliases(image)) {
                    hit |= alias.contains(value);
                }
                hit |= image.at("properties").text("description").contains(value);
                if (!hit) {
                    return false;
                }
            }
        }
        return true;
    }

    /** {@code berth image info}. */
    static final class Info implements Command {
        @Override
        public int run(Call call) throws IOException {
            Json image = call.server().get(Subject.path(call, Kind.IMAGE));
            call.print("Fingerprint: " + image.text("fingerprint"));
            call.print("Size: " + Units.two(image.number("size") / 1048576.0) + "MB");
            call.print("Architecture: " + image.text("architecture"));
            call.print("Type: " + image.text("type"));
            call.print("Public: " + (image.at("public").truth() ? "yes" : "no"));
            call.print("Timestamps:");
            time(call, "Created", image.text("created_at"));
            time(call, "Uploaded", image.text("uploaded_at"));
            String expires = Units.minute(image.text("expires_at"));
            call.print("    Expires: " + (expires.isEmpty() ? "never" : expires));
            String used = Units.minute(image.text("last_used_at"));
            call.print("    Last used: " + (used.isEmpty() ? "never" : used));
            call.print("Properties:");
            image.at("properties").fields().forEach((key, value) -> call.print("    " + key + ": " + value.text()));
            call.print("Aliases:");
            aliases(image).forEach(alias -> call.print("    - " + alias));
            call.print("Cached: " + (image.at("cached").truth() ? "yes" : "no"));
            call.print("Auto update: " + (image.at("auto_update").truth() ? "enabled" : "disabled"));
            if (!image.at("profiles").items().isEmpty()) {
                call.print("Profiles:");
                image.at("profiles").texts().forEach(profile -> call.print("    - " + profile));
            }
            return 0;
        }

        private static void time(Call call, String what, String rfc3339) {
            String time = Units.minute(rfc3339);
            if (!time.isEmpty()) {
                call.print("    " + what + ": " + time);
            }
        }
    }

    /** {@code berth image alias …}. */
    static final class Aliases implements Command {
        private final String verb;

        Aliases(String verb) {
            this.verb = verb;
        }

        @Override
        public int run(Call call) throws IOException {
            switch (verb) {
                case "create" -> create(call, call.name(0), Subject.name(call, Kind.IMAGE, call.word(1)));
                case "delete" -> call.finish(call.server().delete(Server.path("images", "aliases", call.name(0))));
                case "rename" ->
                    call.finish(call.server()
                            .post(
                                    Server.path("images", "aliases", call.name(0)),
                                    Json.object().with("name", call.name(1))));
                default -> list(call);
            }
            return 0;
        }

        static void create(Call call, String alias, String fingerprint) throws IOException {
            call.finish(call.server()
                    .post(
                            "/1.0/images/aliases",
                            Json.object()
                                    .with("name", alias)
                                    .with("target", fingerprint)
                                    .with("description", "")));
        }

        private static void list(Call call) throws IOException {
            Listing.format(call);
            Json aliases = call.server().get("/1.0/images/aliases?recursion=1");
            var table = new Table("ALIAS", "FINGERPRINT", "TYPE", "DESCRIPTION");
            for (Json alias : aliases.items()) {
                String target = alias.text("target");
                if (call.count() == 0 || alias.text("name").contains(call.name(0)) || target.startsWith(call.name(0))) {
                    table.add(
                            alias.text("name"),
                            target.length() > 12 ? target.substring(0, 12) : target,
                            alias.text("type").toUpperCase(Locale.ROOT),
                            alias.text("description"));
                }
            }
            Listing.show(call, table.sorted(), aliases);
        }
    }
}
