package berth.engine.operation;

import berth.model.ProjectName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An operation at one moment (reference/rest-api section 3).
 *
 * @param resources kind to URLs, for instance {@code instances} to {@code /1.0/instances/web1}
 * @param metadata null or what the operation tells of itself: progress, result, descriptors
 * @param err empty unless it failed
 */
public record OperationState(
        UUID id,
        OperationClass type,
        String description,
        Instant createdAt,
        Instant updatedAt,
        OperationStatus status,
        Map<String, List<String>> resources,
        @Nullable Map<String, Object> metadata,
        boolean mayCancel,
        String err,
        @Nullable ProjectName project) {}
