package berth.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table of all commands, in chapters. Only the chapter of the command that runs is made, and only that command's class
 * is loaded.
 */
final class Catalogue {
    private static final List<String> CHAPTERS = List.of(
            "instances", "snapshot", "file", "config", "profile", "image", "network", "storage", "site", "other");

    private Catalogue() {}

    /** A command, and the words behind its name. */
    record Found(Entry entry, List<String> rest) {}

    static Entry entry(
            String path, String aliases, String arguments, String summary, String example, List<Flag> flags) {
        return new Entry(
                path,
                aliases.isEmpty() ? List.of() : List.of(aliases.split(" ")),
                arguments,
                summary,
                example,
                flags,
                false);
    }

    static Entry entry(String path, String aliases, String arguments, String summary, String example) {
        return entry(path, aliases, arguments, summary, example, List.of());
    }

    /** All chapters by the word that leads to them, with their titles. */
    static Map<String, String> groups() {
        var groups = new LinkedHashMap<String, String>();
        groups.put("snapshot", "Keep instances as they are at a moment");
        groups.put("file", "Move files in and out of instances");
        groups.put("generation", "Look at what was applied of a site");
        groups.put("import", "Make instances from backups, and a site's file from what another daemon has");
        groups.put("config", "Change instances and the server");
        groups.put("config device", "Change the devices of an instance");
        groups.put("config metadata", "Change what an instance's image says of itself");
        groups.put("config template", "Change the templates of an instance");
        groups.put("profile", "Keep settings that several instances share");
        groups.put("profile device", "Change the devices of a profile");
        groups.put("image", "Keep what instances are made from");
        groups.put("image alias", "Name images");
        groups.put("network", "Connect instances");
        groups.put("storage", "Keep the disks of instances");
        groups.put("storage volume", "Keep volumes of your own");
        groups.put("warning", "See what is not as it should be");
        groups.put("admin", "Set the daemon up");
        groups.put("operation", "See what the daemon is busy with");
        return groups;
    }

    /** Every command there is. */
    static List<Entry> all() {
        var all = new ArrayList<Entry>();
        for (String chapter : CHAPTERS) {
            all.addAll(chapter(chapter));
        }
        return all;
    }

    private static List<Entry> chapter(String chapter) {
        return switch (chapter) {
            case "instances" -> InstanceChapter.entries();
            case "snapshot" -> SnapshotChapter.entries();
            case "file" -> FileChapter.entries();
            case "config" -> ConfigChapter.entries();
            case "profile" -> ProfileChapter.entries();
            case "image" -> ImageChapter.entries();
            case "network" -> NetworkChapter.entries();
            case "storage" -> StorageChapter.entries();
            case "site" -> SiteChapter.entries();
            default -> OtherChapter.entries();
        };
    }

    private static @Nullable Command made(String path) {
        int space = path.indexOf(' ');
        return switch (space < 0 ? "" : path.substring(0, space)) {
            case "snapshot" -> SnapshotChapter.make(path);
            case "file" -> FileChapter.make(path);
            case "config" -> ConfigChapter.make(path);
            case "profile" -> ProfileChapter.make(path);
            case "image" -> ImageChapter.make(path);
            case "network" -> NetworkChapter.make(path);
            case "storage" -> StorageChapter.make(path);
            case "operation", "warning", "admin" -> OtherChapter.make(path);
            default -> {
                var instance = InstanceChapter.make(path);
                if (instance == null) {
                    instance = SiteChapter.make(path);
                }
                yield instance == null ? OtherChapter.make(path) : instance;
            }
        };
    }

    /** The command of an entry. */
    static Command make(Entry entry) {
        var command = made(entry.path());
        return command == null ? new Help() : command;
    }

    /**
     * Finds the command that a command line names.
     *
     * @throws Usage with a proposal when there is none
     */
    static Found find(List<String> words) throws Usage {
        var before = new ArrayList<String>();
        int at = 0;
        while (at < words.size() && words.get(at).startsWith("-")) {
            String word = words.get(at++);
            before.add(word);
            if ((word.equals("--dir") || word.equals("--project")) && at < words.size()) {
                before.add(words.get(at++));
            }
        }
        if (at == words.size()) {
            return new Found(overview(""), before);
        }
        String path = "";
        var candidates = chapterOf(words.get(at));
        while (at < words.size()) {
            String word = words.get(at);
            var hit = named(candidates, path, word);
            if (hit != null) {
                return new Found(hit, joined(before, words.subList(at + 1, words.size())));
            }
            String deeper = path.isEmpty() ? word : path + " " + word;
            if (!groups().containsKey(deeper)) {
                break;
            }
            path = deeper;
            at++;
        }
        if (at == words.size() || words.get(at).startsWith("-") && !path.isEmpty()) {
            return new Found(overview(path), joined(before, words.subList(at, words.size())));
        }
        Entry meant = switch (path) { // lxc's spelling: berth snapshot web1 before, berth import web1.tar.gz
            case "snapshot" -> candidates.get(0);
            case "import" -> named(candidates, path, "backup");
            default -> null;
        };
        if (meant != null) {
            return new Found(meant, joined(before, words.subList(at, words.size())));
        }
        throw unknown(path, words.get(at));
    }

    private static List<Entry> chapterOf(String word) {
        return switch (word) {
            case "snapshot", "file", "config", "profile", "image", "network", "storage" -> chapter(word);
            case "operation", "warning" -> chapter("other");
            default -> {
                var top = new ArrayList<>(chapter("instances"));
                top.addAll(chapter("site"));
                top.addAll(chapter("other"));
                yield top;
            }
        };
    }

    private static @Nullable Entry named(List<Entry> entries, String group, String verb) {
        for (Entry entry : entries) {
            if ((entry.verb().equals(verb) || entry.aliases().contains(verb))
                    && entry.group().equals(group)) {
                return entry;
            }
        }
        return null;
    }

    /** The pseudo-command that shows what there is in a group. */
    static Entry overview(String group) {
        return entry(
                group, "", "", groups().getOrDefault(group, "System containers from one declared description"), "");
    }

    private static Usage unknown(String group, String word) {
        var candidates = new ArrayList<String>();
        for (Entry entry : all()) {
            if (entry.group().equals(group)) {
                candidates.add(entry.verb());
                candidates.addAll(entry.aliases());
            }
        }
        for (String name : groups().keySet()) {
            if (name.startsWith(group.isEmpty() ? "" : group + " ") && name.indexOf(' ', group.length() + 1) < 0) {
                candidates.add(name.substring(name.lastIndexOf(' ') + 1));
            }
        }
        String where = group.isEmpty() ? "berth" : "berth " + group;
        return new Usage("unknown command \"" + word + "\" for " + where + Nearest.hint(word, candidates, where + " ")
                + "\nSee " + where + " --help");
    }

    private static List<String> joined(List<String> a, List<String> b) {
        var joined = new ArrayList<>(a);
        joined.addAll(b);
        return joined;
    }
}
