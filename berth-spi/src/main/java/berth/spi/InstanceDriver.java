package berth.spi;

import berth.model.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs instances that go on without us: none is ever a child of the daemon. Roots and networks are there before
 * {@link #start} and outlive the instance; the driver only runs it.
 */
public non-sealed interface InstanceDriver extends Driver {
    /** Which kind of instance it runs. */
    Kind kind();

    /**
     * Starts it; returns when PID 1 runs. Fails with the log's telling lines. What a failed start has made is removed
     * again before it throws.
     */
    Life start(InstanceSetup setup);

    /** Asks it to shut down orderly (its halt signal); returns at once, or within two seconds when it has just begun. */
    void askToStop(Handle handle);

    /** Ends it at once: every process is killed. Returns when all that the last run held is gone. */
    void kill(Handle handle);

    /** Waits until all that the last run held (processes, cgroups, interfaces, mounts) is gone; false on time-out. */
    boolean awaitGone(Handle handle, Duration limit);

    /** Suspends all its processes. */
    void freeze(Handle handle);

    /** Lets them go on. */
    void thaw(Handle handle);

    /** How it is, asked of the kernel: for every instance once before the door opens, and whenever in doubt. */
    Recovery recover(Handle handle);

    /** Reports each exit within 100 ms of it, by an event of the kernel's; one listener for the driver's life. */
    void onExit(ExitListener listener);

    /**
     * How a run ended; to be asked once nothing of it is left, until the next start.
     *
     * @param life which run; null for the last one
     */
    Exit exit(Handle handle, @Nullable Life life);

    /** Resources in use right now. Cheap: microseconds, no child process. */
    Usage usage(Handle handle);

    /**
     * Everything there is to measure about those, for monitoring. No child process, no descriptor that stays open; a fraction
     * of a millisecond each.
     *
     * @param running which run of each
     * @return those that still run, in the same order
     */
    Map<Handle, Readings> readings(SequencedMap<Handle, Life> running);

    /** Puts changed limits into effect on a running instance; keys as in {@link InstanceSetup#config}. */
    void applyLimits(Handle handle, SortedMap<String, String> config);

    /** Keys that this driver knows but that do nothing on this host, each with the reason; found out once. */
    default SortedMap<String, String> withoutEffect() {
        return new TreeMap<>();
    }

    /**
     * What its network lacks: of the families given, those of which a card has no address beyond link-local; cards that
     * have all are left out. A card that is down or not there has none. Asked repeatedly while waiting for ready.
     *
     * @param cards families of addresses ({@code inet}, {@code inet6}) that its cards get, by the card's hardware address in
     *     small letters
     */
    Map<String, Set<String>> lacks(Handle handle, Map<String, Set<String>> cards);

    /** Whether its init says that start-up is over; true for one that says nothing of it. Asked repeatedly as well. */
    boolean started(Handle handle);

    /** Starts a command inside. */
    Execution exec(Handle handle, ExecSetup setup);

    /**
     * Attaches to its console: a terminal that the guest has from its first moment, whether anybody looks or not. Closing
     * lets go of it. One at a time; with a second the output ends at once. It must be read, or the guest is held up.
     */
    Execution console(Handle handle, int columns, int rows);

    /** The newest of what was said on its console, at most 128 KiB, oldest first; of a stopped one too. */
    byte[] consoleLog(Handle handle);

    /** Forgets what was said on its console so far. */
    void clearConsoleLog(Handle handle);

    /**
     * Whose process that is: the {@link Handle#key} of the running instance, by what the kernel keeps and no guest can forge
     * (the control group); empty when it is no instance's, or there is no such process.
     *
     * @param pid in our own pid namespace; held by the caller, who must look afterwards whether it still is that process
     */
    Optional<String> ownerOf(long pid);

    /** Why the running state of no guest (memory, processes, connections) can be saved on this host; empty where it can. */
    default Optional<String> stateObstacle() {
        return Optional.of("the driver " + id() + " saves no running state");
    }

    /** Removes what the driver keeps for a stopped instance: configuration, logs, run-time directories. */
    void forget(Handle handle);

    /** The names of log files there are for it, for instance {@code lxc.log}. */
    java.util.List<String> logs(Handle handle);

    /**
     * The path of a log file, there already or to be written; one to be read was checked by the caller against {@link
     * #logs}. Refuses a name that is no plain file name.
     */
    java.nio.file.Path log(Handle handle, String name);
}
