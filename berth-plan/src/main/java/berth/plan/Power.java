package berth.plan;

/** What is done with a guest's power after its keys are set. */
public enum Power {
    LEAVE,
    START,
    RESTART,
    STOP
}
