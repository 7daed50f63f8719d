package berth.spec;

import berth.model.Quoted;
import berth.model.wanted.OnDrift;
import berth.model.wanted.Protection;
import berth.model.wanted.WantedImage;
import berth.spec.yaml.Tree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads {@code images:}. */
final class ImageSection {
    private static final Shape IMAGE = Shape.of(
                    "build", "packages", "files", "source", "description", "refresh", "protect")
            .later(Later.IMAGE);
    private static final Pattern PACKAGE =
            Pattern.compile("[a-z0-9][a-z0-9+.-]{1,127}(:[a-z0-9]{1,20})?(=[A-Za-z0-9.+~:-]{1,128})?");
    private static final Map<String, String> BASES = Map.of(
            "debian/12", "debian/12",
            "debian/bookworm", "debian/12",
            "debian/13", "debian/13",
            "debian/trixie", "debian/13");
    private static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/@+-]{0,199}");

    private final Findings findings;

    ImageSection(Findings findings) {
        this.findings = findings;
    }

    Optional<WantedImage> image(String name, Tree.Entry entry, String path) {
        if (!ALIAS.matcher(name).matches()) {
            findings.error(entry.at(), path, "is no name for an image: letters, digits and . _ / @ + -, please");
            return Optional.empty();
        }
        var mapping = findings.mapping(entry.value(), path).orElse(new Tree.Mapping(entry.at(), List.of()));
        var fields = new Fields(mapping, path, IMAGE, findings);
        String refresh = fields.line("refresh").orElse("new-guests-only");
        if (!List.of("new-guests-only", "rebuild").contains(refresh)) {
            findings.error(
                    fields.at("refresh"),
                    fields.path("refresh"),
                    Quoted.of(refresh) + " is no way to refresh; there are new-guests-only and rebuild");
        }
        return source(fields, entry)
                .map(source -> new WantedImage(
                        name,
                        fields.line("description").orElse(""),
                        source,
                        refresh.equals("rebuild"),
                        new HostSections(findings, OnDrift.UNSAID).protect(fields, Set.of(Protection.DELETE)),
                        entry.at()));
    }

    private Optional<WantedImage.Source> source(Fields fields, Tree.Entry entry) {
        if (fields.has("build") == fields.has("source")) {
            findings.error(
                    entry.at(),
                    fields.path("build"),
                    fields.has("build")
                            ? "build and source exclude each other"
                            : "is missing; write build: debian/12, or source: with a tarball's path or an alias");
            return Optional.empty();
        }
        if (fields.has("build")) {
            return fields.line("build").flatMap(base -> build(base, fields));
        }
        for (String key : List.of("packages", "files")) {
            if (fields.has(key)) {
                findings.error(fields.at(key), fields.path(key), "goes with build:, not with source:");
            }
        }
        return fields.line("source").flatMap(source -> {
            if (source.startsWith("/") || source.startsWith("./") || source.startsWith("../")) {
                return findings.onHost(source, fields.at("source"), fields.path("source"))
                        .map(WantedImage.Source.Tarball::new);
            }
            if (!ALIAS.matcher(source).matches()) {
                findings.error(
                        fields.at("source"),
                        fields.path("source"),
                        Quoted.of(source) + " is neither a path that begins with / or ./ nor an alias");
                return Optional.empty();
            }
            return Optional.of(new WantedImage.Source.Existing(source));
        });
    }

    private Optional<WantedImage.Source> build(String base, Fields fields) {
        String known = BASES.get(base);
        if (known == null) {
            findings.error(
                    fields.at("build"),
                    fields.path("build"),
                    Quoted.of(base) + " cannot be built; there are debian/12 and debian/13."
                            + findings.hint(base, BASES.keySet()));
            return Optional.empty();
        }
        var packages = new TreeSet<String>();
        for (Tree item : fields.list("packages")) {
            findings.text(item, fields.path("packages")).ifPresent(name -> {
                if (!PACKAGE.matcher(name).matches()) {
                    findings.error(item.at(), fields.path("packages"), Quoted.of(name) + " is no name of a package");
                } else if (!packages.add(name)) {
                    findings.error(item.at(), fields.path("packages"), name + " is in this list already");
                }
            });
        }
        var files = fields.mapping("files")
                .map(keys -> new FileSection(findings).read(keys, fields.path("files")))
                .orElse(List.of());
        return Optional.of(new WantedImage.Source.Build(known, List.copyOf(packages), files));
    }
}
