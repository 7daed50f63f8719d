package berth.engine.record;

import berth.model.DeviceName;
import berth.model.Fingerprint;
import berth.model.InstanceName;
import berth.model.NetworkName;
import berth.model.PoolName;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.VolumeName;
import berth.model.wanted.GuestFile;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** Our records to text and back, for the store and the journal. Unknown fields are an error: they would be lost. */
public final class Codec {
    private final JsonMapper mapper;

    /** A codec; thread-safe, make one. */
    public Codec() {
        var names = new SimpleModule("names");
        name(names, InstanceName.class, InstanceName::text, InstanceName::new);
        name(names, ProjectName.class, ProjectName::text, ProjectName::new);
        name(names, ProfileName.class, ProfileName::text, ProfileName::new);
        name(names, PoolName.class, PoolName::text, PoolName::new);
        name(names, VolumeName.class, VolumeName::text, VolumeName::new);
        name(names, NetworkName.class, NetworkName::text, NetworkName::new);
        name(names, DeviceName.class, DeviceName::text, DeviceName::new);
        name(names, Fingerprint.class, Fingerprint::text, Fingerprint::new);
        mapper = JsonMapper.builder()
                .addModule(names)
                .addMixIn(GuestFile.Content.class, ContentKinds.class)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
    }

    /** Tells kinds of content apart. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = GuestFile.Content.Text.class, name = "text"),
        @JsonSubTypes.Type(value = GuestFile.Content.FromHost.class, name = "host"),
        @JsonSubTypes.Type(value = GuestFile.Content.Gone.class, name = "gone")
    })
    private interface ContentKinds {}

    /** The value as text (JSON, one line). */
    public String write(Object value) {
        return mapper.writeValueAsString(value);
    }

    /** The value that was written. */
    public <T> T read(String text, Class<T> type) {
        return mapper.readValue(text, type);
    }

    private static <T> void name(
            SimpleModule module, Class<T> type, Function<T, String> toText, Function<String, T> fromText) {
        module.addSerializer(type, new ValueSerializer<T>() {
            @Override
            public void serialize(T value, JsonGenerator out, SerializationContext context) {
                out.writeString(toText.apply(value));
            }
        });
        module.addDeserializer(type, new ValueDeserializer<T>() {
            @Override
            public T deserialize(JsonParser in, DeserializationContext context) {
                return fromText.apply(in.getString());
            }
        });
    }
}
