package berth.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An image's {@code metadata.yaml}. */
public record ImageMetadata(
        String architecture,
        long creationDate,
        long expiryDate,
        @Nullable Map<String, String> properties,
        @Nullable Map<String, Template> templates) {
    /** A file that is written from a template. */
    public record Template(List<String> when, boolean createOnly, String template, Map<String, String> properties) {}
}
