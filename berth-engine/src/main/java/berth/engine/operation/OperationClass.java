package berth.engine.operation;

/** LXD's classes of operation. */
public enum OperationClass {
    TASK,
    WEBSOCKET,
    TOKEN
}
