package berth.engine.record;

import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Settings;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * YAML of a stranger's archive: bounded, and all scalars are text. Refusals name the file and the key.
 *
 * @param file its name for messages
 */
public record ForeignYaml(String file) {
    private static final int MOST = 1024 * 1024;

    /** The document, as maps, lists and texts; null for nothing. */
    public @Nullable Object load(String yaml) {
        if (yaml.length() > MOST) {
            throw Refused.invalid(file + " is larger than 1 MiB");
        }
        var settings = LoadSettings.builder()
                .setLabel(file)
                .setCodePointLimit(MOST)
                .setMaxAliasesForCollections(20)
                .setAllowDuplicateKeys(false)
                .setAllowRecursiveKeys(false)
                .setSchema(new FailsafeSchema()) // "release: 1.10" is the text 1.10, as properties are text
                .setTagConstructors(Map.of(Tag.NULL, _ -> "")) // nothing written is the empty text
                .build();
        try {
            return new Load(settings).loadFromString(yaml);
        } catch (YamlEngineException malformed) {
            throw Refused.invalid("Could not parse " + file + ": " + malformed.getMessage());
        } catch (StackOverflowError deep) {
            throw Refused.invalid("Could not parse " + file + ": it is nested too deeply");
        }
    }

    /** The map at a key. */
    public Map<?, ?> map(String key, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw Refused.invalid(file + ": " + key + " is no map");
    }

    /** The text at a key. */
    public String text(String key, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw Refused.invalid(file + ": " + key + (value == null ? " is missing" : " is no text"));
    }

    /** The list at a key; nothing there is an empty one. */
    public List<?> list(String key, @Nullable Object value) {
        if (value == null || value.equals("")) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw Refused.invalid(file + ": " + key + " is no list");
    }

    /** Whether the text at a key says yes; nothing there says no. */
    public boolean truthy(String key, @Nullable Object value) {
        return value != null && Settings.truthy(text(key, value), false);
    }

    /** The time at a key; the epoch for none, or one before it. */
    public Instant instant(String key, @Nullable Object value) {
        if (value == null || value.equals("")) {
            return Instant.EPOCH;
        }
        try {
            Instant when = OffsetDateTime.parse(text(key, value)).toInstant();
            return when.isBefore(Instant.EPOCH) ? Instant.EPOCH : when;
        } catch (DateTimeParseException notATime) {
            throw Refused.invalid(file + ": " + key + " is no time: " + Quoted.of(value + ""));
        }
    }

    /** A map of texts at a key; nothing there is an empty one. */
    public SortedMap<String, String> texts(String key, @Nullable Object value) {
        var texts = new TreeMap<String, String>();
        if (value == null || value.equals("")) {
            return texts;
        }
        for (Map.Entry<?, ?> entry : map(key, value).entrySet()) {
            String name = text("a key of " + key, entry.getKey());
            if (name.isEmpty() || name.chars().anyMatch(Character::isISOControl)) {
                throw Refused.invalid(file + ": " + key + " has the odd key " + Quoted.of(name));
            }
            Object content = entry.getValue();
            texts.put(name, content == null ? "" : text(key + "." + name, content));
        }
        return texts;
    }
}
