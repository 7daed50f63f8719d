package berth.spec;

import berth.model.Quoted;
import berth.model.wanted.Origin;
import berth.spec.yaml.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The keys of one mapping, checked against its shape. A dotted key stands for a mapping in a mapping
 * ({@code network.v4.address}), wherever its first part is a key of the shape; both ways of writing may be mixed as long
 * as nothing is said twice.
 */
final class Fields {
    private final String path;
    private final Origin at;
    private final Findings findings;
    private final Map<String, Tree.Entry> found = new LinkedHashMap<>();
    private final Map<String, Origin> kept = new TreeMap<>();

    Fields(Tree.Mapping mapping, String path, Shape shape, Findings findings) {
        this.path = path;
        this.at = mapping.at();
        this.findings = findings;
        for (Tree.Entry entry : mapping.entries()) {
            split(entry, shape).ifPresent(this::put);
        }
        found.values().removeIf(entry -> {
            findings.seen(path(entry.key()), entry.at());
            Form later = shape.later().get(entry.key());
            if (later != null) {
                Form.keep(later, entry.value(), entry.at(), path(entry.key()), "not supported yet", findings);
                kept.put(entry.key(), entry.at());
            }
            return later != null || shape.printed().contains(entry.key());
        });
    }

    private Optional<Tree.Entry> split(Tree.Entry entry, Shape shape) {
        if (shape.has(entry.key())) {
            return Optional.of(entry);
        }
        int dot = entry.key().indexOf('.');
        if (dot > 0 && shape.has(entry.key().substring(0, dot))) {
            var inner = new Tree.Entry(entry.key().substring(dot + 1), entry.at(), entry.value());
            return Optional.of(new Tree.Entry(
                    entry.key().substring(0, dot), entry.at(), new Tree.Mapping(entry.at(), List.of(inner))));
        }
        findings.error(
                entry.at(),
                path(Findings.shown(entry.key())),
                "unknown key." + findings.hint(entry.key(), shape.all()));
        return Optional.empty();
    }

    /**
     * Things by their names, where {@code web1.memory: 4GiB} stands for {@code web1: {memory: 4GiB}}.
     *
     * @param cut whether a key with a dot is such a one, and no name with a dot
     */
    static List<Tree.Entry> dotted(List<Tree.Entry> entries, Predicate<Tree.Entry> cut) {
        var plain = new ArrayList<Tree.Entry>();
        var split = new TreeMap<String, List<Tree.Entry>>();
        for (Tree.Entry entry : entries) {
            int dot = entry.key().indexOf('.');
            if (dot <= 0 || !cut.test(entry)) {
                plain.add(entry);
            } else {
                split.computeIfAbsent(entry.key().substring(0, dot), it -> new ArrayList<>())
                        .add(new Tree.Entry(entry.key().substring(dot + 1), entry.at(), entry.value()));
            }
        }
        split.forEach((name, inner) -> {
            int at = -1;
            for (int i = 0; i < plain.size(); i++) {
                at = plain.get(i).key().equals(name) && plain.get(i).value() instanceof Tree.Mapping ? i : at;
            }
            if (at < 0) {
                plain.add(new Tree.Entry(
                        name,
                        inner.getFirst().at(),
                        new Tree.Mapping(inner.getFirst().at(), inner)));
            } else {
                Tree.Entry whole = plain.get(at);
                var both = new ArrayList<>(((Tree.Mapping) whole.value()).entries());
                both.addAll(inner);
                plain.set(
                        at,
                        new Tree.Entry(
                                name, whole.at(), new Tree.Mapping(whole.value().at(), both)));
            }
        });
        return plain;
    }

    private void put(Tree.Entry entry) {
        Tree.Entry other = found.get(entry.key());
        if (other == null) {
            found.put(entry.key(), entry);
        } else if (other.value() instanceof Tree.Mapping left && entry.value() instanceof Tree.Mapping right) {
            var both = new ArrayList<>(left.entries());
            both.addAll(right.entries());
            found.put(entry.key(), new Tree.Entry(entry.key(), other.at(), new Tree.Mapping(left.at(), both)));
        } else {
            findings.error(entry.at(), path(entry.key()), "is said already, at " + other.at());
        }
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Where the mapping itself is. */
    String path() {
        return path;
    }

    Origin at(String key) {
        Tree.Entry entry = found.get(key);
        return entry == null ? kept.getOrDefault(key, at) : entry.at();
    }

    boolean has(String key) {
        return found.containsKey(key);
    }

    /** Whether a key is there that is kept and not carried out yet. */
    boolean keeps(String key) {
        return kept.containsKey(key);
    }

    /** The value, whatever it is. */
    Optional<Tree> any(String key) {
        return Optional.ofNullable(found.get(key)).map(Tree.Entry::value);
    }

    /** A single value that is not nothing. */
    Optional<String> text(String key) {
        return any(key).flatMap(tree -> findings.text(tree, path(key)));
    }

    /** A text of one line. */
    Optional<String> line(String key) {
        return text(key).filter(text -> {
            boolean oneLine = text.indexOf('\n') < 0 && text.length() <= 4096;
            if (!oneLine) {
                findings.error(at(key), path(key), "one line of at most 4096 characters, please");
            }
            return oneLine;
        });
    }

    /** True or false, in any of YAML's or LXD's spellings. */
    Optional<Boolean> flag(String key) {
        return text(key).flatMap(text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> Optional.of(true);
            case "false", "no", "off" -> Optional.of(false);
            default -> {
                findings.error(at(key), path(key), Quoted.of(text) + " is neither true nor false");
                yield Optional.empty();
            }
        });
    }

    /** A mapping; nothing counts as an empty one. */
    Optional<Tree.Mapping> mapping(String key) {
        return any(key).flatMap(tree -> findings.mapping(tree, path(key)));
    }

    /** The items of a list; none when it is absent. A single value is no list. */
    List<Tree> list(String key) {
        Tree tree = any(key).orElse(null);
        if (tree == null || tree instanceof Tree.Scalar scalar && scalar.isNull()) {
            return List.of();
        }
        if (tree instanceof Tree.Sequence sequence) {
            return sequence.items();
        }
        findings.error(at(key), path(key), "a list is wanted here, not " + tree.what() + "; write [ … ]");
        return List.of();
    }
}
