package berth.rest;

import berth.engine.event.Event;
import berth.engine.operation.OperationChanged;
import berth.wire.EventLifecycle;
import berth.wire.EventLogging;

/** Events in LXD's words. */
final class EventTranslation {
    private EventTranslation() {}

    /** LXD's type of it. */
    static String type(Event.Payload payload) {
        return switch (payload) {
            case OperationChanged _ -> "operation";
            case Event.Lifecycle _ -> "lifecycle";
            case Event.Logging _ -> "logging";
            default -> payload.getClass().getSimpleName();
        };
    }

    static berth.wire.Event toWire(Event event) {
        Object metadata = switch (event.payload()) {
            case OperationChanged(var operation) -> OperationTranslation.toWire(operation);
            case Event.Lifecycle(var action, var source, var context) ->
                new EventLifecycle(action, source, context.isEmpty() ? null : context, null);
            case Event.Logging(var message, var level, var context) -> new EventLogging(message, level, context);
            default -> event.payload();
        };
        boolean ofProject = !(event.payload() instanceof Event.Logging);
        return new berth.wire.Event(
                type(event.payload()),
                event.at(),
                metadata,
                "none",
                ofProject && event.project() != null ? event.project().text() : null);
    }
}
