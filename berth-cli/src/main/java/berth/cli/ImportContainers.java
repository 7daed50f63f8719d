package berth.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code berth import nixos-containers}: the settings that NixOS keeps of each of its containers, declared and imperative
 * ones, {@code NAME.conf} of lines {@code KEY=VALUE}.
 */
final class ImportContainers implements Command {
    private static final List<String> PLACES = List.of("/etc/nixos-containers", "/etc/containers");

    @Override
    public int run(Call call) throws IOException {
        List<Path> files = files(call.words(0), PLACES, ".conf");
        var draft = new Draft(call.option("site", "classic"));
        for (Path file : files) {
            String name = file.getFileName().toString();
            carry(draft.guest(name.substring(0, name.length() - 5)), settings(Files.readString(file)));
        }
        return draft.write(call, files.size(), "container");
    }

    /** The files that are named, in directories those of that ending; without a word the first place that has some. */
    static List<Path> files(List<String> words, List<String> places, String ending) throws IOException {
        var files = new ArrayList<Path>();
        for (String word : words.isEmpty() ? places : words) {
            Path path = Path.of(word);
            if (Files.isDirectory(path)) {
                try (var inside = Files.newDirectoryStream(path, "*" + ending)) {
                    inside.forEach(files::add);
                }
            } else if (!words.isEmpty()) {
                if (!word.endsWith(ending)) {
                    throw new Usage(word + ": its name must end with " + ending);
                }
                files.add(path);
            }
            if (words.isEmpty() && !files.isEmpty()) {
                break;
            }
        }
        if (files.isEmpty()) {
            throw new Usage("no file *" + ending + " in " + String.join(", ", words.isEmpty() ? places : words));
        }
        files.sort(null);
        return files;
    }

    private static Map<String, String> settings(String text) {
        var settings = new LinkedHashMap<String, String>();
        for (String line : text.lines().toList()) {
            int is = line.indexOf('=');
            if (is > 0 && !line.startsWith("#")) {
                String value = line.substring(is + 1).strip();
                boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                settings.put(line.substring(0, is).strip(), quoted ? value.substring(1, value.length() - 1) : value);
            }
        }
        return settings;
    }

    private static void carry(Draft.Guest guest, Map<String, String> settings) {
        boolean own = settings.getOrDefault("PRIVATE_NETWORK", "").equals("1");
        boolean users = false;
        for (var setting : settings.entrySet()) {
            String value = setting.getValue();
            if (value.isEmpty()) {
                continue;
            }
            switch (setting.getKey()) {
                case "SYSTEM_PATH" -> guest.put(value, "path");
                case "FLAKE" -> {
                    if (!settings.containsKey("SYSTEM_PATH")) {
                        guest.put(value, "flake");
                    } else {
                        guest.left("FLAKE", "its system is there by path; it was built from " + value);
                    }
                }
                case "PRIVATE_NETWORK" -> {}
                case "HOST_ADDRESS", "LOCAL_ADDRESS", "HOST_ADDRESS6", "LOCAL_ADDRESS6" -> {
                    if (own) {
                        address(guest, setting.getKey(), value);
                    } else {
                        guest.left(setting.getKey(), "has no effect without a private network");
                    }
                }
                case "HOST_BRIDGE" -> guest.put(value, "network", "bridge");
                case "LOCAL_MAC_ADDRESS" -> guest.put(value, "network", "mac");
                case "HOST_PORT" -> ports(guest, value);
                case "INTERFACES" -> words(value).forEach(it -> guest.add(it, "network", "move"));
                case "MACVLANS" -> words(value).forEach(it -> guest.add(it, "network", "macvlan"));
                case "AUTO_START" -> guest.put(value.equals("1"), "activation", "autoStart");
                case "PRIVATE_USERS" -> {
                    users = true;
                    guest.put(value, "userns");
                }
                case "EXTRA_NSPAWN_FLAGS" -> users |= flags(guest, words(value));
                default -> guest.left(setting.getKey(), "there is nothing like it");
            }
        }
        if (!own && !guest.has("network")) {
            guest.put("host", "network");
        } else if (!settings.containsKey("MACVLANS")) {
            guest.put("eth0", "network", "interface");
        }
        if (own && (settings.containsKey("LOCAL_ADDRESS") || settings.containsKey("LOCAL_ADDRESS6"))) {
            guest.add(guest.name() + ".containers", "names");
        }
        if (!settings.containsKey("AUTO_START")) {
            guest.put(false, "activation", "autoStart");
        }
        if (!users) {
            guest.put("no", "userns");
        }
    }

