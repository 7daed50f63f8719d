package berth.cli;

import berth.client.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * A column of {@code berth list}.
 *
 * @param letter the letter, or 0 for a key
 * @param key the configuration or device key
 * @param widest cut cells after so many characters; 0 for never
 */
record Column(char letter, String key, String header, int widest) {
    static final String LETTERS = "46abcdDeflmMnNpPstSuLF";

    /** The columns of a text as {@code ns4,user.owner:OWNER:20}. */
    static List<Column> parse(String text) throws Usage {
        var columns = new ArrayList<Column>();
        for (String part : text.split(",")) {
            if (part.indexOf('.') >= 0 || part.startsWith("config:") || part.startsWith("devices:")) {
                columns.add(keyed(part));
                continue;
            }
            for (int i = 0; i < part.length(); i++) {
                if (LETTERS.indexOf(part.charAt(i)) < 0) {
                    throw new Usage("unknown column \"" + part.charAt(i) + "\" in " + text + "\nSee berth list --help");
                }
                columns.add(new Column(part.charAt(i), "", headerOf(part.charAt(i)), 0));
            }
        }
        if (columns.isEmpty()) {
            throw new Usage("no columns are named");
        }
        return columns;
    }

    private static Column keyed(String part) throws Usage {
        String key = part;
        boolean device = part.startsWith("devices:");
        if (device || part.startsWith("config:")) {
            key = part.substring(part.indexOf(':') + 1);
        }
        String[] parts = key.split(":", -1);
        String header = parts.length > 1 && !parts[1].isEmpty() ? parts[1] : parts[0].toUpperCase(Locale.ROOT);
        int widest = 0;
        if (parts.length > 2) {
            try {
                widest = Integer.parseInt(parts[2]);
            } catch (NumberFormatException _) {
                throw new Usage("the width in the column " + part + " is no number");
            }
        }
        return new Column('\0', (device ? "devices:" : "") + parts[0], header, widest);
    }

    private static String headerOf(char letter) {
        return switch (letter) {
            case '4' -> "IPV4";
            case '6' -> "IPV6";
            case 'a' -> "ARCHITECTURE";
            case 'b' -> "STORAGE POOL";
            case 'c' -> "CREATED AT";
            case 'd' -> "DESCRIPTION";
            case 'D' -> "DISK USAGE";
            case 'e' -> "PROJECT";
            case 'f', 'F' -> "BASE IMAGE";
            case 'l' -> "LAST USED AT";
            case 'm' -> "MEMORY USAGE";
            case 'M' -> "MEMORY USAGE%";
            case 'n' -> "NAME";
            case 'N' -> "PROCESSES";
            case 'p' -> "PID";
            case 'P' -> "PROFILES";
            case 's' -> "STATE";
            case 't' -> "TYPE";
            case 'S' -> "SNAPSHOTS";
            case 'u' -> "CPU USAGE";
            default -> "LOCATION";
        };
    }

    /** Whether any column needs the state, which costs the daemon more. */
    static boolean needState(List<Column> columns) {
        for (Column column : columns) {
            if (column.letter != 0 && "46DmMNpSu".indexOf(column.letter) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** What stands in this column for an instance. */
    String cell(Json instance) {
        Json state = instance.at("state");
        return switch (letter) {
            case '\0' -> keyedCell(instance);
            case '4' -> addresses(state, "inet");
            case '6' -> addresses(state, "inet6");
            case 'a' -> instance.text("architecture");
            case 'b' -> pool(instance);
            case 'c' -> Units.minute(instance.text("created_at"));
            case 'd' -> instance.text("description");
            case 'D' -> size(state.at("disk").at("root").number("usage"));
            case 'e' -> instance.text("project");
            case 'f' -> shortened(instance.at("config").text("volatile.base_image"));
            case 'F' -> instance.at("config").text("volatile.base_image");
            case 'l' -> Units.minute(instance.text("last_used_at"));
            case 'm' -> size(state.at("memory").number("usage"));
            case 'M' -> memoryShare(instance);
            case 'n' -> instance.text("name");
            case 'N' -> state.number("pid") > 0 ? state.text("processes") : "";
            case 'p' -> state.number("pid") > 0 ? state.text("pid") : "";
            case 'P' -> String.join("\n", instance.at("profiles").texts());
            case 's' -> instance.text("status").toUpperCase(Locale.ROOT);
            case 't' -> type(instance);
            case 'S' -> Integer.toString(instance.at("snapshots").items().size());
            case 'u' -> state.number("pid") > 0 ? state.at("cpu").number("usage") / 1_000_000_000L + "s" : "";
            default -> instance.text("location");
        };
    }

    private String keyedCell(Json instance) {
        String text;
        if (key.startsWith("devices:")) {
            int dot = key.indexOf('.');
            text = dot < 0
                    ? ""
                    : instance.at("expanded_devices").at(key.substring(8, dot)).text(key.substring(dot + 1));
        } else {
            text = instance.at("expanded_config").text(key);
        }
        return widest > 0 && text.length() > widest ? text.substring(0, widest) : text;
    }

    private static String type(Json instance) {
        String type = instance.text("type").toUpperCase(Locale.ROOT);
        return instance.at("ephemeral").truth() ? type + " (EPHEMERAL)" : type;
    }

    private static String pool(Json instance) {
        for (Json device : instance.at("expanded_devices").fields().values()) {
            if (device.text("type").equals("disk") && device.text("path").equals("/")) {
                return device.text("pool");
            }
        }
        return "";
    }

    private static String addresses(Json state, String family) {
        var lines = new StringBuilder();
        for (var nic : new TreeMap<>(state.at("network").fields()).entrySet()) {
            for (Json address : nic.getValue().at("addresses").items()) {
                String scope = address.text("scope");
                if (address.text("family").equals(family) && !scope.equals("link") && !scope.equals("local")) {
                    lines.append(lines.isEmpty() ? "" : "\n").append(address.text("address"));
                    lines.append(" (").append(nic.getKey()).append(')');
                }
            }
        }
        return lines.toString();
    }

    private static String memoryShare(Json instance) {
        long used = instance.at("state").at("memory").number("usage");
        String limit = instance.at("expanded_config").text("limits.memory");
        long bytes = Filter.bytes(limit);
        return used == 0 || bytes <= 0 ? "" : Units.two(100.0 * used / bytes) + "%";
    }

    private static String size(long bytes) {
        return bytes <= 0 ? "" : Units.binary(bytes);
    }

    private static String shortened(String fingerprint) {
        return fingerprint.length() > 12 ? fingerprint.substring(0, 12) : fingerprint;
    }
}
