package berth.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/** How much of each limit a project uses. */
public record ProjectState(Map<String, Resource> resources) {
    /** A limit (-1 = none) and what is used of it. The keys are capitalised. */
    public record Resource(
            @JsonProperty("Limit") long limit,
            @JsonProperty("Usage") long usage) {}
}