    private static void address(Draft.Guest guest, String key, String value) {
        boolean six = key.endsWith("6");
        String whole = value.indexOf('/') < 0 ? value + (six ? "/128" : "/32") : value;
        guest.add(
                whole,
                "network",
                six ? "v6" : "v4",
                "static",
                key.startsWith("HOST") ? "hostAddresses" : "containerPool");
    }

    /** {@code tcp:8080:80,udp:53:53}. */
    private static void ports(Draft.Guest guest, String value) {
        for (String port : value.split(",")) {
            String[] parts = port.split(":");
            boolean named = parts.length > 1 && parts[0].matches("tcp|udp");
            int at = named ? 1 : 0;
            if (parts.length <= at
                    || parts.length > at + 2
                    || !String.join("", List.of(parts).subList(at, parts.length))
                            .matches("[0-9]+")) {
                guest.left("port " + port, "it is no [tcp:|udp:]HOST[:GUEST]");
                continue;
            }
            var forward = new LinkedHashMap<String, Object>();
            forward.put("hostPort", Long.parseLong(parts[at]));
            forward.put("containerPort", Long.parseLong(parts[parts.length - 1]));
            forward.put("protocol", named ? parts[0] : "tcp");
            guest.add(forward, "forwardPorts");
        }
    }

    /** Flags of systemd-nspawn. Returns whether they speak of the user namespace. */
    private static boolean flags(Draft.Guest guest, List<String> flags) {
        boolean users = false;
        for (String flag : flags) {
            int is = flag.indexOf('=');
            String name = is < 0 ? flag : flag.substring(0, is);
            String value = is < 0 ? "" : flag.substring(is + 1);
            switch (name) {
                case "--bind", "--bind-ro" -> bind(guest, value, name.endsWith("ro"));
                case "--tmpfs" -> guest.add(value, "tmpfs");
                case "--capability" -> List.of(value.split(",")).forEach(it -> guest.add(it, "additionalCapabilities"));
                case "--network-zone" -> guest.put(value, "network", "zone");
                case "--network-bridge" -> guest.put(value, "network", "bridge");
                case "--port", "-p" -> ports(guest, value);
                case "--setenv", "-E" -> {
                    int equals = value.indexOf('=');
                    guest.put(
                            equals < 0 ? "" : value.substring(equals + 1),
                            "config",
                            "environment." + (equals < 0 ? value : value.substring(0, equals)));
                }
                case "--private-users", "-U" -> {
                    users = true;
                    guest.put(value.isEmpty() ? "pick" : value.split(":")[0], "userns");
                }
                case "--ephemeral", "-x" -> guest.put(true, "ephemeral");
                default -> guest.add(flag, "extraFlags");
            }
        }
        return users;
    }

    /** {@code HOST[:GUEST[:OPTIONS]]}. */
    static void bind(Draft.Guest guest, String value, boolean readOnly) {
        String[] parts = value.split(":");
        if (!value.startsWith("/") || parts.length > 3) {
            guest.left("bind " + value, "it is no HOST:GUEST");
            return;
        }
        String inside = parts.length > 1 && !parts[1].isEmpty() ? parts[1] : parts[0];
        guest.put(parts[0], "bindMounts", inside, "hostPath");
        guest.put(readOnly, "bindMounts", inside, "isReadOnly");
        if (parts.length > 2 && parts[2].contains("idmap")) {
            guest.put(true, "bindMounts", inside, "idmap");
        }
    }

    /** {@code [tcp:|udp:]HOST[:GUEST]} of an nspawn file. */
    static void port(Draft.Guest guest, String value) {
        ports(guest, value);
    }

    /** Words that are parted by spaces, with quotes around some. */
    static List<String> words(String text) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        char quote = 0;
        boolean begun = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                begun = true;
            } else if (Character.isWhitespace(c)) {
                if (begun) {
                    words.add(word.toString());
                }
                word.setLength(0);
                begun = false;
            } else {
                word.append(c);
                begun = true;
            }
        }
        if (begun) {
            words.add(word.toString());
        }
        return words;
    }
}
