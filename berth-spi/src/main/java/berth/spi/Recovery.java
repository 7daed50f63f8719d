package berth.spi;

/** How an instance was found. */
public sealed interface Recovery {
    /** Its PID 1 runs. */
    record Alive(Life life, boolean frozen) implements Recovery {}

    /** Nothing of it runs, and nothing of its last run is left. */
    record Gone() implements Recovery {}

    /** It cannot be told; the reason. */
    record Unknown(String why) implements Recovery {}
}
