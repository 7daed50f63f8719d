package berth.rest.http;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/** JSON as LXD speaks it: snake_case, RFC 3339 times, unknown keys passed over, wrong types refused. */
public final class Json {
    /** The largest body, in bytes. */
    public static final int LIMIT = 8 << 20;

    /** How deep a body may nest. */
    static final int DEPTH = 100;

    /** As many digits of the fraction as needed, none when it is zero, as Go prints RFC 3339. */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .appendLiteral('Z')
            .toFormatter();

    private static final JsonMapper MAPPER = mapper();

    private Json() {}

    /** A value as JSON text in UTF-8, without a newline. */
    public static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /** A value as JSON text, without a newline. */
    public static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** A value as maps, lists and plain values, spelled as on the wire. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> tree(Object value) {
        return MAPPER.convertValue(value, Map.class);
    }

    /** The value in a text; refuses with 400. */
    public static <T> T read(String text, Class<T> type) {
        return read(text.getBytes(StandardCharsets.UTF_8), type);
    }

    /** The value in a body of at most {@link #LIMIT} bytes; refuses with 400, or 413 when it is larger. */
    public static <T> T read(InputStream body, Class<T> type) throws java.io.IOException {
        byte[] bytes = body.readNBytes(LIMIT + 1);
        if (bytes.length > LIMIT) {
            throw new HttpRefused(413, "Request body is larger than " + (LIMIT >> 20) + " MiB");
        }
        return read(bytes, type);
    }

    private static <T> T read(byte[] bytes, Class<T> type) {
        if (new String(bytes, 0, Math.min(bytes.length, 64), StandardCharsets.ISO_8859_1).isBlank()) {
            throw new HttpRefused(400, "EOF");
        }
        try {
            T value = MAPPER.readValue(bytes, type);
            if (value == null) {
                throw new HttpRefused(400, "Invalid JSON: an object is wanted, not null");
            }
            return value;
        } catch (UnexpectedEndOfInputException cut) {
            throw new HttpRefused(400, "unexpected EOF");
        } catch (StreamConstraintsException tooMuch) {
            throw new HttpRefused(400, "Invalid JSON: nested too deep, or a number or name too long");
        } catch (MismatchedInputException wrong) {
            throw new HttpRefused(400, "Invalid JSON: " + place(wrong) + " has the wrong type");
        } catch (DatabindException wrong) {
            throw new HttpRefused(400, "Invalid JSON: " + place(wrong) + " cannot be read");
        } catch (JacksonException malformed) {
            var at = malformed.getLocation();
            boolean cut = malformed.getOriginalMessage().contains("end-of-input");
            throw new HttpRefused(
                    400,
                    cut ? "unexpected EOF" : "Invalid JSON at line " + at.getLineNr() + ", column " + at.getColumnNr());
        }
    }

    private static String place(DatabindException wrong) {
        String path = wrong.getPath().stream()
                .map(it -> it.getPropertyName() == null ? "[" + it.getIndex() + "]" : it.getPropertyName())
                .collect(Collectors.joining("."));
        return path.isEmpty() ? "the body" : berth.model.Quoted.of(path);
    }

    private static JsonMapper mapper() {
        var times = new SimpleModule("times");
        times.addSerializer(Instant.class, new ValueSerializer<Instant>() {
            @Override
            public void serialize(Instant value, JsonGenerator out, SerializationContext context) {
                out.writeString(time(value));
            }
        });
        times.addDeserializer(Instant.class, new ValueDeserializer<Instant>() {
            @Override
            public Instant deserialize(JsonParser in, DeserializationContext context) {
                try {
                    return OffsetDateTime.parse(in.getString()).toInstant();
                } catch (DateTimeException wrong) {
                    throw new HttpRefused(
                            400, "Invalid time " + berth.model.Quoted.of(in.getString()) + "; write it as RFC 3339");
                }
            }
        });
        var factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEPTH)
                        .maxStringLength(LIMIT)
                        .maxNameLength(4096)
                        .maxNumberLength(100)
                        .build())
                .build();
        return JsonMapper.builder(factory)
                .addModule(times)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .withCoercionConfig(
                        LogicalType.Textual,
                        it -> it.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .build();
    }

    /** A time as RFC 3339 with as many digits of the fraction as it has. */
    public static String time(Instant value) {
        return TIME.format(value.atOffset(ZoneOffset.UTC));
    }
}
