package berth.engine.operation;

import berth.engine.event.Event;

/** An operation began, went on or ended; a snapshot of it at that moment. */
public record OperationChanged(OperationState operation) implements Event.Payload {}
