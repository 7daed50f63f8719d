package berth.spec;

import berth.model.Nearest;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.wanted.Finding;
import berth.model.wanted.Kept;
import berth.model.wanted.Origin;
import berth.spec.yaml.Tree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What was found while reading, and where each value is written. */
final class Findings {
    private static final int AT_MOST = 100;

    private final List<Finding> errors = new ArrayList<>();
    private final List<Finding> warnings = new ArrayList<>();
    private final Map<String, String> folders = new HashMap<>();
    private final SortedMap<String, Origin> origins = new TreeMap<>();
    private final SortedMap<String, Kept> kept = new TreeMap<>();
    private final Set<Finding> later = new HashSet<>();

    /** Remembers where the relative paths of a file begin. */
    void folder(String file, String folder) {
        folders.put(file, folder);
    }

    /** Where a file is, as far as that is known. */
    String real(String file) {
        String folder = folders.getOrDefault(file, "");
        return folder.isEmpty()
                ? file
                : Path.of(folder)
                        .resolve(file.substring(file.lastIndexOf('/') + 1))
                        .toString();
    }

    /** A path on the host; a relative one begins at the folder of the file that it is written in. */
    Optional<String> onHost(String source, Origin at, String path) {
        return made(at, path, () -> {
            Path whole = Path.of(folders.getOrDefault(at.file(), "")).resolve(source);
            if (!whole.isAbsolute()) {
                throw Refused.invalid(Quoted.of(source) + " is not an absolute path");
            }
            return whole.normalize().toString();
        });
    }

    void add(Finding finding) {
        (finding.error() ? errors : warnings).add(finding);
    }

    void error(Origin at, String path, String text) {
        errors.add(new Finding(true, at, path, text));
    }

    /** What is right in a file and cannot be carried out by this version. */
    void later(Origin at, String path, String text) {
        error(at, path, text);
        later.add(errors.getLast());
    }

    /** Takes back what is only later, of things that wait as a whole; given by their dotted paths. */
    void excuse(Set<String> things) {
        errors.removeIf(it -> later.contains(it)
                && things.stream()
                        .anyMatch(thing -> it.path().equals(thing) || it.path().startsWith(thing + ".")));
    }

    /** Keeps what nobody carries out yet. */
    void keep(String path, Kept value) {
        kept.putIfAbsent(path, value);
    }

    /** Whether something below a key is kept. */
    boolean keepsBelow(String path) {
        return kept.keySet().stream().anyMatch(it -> it.startsWith(path + "."));
    }

    SortedMap<String, Kept> kept() {
        return kept;
    }

    /** Those errors that are about this version, and not about the files. */
    Set<Finding> later() {
        return later;
    }

    void warning(Origin at, String path, String text) {
        warnings.add(new Finding(false, at, path, text));
    }

    /** Remembers where a value is; the first place wins. */
    void seen(String path, Origin at) {
        origins.putIfAbsent(path, at);
    }

    SortedMap<String, Origin> origins() {
        return origins;
    }

    Origin origin(String path, Origin otherwise) {
        return origins.getOrDefault(path, otherwise);
    }

    /** {@code " Did you mean x?"}; no more guesses when there is more wrong than will be shown. */
    String hint(String given, Collection<String> known) {
        return errors.size() > AT_MOST ? "" : Nearest.hint(given, known);
    }

    /** A single value that is not nothing and holds no control characters but line ends and tabs. */
    Optional<String> text(Tree tree, String path) {
        if (!(tree instanceof Tree.Scalar scalar) || scalar.isNull()) {
            error(tree.at(), path, "a single value is wanted here, not " + tree.what());
            return Optional.empty();
        }
        boolean clean = scalar.text().chars().noneMatch(c -> c < ' ' && c != '\n' && c != '\t' || c == 0x7f);
        if (!clean) {
            error(tree.at(), path, Quoted.of(scalar.text()) + " holds control characters");
        }
        return clean ? Optional.of(scalar.text()) : Optional.empty();
    }

    /** A mapping; nothing counts as an empty one. */
    Optional<Tree.Mapping> mapping(Tree tree, String path) {
        if (tree instanceof Tree.Mapping mapping) {
            return Optional.of(mapping);
        }
        if (tree instanceof Tree.Scalar scalar && scalar.isNull()) {
            return Optional.of(new Tree.Mapping(tree.at(), List.of()));
        }
        error(tree.at(), path, "a mapping is wanted here, not " + tree.what());
        return Optional.empty();
    }

    /** Makes a value that refuses what it cannot be; the refusal becomes an error at this place. */
    <T> Optional<T> made(Origin at, String path, Supplier<T> value) {
        try {
            return Optional.of(value.get());
        } catch (Refused wrong) {
            error(at, path, wrong.problem().text());
            return Optional.empty();
        }
    }

    /** A key of a hostile file, fit to be shown in a path. */
    static String shown(String key) {
        return key.matches("[\\w./:@+-]{1,80}") ? key : Quoted.of(key);
    }

    boolean clean() {
        return errors.stream().allMatch(later::contains);
    }

    List<Finding> errors() {
        return errors.stream().sorted().distinct().limit(AT_MOST).toList();
    }

    List<Finding> warnings() {
        return warnings.stream().sorted().distinct().limit(AT_MOST).toList();
    }
}
