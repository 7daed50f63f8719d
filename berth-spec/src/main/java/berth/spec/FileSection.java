package berth.spec;

import berth.model.Quoted;
import berth.model.wanted.GuestFile;
import berth.model.wanted.Origin;
import berth.spec.yaml.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Reads {@code files:} of guests and images: path inside to content and owner. */
final class FileSection {
    private static final Shape FILE = Shape.of("content", "source", "mode", "uid", "gid");
    private static final long MOST_IDS = 0xFFFF_FFFEL;

    private static final Shape CREDENTIAL = Shape.of("id", "path");
    /** Where systemd looks for them. */
    private static final String CREDENTIALS = "/etc/credstore/";

    private static final int READ_BY_ROOT = 0400;

    private final Findings findings;

    FileSection(Findings findings) {
        this.findings = findings;
    }

    List<GuestFile> read(Tree.Mapping mapping, String path) {
        var files = new TreeMap<String, GuestFile>();
        for (Tree.Entry entry : mapping.entries()) {
            String at = path + "." + Findings.shown(entry.key());
            if (wrongPath(entry.key())) {
                findings.error(
                        entry.at(),
                        at,
                        "is no path of a file: it must be absolute, without //, . or .., and not end in /");
                continue;
            }
            findings.mapping(entry.value(), at)
                    .flatMap(keys -> file(entry, new Fields(keys, at, FILE, findings)))
                    .ifPresent(file -> {
                        if (files.putIfAbsent(file.path(), file) != null) {
                            findings.error(entry.at(), at, "is said already, at " + findings.origin(at, entry.at()));
                        }
                        findings.seen(at, entry.at());
                    });
        }
        return new ArrayList<>(files.values());
    }

    /** {@code credentials:} are files that units of systemd are given by their names. */
    List<GuestFile> withCredentials(Fields fields, List<GuestFile> files) {
        String path = fields.path("credentials");
        Tree said = fields.any("credentials").orElse(null);
        if (said instanceof Tree.Sequence items && items.items().stream().anyMatch(FileSection::isCommand)) {
            Form.keep(
                    Later.CREDENTIALS,
                    said,
                    fields.at("credentials"),
                    path,
                    "credentials by a command are not supported yet; write path:",
                    findings);
            return files;
        }
        var all = new TreeMap<String, GuestFile>();
        files.forEach(it -> all.put(it.path(), it));
        for (Tree item : fields.list("credentials")) {
            findings.mapping(item, path)
                    .flatMap(keys -> credential(new Fields(keys, path, CREDENTIAL, findings), item.at()))
                    .ifPresent(file -> {
                        if (all.putIfAbsent(file.path(), file) != null) {
                            findings.error(
                                    item.at(),
                                    path,
                                    file.path().substring(CREDENTIALS.length()) + " is said twice; it is " + file.path()
                                            + " inside");
                        }
                    });
        }
        return List.copyOf(all.values());
    }

    private static boolean isCommand(Tree item) {
        return item instanceof Tree.Mapping keys
                && keys.entries().stream().anyMatch(it -> it.key().equals("command"));
    }

    private Optional<GuestFile> credential(Fields keys, Origin at) {
        String id = keys.line("id").orElse("");
        if (!id.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}")) {
            findings.error(at, keys.path("id"), Quoted.of(id) + " is no name for a credential: letters, digits, . _ -");
            return Optional.empty();
        }
        if (!keys.has("path")) {
            findings.error(at, keys.path("path"), "is missing; name a file of the host");
        }
        return keys.line("path")
                .flatMap(source -> findings.onHost(source, keys.at("path"), keys.path("path")))
                .map(source ->
                        new GuestFile(CREDENTIALS + id, new GuestFile.Content.FromHost(source), READ_BY_ROOT, 0, 0));
    }

    private Optional<GuestFile> file(Tree.Entry entry, Fields fields) {
        boolean content = fields.has("content");
        if (content == fields.has("source")) {
            findings.error(
                    entry.at(),
                    fields.path(content ? "source" : "content"),
                    content ? "content and source exclude each other" : "is missing; write content: or source:");
            return Optional.empty();
        }
        Optional<GuestFile.Content> what = content
                ? fields.text("content").map(GuestFile.Content.Text::new)
                : fields.line("source")
                        .flatMap(source -> findings.onHost(source, fields.at("source"), fields.path("source")))
                        .map(GuestFile.Content.FromHost::new);
        int mode = fields.line("mode")
                .map(text -> {
                    boolean octal = text.matches("0?o?[0-7]{3,4}");
                    if (!octal) {
                        findings.error(
                                fields.at("mode"),
                                fields.path("mode"),
                                Quoted.of(text) + " is no mode; write for instance 0644");
                    }
                    return octal ? Integer.parseInt(text.replace("o", ""), 8) : 0;
                })
                .orElse(0644);
        return what.map(it -> new GuestFile(entry.key(), it, mode, id(fields, "uid"), id(fields, "gid")));
    }

    private long id(Fields fields, String key) {
        return fields.line(key)
                .flatMap(text -> findings.made(
                        fields.at(key),
                        fields.path(key),
                        () -> Value.range(0, MOST_IDS).normal(text)))
                .map(Long::parseLong)
                .orElse(0L);
    }

    private static boolean wrongPath(String path) {
        return !path.startsWith("/")
                || path.endsWith("/")
                || path.length() > 4096
                || path.chars().anyMatch(c -> c < ' ' || c == 0x7f)
                || (path + "/").matches(".*(//|/\\./|/\\.\\./).*");
    }
}
