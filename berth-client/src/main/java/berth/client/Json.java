package berth.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON value. Reading is forgiving, as a program that prints what a server says must be: a missing key is {@link
 * Null}, and the text of something that is no text is empty.
 */
public sealed interface Json {

    /** A string. */
    record Text(String value) implements Json {}

    /** A number as it was spelled, so that no digit is lost. */
    record Num(String literal) implements Json {}

    /** True or false. */
    record Bool(boolean value) implements Json {}

    /** The value {@code null}, also what a missing key is. */
    record Null() implements Json {
        private static final Null IT = new Null();
    }

    /** An array. */
    record Arr(List<Json> values) implements Json {}

    /** An object, its keys in the order they were sent. */
    record Obj(Map<String, Json> values) implements Json {}

    /**
     * Reads one document.
     *
     * @throws JsonSyntax when the text is not exactly one JSON value
     */
    static Json parse(String text) throws JsonSyntax {
        return new JsonReader(text).document();
    }

    /** Reads one document in UTF-8. */
    static Json parse(byte[] utf8) throws JsonSyntax {
        return parse(new String(utf8, StandardCharsets.UTF_8));
    }

    /** The value {@code null}. */
    static Json nothing() {
        return Null.IT;
    }

    /** A string, or {@code null} for null. */
    static Json of(@Nullable String value) {
        return value == null ? nothing() : new Text(value);
    }

    /** A whole number. */
    static Json of(long value) {
        return new Num(Long.toString(value));
    }

    /** True or false. */
    static Json of(boolean value) {
        return new Bool(value);
    }

    /** An array of strings. */
    static Json of(List<String> values) {
        var items = new ArrayList<Json>();
        for (String value : values) {
            items.add(new Text(value));
        }
        return new Arr(items);
    }

    /** An object whose values are all strings. */
    static Json of(Map<String, String> values) {
        var fields = new LinkedHashMap<String, Json>();
        for (var entry : values.entrySet()) {
            fields.put(entry.getKey(), new Text(entry.getValue()));
        }
        return new Obj(fields);
    }

    /** An object without keys; see {@link #with}. */
    static Json object() {
        return new Obj(new LinkedHashMap<>());
    }

    /** This object with one key set. The receiver stays as it is. */
    default Json with(String key, Json value) {
        var fields = new LinkedHashMap<>(fields());
        fields.put(key, value);
        return new Obj(fields);
    }

    /** This object with one key set to a string. */
    default Json with(String key, String value) {
        return with(key, of(value));
    }

    /** This object without one key. */
    default Json without(String key) {
        var fields = new LinkedHashMap<>(fields());
        fields.remove(key);
        return new Obj(fields);
    }

    /** The value under a key; {@link Null} if there is none, or if this is no object. */
    default Json at(String key) {
        if (this instanceof Obj obj) {
            Json value = obj.values.get(key);
            return value == null ? nothing() : value;
        }
        return nothing();
    }

    /** What a person would read: strings without quotes, numbers as spelled; empty for null, arrays and objects. */
    default String text() {
        if (this instanceof Text text) {
            return text.value;
        }
        if (this instanceof Num num) {
            return num.literal;
        }
        if (this instanceof Bool bool) {
            return bool.value ? "true" : "false";
        }
        return "";
    }

    /** The text under a key. */
    default String text(String key) {
        return at(key).text();
    }

    /** The whole number; 0 if this is none, or too big for 64 bits. */
    default long number() {
        try {
            return Long.parseLong(text());
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    /** The whole number under a key. */
    default long number(String key) {
        return at(key).number();
    }

    /** Whether this is {@code true}. */
    default boolean truth() {
        return this instanceof Bool bool && bool.value;
    }

    /** Whether this is {@code null}, or was missing. */
    default boolean isNull() {
        return this instanceof Null;
    }

    /** The values of an array, none if this is something else. */
    default List<Json> items() {
        return this instanceof Arr arr ? arr.values : List.of();
    }

    /** The keys and values of an object, none if this is something else. */
    default Map<String, Json> fields() {
        return this instanceof Obj obj ? obj.values : Map.of();
    }

    /** The texts of an array. */
    default List<String> texts() {
        var out = new ArrayList<String>();
        for (Json item : items()) {
            out.add(item.text());
        }
        return out;
    }

    /** This value on one line, without blanks. */
    default String line() {
        return new JsonWriter(false).write(this);
    }

    /** This value over many lines, indented by tabs. */
    default String pretty() {
        return new JsonWriter(true).write(this);
    }
}
