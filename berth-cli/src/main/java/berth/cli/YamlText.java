package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads the YAML that people type into {@code edit} and {@code launch}. */
final class YamlText {
    private YamlText() {}

    /**
     * The document's value; null if it is empty. Below {@code config}, {@code devices} and {@code properties} every scalar
     * is taken as text, exactly as it was typed, for there the API knows nothing but text.
     *
     * @throws Usage when it is no YAML, or repeats a key
     */
    static Json read(String text) throws IOException {
        try {
            var settings = LoadSettings.builder()
                    .setAllowDuplicateKeys(false)
                    .setMaxAliasesForCollections(20)
                    .build();
            Optional<Node> node = new Compose(settings).composeString(text);
            return node.isEmpty() ? Json.nothing() : value(node.get(), false, 0);
        } catch (StackOverflowError _) {
            throw new Usage("this YAML is nested too deep");
        } catch (YamlEngineException wrong) {
            throw new Usage("this is no valid YAML: " + wrong.getMessage());
        }
    }

    private static Json value(Node node, boolean texts, int depth) throws Usage {
        if (depth > 100) {
            throw new Usage("this YAML is nested deeper than 100");
        }
        if (node instanceof MappingNode map) {
            var fields = new LinkedHashMap<String, Json>();
            for (var tuple : map.getValue()) {
                if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                    throw new Usage("this YAML has a key that is no text");
                }
                String name = key.getValue();
                boolean inside = texts
                        || depth == 0 && (name.equals("config") || name.equals("devices") || name.equals("properties"));
                Json value = value(tuple.getValueNode(), inside, depth + 1);
                if (inside
                        && !texts
                        && value.text().isEmpty()
                        && value.items().isEmpty()
                        && value.fields().isEmpty()) {
                    value = Json.object(); // "config:" with nothing behind it
                }
                if (fields.put(name, value) != null) {
                    throw new Usage("this YAML has the key " + name + " twice");
                }
            }
            return new Json.Obj(fields);
        }
        if (node instanceof SequenceNode list) {
            var items = new ArrayList<Json>();
            for (var item : list.getValue()) {
                items.add(value(item, texts, depth + 1));
            }
            return new Json.Arr(items);
        }
        return scalar((ScalarNode) node, texts);
    }

    private static Json scalar(ScalarNode node, boolean texts) {
        String text = node.getValue();
        var tag = node.getTag();
        if (tag.equals(Tag.NULL)) {
            return texts ? Json.of("") : Json.nothing();
        }
        if (!texts && tag.equals(Tag.BOOL)) {
            return Json.of(Boolean.parseBoolean(text));
        }
        if (!texts && tag.equals(Tag.INT)) {
            try {
                return Json.of(Long.parseLong(text));
            } catch (NumberFormatException _) {
                return Json.of(text);
            }
        }
        return Json.of(text);
    }
}
