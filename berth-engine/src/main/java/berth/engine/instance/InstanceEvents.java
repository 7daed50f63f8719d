package berth.engine.instance;

import berth.engine.event.Events;
import berth.engine.operation.OperationRequest;
import berth.model.Instance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells of instances in LXD's words. */
final class InstanceEvents {
    private final Events events;

    InstanceEvents(Events events) {
        this.events = events;
    }

    void tell(Instance instance, String action) {
        events.lifecycle(instance.project(), action, Instances.url(instance));
    }

    void tell(Instance instance, String action, Map<String, Object> context) {
        events.lifecycle(instance.project(), action, Instances.url(instance), context);
    }

    /** A task on one instance; {@code both}: listed under {@code containers} too, as LXD does for creations and updates. */
    static OperationRequest task(String description, Instance instance, boolean both) {
        var resources = new LinkedHashMap<String, List<String>>();
        if (both) {
            resources.put("containers", List.of("/1.0/containers/" + instance.name()));
        }
        resources.put("instances", List.of(Instances.url(instance)));
        return OperationRequest.task(description, resources, instance.project());
    }
}
