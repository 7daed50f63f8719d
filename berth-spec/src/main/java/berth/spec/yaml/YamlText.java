package berth.spec.yaml;

import berth.model.Quoted;
import berth.model.wanted.Finding;
import berth.model.wanted.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads one YAML 1.2 document (JSON is a subset) into a tree, within limits that no text can make it leave: 1 MiB,
 * nesting of 64, 500,000 nodes with every alias counted as often as it is used.
 */
public final class YamlText {
    /** NixOS' mkForce. */
    private static final String FORCE = "!force";

    static final int MAX_BYTES = 1 << 20;
    static final int MAX_DEPTH = 64;
    static final int MAX_NODES = 500_000;

    private final String file;
    private final Consumer<Finding> findings;
    private final Map<String, Built> anchors = new HashMap<>();
    private long nodes;

    private YamlText(String file, Consumer<Finding> findings) {
        this.file = file;
        this.findings = findings;
    }

    /**
     * The document of a text; an empty text is an empty mapping.
     *
     * @param findings told of each error; a duplicate key lets the reading go on
     * @return empty when there is no tree to go on with
     */
    public static Optional<Tree> read(String file, String text, Consumer<Finding> findings) {
        return new YamlText(file, findings).document(text);
    }

    private Optional<Tree> document(String text) {
        if (text.length() > MAX_BYTES) {
            report(new Origin(file, 1, 1), "larger than 1 MiB; split it into several files");
            return Optional.empty();
        }
        var settings = LoadSettings.builder()
                .setLabel(file)
                .setUseMarks(true)
                .setCodePointLimit(MAX_BYTES)
                .build();
        try {
            var events = new Parse(settings).parseString(text).iterator();
            next(events);
            Event first = next(events);
            if (first.getEventId() == Event.ID.StreamEnd) {
                return Optional.of(new Tree.Mapping(new Origin(file, 1, 1), List.of()));
            }
            Tree tree = node(events, next(events), 1).tree;
            next(events);
            Event after = next(events);
            if (after.getEventId() != Event.ID.StreamEnd) {
                throw new Stop(at(after), "a second document begins here; a file holds one");
            }
            return Optional.of(tree);
        } catch (Stop stop) {
            report(stop.at, stop.text);
        } catch (MarkedYamlEngineException wrong) {
            report(wrong.getProblemMark().map(this::at).orElse(new Origin(file, 1, 1)), "not YAML: " + problem(wrong));
        } catch (YamlEngineException wrong) {
            report(new Origin(file, 1, 1), "not YAML: " + oneLine(String.valueOf(wrong.getMessage())));
        }
        return Optional.empty();
    }

    private Built node(Iterator<Event> events, Event event, int depth) {
        if (depth > MAX_DEPTH) {
            throw new Stop(at(event), "nested more than " + MAX_DEPTH + " deep");
        }
        if (event instanceof AliasEvent alias) {
            return aliased(alias, depth);
        }
        count(1, event);
        Built built = switch (event) {
            case ScalarEvent scalar -> scalar(scalar);
            case SequenceStartEvent start -> sequence(events, start, depth);
            case MappingStartEvent start -> mapping(events, start, depth);
            default -> throw new Stop(at(event), "not YAML that can be read");
        };
        ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(), built));
        return built;
    }

    private Built aliased(AliasEvent alias, int depth) {
        Built known = anchors.get(alias.getAlias().getValue());
        if (known == null) {
            throw new Stop(at(alias), "*" + alias.getAlias().getValue() + " has no anchor above it");
        }
        count(known.weight, alias);
        if (depth + known.height - 1 > MAX_DEPTH) {
            throw new Stop(at(alias), "nested more than " + MAX_DEPTH + " deep");
        }
        return known;
    }

    private Built scalar(ScalarEvent event) {
        boolean text = tagged(event, event.getTag());
        boolean plain = event.getScalarStyle() == ScalarStyle.PLAIN && !text;
        return new Built(new Tree.Scalar(at(event), event.getValue(), plain), 1, 1);
    }

    private Built sequence(Iterator<Event> events, SequenceStartEvent start, int depth) {
        tagged(start, start.getTag());
        var items = new ArrayList<Tree>();
        long weight = 1;
        int height = 0;
        for (Event event = next(events); event.getEventId() != Event.ID.SequenceEnd; event = next(events)) {
            Built item = node(events, event, depth + 1);
            items.add(item.tree);
            weight += item.weight;
            height = Math.max(height, item.height);
        }
        return new Built(new Tree.Sequence(at(start), List.copyOf(items)), weight, height + 1);
    }

    private Built mapping(Iterator<Event> events, MappingStartEvent start, int depth) {
        tagged(start, start.getTag());
        var entries = new HashMap<String, Tree.Entry>();
        var inOrder = new ArrayList<Tree.Entry>();
        long weight = 1;
        int height = 0;
        for (Event event = next(events); event.getEventId() != Event.ID.MappingEnd; event = next(events)) {
            Built key = node(events, event, depth + 1);
            if (!(key.tree instanceof Tree.Scalar name)) {
                throw new Stop(at(event), "a key must be a single value");
            }
            Built value = node(events, next(events), depth + 1);
            var entry = new Tree.Entry(name.text(), at(event), value.tree);
            Tree.Entry twin = entries.putIfAbsent(entry.key(), entry);
            if (twin == null) {
                inOrder.add(entry);
            } else {
                report(entry.at(), "key " + Quoted.of(entry.key()) + " is there already, at " + twin.at());
            }
            weight += key.weight + value.weight;
            height = Math.max(height, value.height);
        }
        return new Built(new Tree.Mapping(at(start), List.copyOf(inOrder)), weight, height + 1);
    }

    /** True when tagged as text; other tags than YAML's own are refused. */
    private boolean tagged(Event event, Optional<String> tag) {
        String name = tag.orElse("!");
        if (FORCE.equals(name)) {
            return false; // nothing else says it, so that it holds as it is
        }
        if (!"!".equals(name) && !name.startsWith("tag:yaml.org,2002:")) {
            throw new Stop(at(event), "the tag " + Quoted.of(name) + " is not supported yet");
        }
        return "tag:yaml.org,2002:str".equals(name);
    }

    private void count(long more, Event event) {
        nodes += more;
        if (nodes > MAX_NODES) {
            throw new Stop(at(event), "more than " + MAX_NODES + " values, aliases counted as often as they are used");
        }
    }

    private static Event next(Iterator<Event> events) {
        return events.next();
    }

    private Origin at(Event event) {
        return event.getStartMark().map(this::at).orElse(new Origin(file, 1, 1));
    }

    private Origin at(Mark mark) {
        return new Origin(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    private void report(Origin at, String text) {
        findings.accept(new Finding(true, at, "", text));
    }

    private static String problem(MarkedYamlEngineException wrong) {
        String problem = wrong.getProblem() == null ? "cannot be read" : wrong.getProblem();
        return oneLine(wrong.getContext() == null ? problem : wrong.getContext() + ", " + problem);
    }

    private static String oneLine(String text) {
        String line = text.lines().findFirst().orElse("cannot be read");
        String shown = Quoted.of(line);
        return shown.substring(1, shown.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\");
    }

    private record Built(Tree tree, long weight, int height) {}

    /** Reading cannot go on. */
    private static final class Stop extends RuntimeException {
        private final transient Origin at;
        private final String text;

        Stop(Origin at, String text) {
            super(text, null, false, false);
            this.at = at;
            this.text = text;
        }
    }
}
