package berth.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code berth import nspawn}: the files in which systemd keeps the settings of its containers. */
final class ImportNspawn implements Command {
    private static final List<String> PLACES =
            List.of("/etc/systemd/nspawn", "/run/systemd/nspawn", "/var/lib/machines");
    private static final Set<String> SECTIONS = Set.of("Exec", "Files", "Network");

    @Override
    public int run(Call call) throws IOException {
        List<Path> files = ImportContainers.files(call.words(0), PLACES, ".nspawn");
        var draft = new Draft(call.option("site", "nspawn"));
        for (Path file : files) {
            String name = file.getFileName().toString();
            String machine = name.substring(0, name.length() - 7);
            var guest = draft.guest(machine);
            carry(draft, guest, Files.readString(file));
            if (!guest.has("path")) {
                guest.put("/var/lib/machines/" + machine, "rootfs");
            }
            // The unit of systemd's template gives these unless the file says otherwise.
            if (!guest.has("network")) {
                guest.put(new LinkedHashMap<String, Object>(), "network");
            }
            if (!guest.has("userns")) {
                guest.put("pick", "userns");
            }
        }
        return draft.write(call, files.size(), "container");
    }

    private static void carry(Draft draft, Draft.Guest guest, String text) {
        String section = "";
        for (String line : text.replace("\\\n", " ").lines().map(String::strip).toList()) {
            if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            if (line.startsWith("[") && line.endsWith("]")) {
                section = line.substring(1, line.length() - 1);
                continue;
            }
            int is = line.indexOf('=');
            if (is < 1 || !SECTIONS.contains(section)) {
                guest.left(section + " " + line, "there is nothing like it");
                continue;
            }
            String key = line.substring(0, is).strip();
            String value = line.substring(is + 1).strip();
            boolean carried = !value.isEmpty()
                    && switch (section) {
                        case "Exec" -> exec(guest, key, value);
                        case "Files" -> files(guest, key, value);
                        default -> network(draft, guest, key, value);
                    };
            if (!carried) {
                guest.left(section + " " + line, "no key of a guest stands for it");
            }
        }
    }

    private static boolean exec(Draft.Guest guest, String key, String value) {
        switch (key) {
            case "Boot" -> {
                return yes(value);
            }
            case "Ephemeral" -> guest.put(yes(value), "ephemeral");
            case "PrivateUsers" -> guest.put(yes(value) ? "pick" : no(value) ? "no" : value.split(":")[0], "userns");
            case "Environment" -> {
                for (String word : ImportContainers.words(value)) {
                    int is = word.indexOf('=');
                    if (is > 0) {
                        guest.put(word.substring(is + 1), "config", "environment." + word.substring(0, is));
                    }
                }
            }
            case "Parameters" -> {
                List<String> words = ImportContainers.words(value);
                boolean system = words.size() == 1 && words.getFirst().matches("/nix/.*/init");
                if (system) {
                    guest.put(words.getFirst().substring(0, words.getFirst().length() - 5), "path");
                }
                return system;
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean files(Draft.Guest guest, String key, String value) {
        switch (key) {
            case "Bind" -> ImportContainers.bind(guest, value, false);
            case "BindReadOnly" -> ImportContainers.bind(guest, value, true);
            case "TemporaryFileSystem" -> guest.add(value, "tmpfs");
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean network(Draft draft, Draft.Guest guest, String key, String value) {
        switch (key) {
            case "Private", "VirtualEthernet" -> {
                if (no(value)) {
                    guest.put("host", "network");
                } else {
                    return yes(value);
                }
            }
            case "Zone" -> {
                draft.put(new LinkedHashMap<String, Object>(), "zones", value);
                guest.put(value, "network", "zone");
            }
            case "Bridge" -> guest.put(value, "network", "bridge");
            case "Interface" -> ImportContainers.words(value).forEach(it -> guest.add(it, "network", "move"));
            case "MACVLAN" -> ImportContainers.words(value).forEach(it -> guest.add(it, "network", "macvlan"));
            case "IPVLAN" -> ImportContainers.words(value).forEach(it -> guest.add(it, "network", "ipvlan"));
            case "Port" -> ImportContainers.port(guest, value);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean yes(String value) {
        return Set.of("yes", "true", "on", "1").contains(value.toLowerCase(Locale.ROOT));
    }

    private static boolean no(String value) {
        return Set.of("no", "false", "off", "0").contains(value.toLowerCase(Locale.ROOT));
    }
}
