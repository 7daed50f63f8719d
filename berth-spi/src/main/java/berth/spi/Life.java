package berth.spi;

/**
 * One run of an instance.
 *
 * @param pid of its PID 1, as the host numbers it
 * @param startTicks field 22 of {@code /proc/PID/stat}: with the pid it names the process for ever
 */
public record Life(long pid, long startTicks) {}
