package berth.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An image's {@code metadata.yaml}. */
public record ImageMetadata(
        @Nullable String architecture,
        long creationDate,
        long expiryDate,
        @Nullable Map<String, @Nullable String> properties,
        @Nullable Map<String, @Nullable Template> templates) {
    /** A file that is written from a template. */
    public record Template(
            @Nullable List<@Nullable String> when,
            boolean createOnly,
            @Nullable String template,
            @Nullable Map<String, @Nullable String> properties) {}
}
