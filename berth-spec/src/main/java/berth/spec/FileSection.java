package berth.spec;

import berth.model.Quoted;
import berth.model.wanted.GuestFile;
import berth.spec.yaml.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Reads {@code files:} of guests and images: path inside to content and owner. */
final class FileSection {
    private static final Shape FILE = Shape.of("content", "source", "mode", "uid", "gid");
    private static final long MOST_IDS = 0xFFFF_FFFEL;

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
