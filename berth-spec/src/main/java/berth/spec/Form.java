package berth.spec;

import berth.model.wanted.Kept;
import berth.model.wanted.Origin;
import berth.spec.yaml.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What may stand at a key that is read, checked and kept, and not carried out yet. */
@FunctionalInterface
interface Form {
    /** The value in its one spelling; empty, with a finding, when it is no such thing. */
    Optional<Kept> read(Tree tree, String path, Findings findings);

    Form TEXT = one(Value.TEXT);
    Form BOOL = one(Value.BOOL);
    Form SECONDS = one(text -> Seconds.of(text) + "s");

    /** Whatever there is; keys are not split at dots. */
    Form ANY = Form::anything;

    /** A system: a path, or what a file in Nix has there. */
    Form SYSTEM = Form::system;

    /** A path on the host. */
    Form PATH = (tree, path, findings) -> tree instanceof Tree.Opaque
            ? system(tree, path, findings)
            : findings.text(tree, path)
                    .flatMap(text -> findings.onHost(text, tree.at(), path))
                    .map(Kept.Text::new);

    /** A single value. */
    static Form one(Value value) {
        return (tree, path, findings) -> findings.text(tree, path)
                .flatMap(text -> findings.made(tree.at(), path, () -> value.normal(text)))
                .map(Kept.Text::new);
    }

    /** A single value, or nothing. */
    static Form oneOrNothing(Value value) {
        return (tree, path, findings) -> tree instanceof Tree.Scalar scalar && scalar.isNull()
                ? Optional.of(new Kept.Text(""))
                : one(value).read(tree, path, findings);
    }

    /** A list. */
    static Form list(Form each) {
        return (tree, path, findings) -> {
            if (tree instanceof Tree.Scalar scalar && scalar.isNull()) {
                return Optional.of(new Kept.Items(List.of()));
            }
            if (!(tree instanceof Tree.Sequence sequence)) {
                findings.error(tree.at(), path, "a list is wanted here, not " + tree.what() + "; write [ … ]");
                return Optional.empty();
            }
            var items = new ArrayList<Kept>();
            for (int i = 0; i < sequence.items().size(); i++) {
                each.read(sequence.items().get(i), path + "[" + i + "]", findings)
                        .ifPresent(items::add);
            }
            return Optional.of(new Kept.Items(items));
        };
    }

    /** A mapping with these keys; dots in keys stand for mappings. */
    static Form keys(Map<String, Form> known) {
        return (tree, path, findings) -> findings.mapping(tree, path).map(mapping -> {
            var shape = new Shape(known.keySet(), Map.of(), Set.of());
            var fields = new Fields(mapping, path, shape, findings);
            var kept = new TreeMap<String, Kept>();
            for (var each : known.entrySet()) {
                fields.any(each.getKey())
                        .flatMap(value -> each.getValue().read(value, fields.path(each.getKey()), findings))
                        .ifPresent(value -> kept.put(each.getKey(), value));
            }
            return new Kept.Keys(kept);
        });
    }

    /**
     * A mapping from names. A key that goes on behind the name, as in {@code 40-eth1.matchConfig}, is split where a word
     * follows that a thing may have; without such words at the first dot.
     */
    static Form names(Form each, Predicate<String> inner) {
        return (tree, path, findings) -> findings.mapping(tree, path).map(mapping -> {
            var things = new TreeMap<String, List<Tree>>();
            for (Tree.Entry entry : mapping.entries()) {
                int cut = cut(entry.key(), inner);
                if (cut < 0 && !(entry.value() instanceof Tree.Mapping)) {
                    cut = entry.key().indexOf('.');
                }
                String name = cut < 0 ? entry.key() : entry.key().substring(0, cut);
                Tree value = cut < 0
                        ? entry.value()
                        : new Tree.Mapping(
                                entry.at(),
                                List.of(new Tree.Entry(entry.key().substring(cut + 1), entry.at(), entry.value())));
                findings.seen(path + "." + name, entry.at());
                things.computeIfAbsent(name, it -> new ArrayList<>()).add(value);
            }
            var kept = new TreeMap<String, Kept>();
            things.forEach((name, values) -> {
                String at = path + "." + Findings.shown(name);
                together(values, at, findings)
                        .flatMap(value -> each.read(value, at, findings))
                        .ifPresent(value -> kept.put(name, value));
            });
            return new Kept.Keys(kept);
        });
    }

    /** A mapping from names that may have any dots to values. */
    static Form valuesByName(Form each) {
        return (tree, path, findings) -> findings.mapping(tree, path).map(mapping -> {
            var kept = new TreeMap<String, Kept>();
            for (Tree.Entry entry : mapping.entries()) {
                String at = path + "." + Findings.shown(entry.key());
                each.read(entry.value(), at, findings).ifPresent(it -> kept.put(entry.key(), it));
            }
            return new Kept.Keys(kept);
        });
    }

    private static int cut(String key, Predicate<String> inner) {
        for (int dot = key.indexOf('.'); dot > 0; dot = key.indexOf('.', dot + 1)) {
            int next = key.indexOf('.', dot + 1);
            if (inner.test(key.substring(dot + 1, next < 0 ? key.length() : next))) {
                return dot;
            }
        }
        return -1;
    }

    private static Optional<Tree> together(List<Tree> values, String path, Findings findings) {
        if (values.size() == 1) {
            return Optional.of(values.getFirst());
        }
        var entries = new ArrayList<Tree.Entry>();
        for (Tree value : values) {
            findings.mapping(value, path).ifPresent(it -> entries.addAll(it.entries()));
        }
        return Optional.of(new Tree.Mapping(values.getFirst().at(), entries));
    }

    private static Optional<Kept> anything(Tree tree, String path, Findings findings) {
        return switch (tree) {
            case Tree.Scalar scalar when scalar.isNull() -> Optional.of(new Kept.Text(""));
            case Tree.Scalar scalar -> findings.text(scalar, path).map(Kept.Text::new);
            case Tree.Sequence list -> list(ANY).read(list, path, findings);
            case Tree.Mapping mapping -> {
                var kept = new TreeMap<String, Kept>();
                for (Tree.Entry entry : mapping.entries()) {
                    String at = path + "." + Findings.shown(entry.key());
                    anything(entry.value(), at, findings).ifPresent(it -> kept.put(entry.key(), it));
                }
                yield Optional.of(new Kept.Keys(kept));
            }
            case Tree.Opaque opaque -> {
                findings.error(opaque.at(), path, "a value is wanted here, not " + opaque.what());
                yield Optional.empty();
            }
        };
    }

    private static Optional<Kept> system(Tree tree, String path, Findings findings) {
        return switch (tree) {
            case Tree.Opaque opaque -> Optional.of(new Kept.Text(opaque.reference()));
            case Tree.Scalar scalar
            when !scalar.isNull() && !scalar.text().startsWith("nix:") ->
                findings.text(scalar, path)
                        .flatMap(text -> findings.onHost(text, scalar.at(), path))
                        .map(Kept.Text::new);
            case Tree.Scalar scalar
            when !scalar.isNull() -> findings.text(scalar, path).map(Kept.Text::new);
            default -> {
                findings.error(tree.at(), path, "the path of a file in Nix is wanted here, not " + tree.what());
                yield Optional.empty();
            }
        };
    }

    /** Keeps what stands at a key of something, and says that nobody carries it out. */
    static void keep(Form form, Tree tree, Origin at, String path, String why, Findings findings) {
        form.read(tree, path, findings).ifPresent(kept -> findings.keep(path, kept));
        findings.later(at, path, why);
    }
}
