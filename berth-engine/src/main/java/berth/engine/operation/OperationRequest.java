package berth.engine.operation;

import berth.model.ProjectName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an operation is about, before it begins. */
public record OperationRequest(
        OperationClass type,
        String description,
        Map<String, List<String>> resources,
        @Nullable Map<String, Object> metadata,
        boolean mayCancel,
        @Nullable ProjectName project) {
    /** A plain task on one instance; LXD names creations and updates under {@code containers} too. */
    public static OperationRequest task(
            String description, Map<String, List<String>> resources, @Nullable ProjectName project) {
        return new OperationRequest(OperationClass.TASK, description, resources, null, false, project);
    }
}
