package berth.steps;

import java.util.List;
import java.util.UUID;

/**
 * Where runs are written down: a daemon that is killed loses nothing of it. A power cut loses nothing of what was written
 * durably, nor of what came before that; of steps that were only noted since it may forget the last ones, so that the next
 * daemon begins again further back.
 */
public interface Journal {
    /** A run is about to begin its first step. */
    void open(Run run);

    /**
     * The run's step of this index (from 0) is about to begin; all before it are done.
     *
     * @param durably whether this returns only once a power cut could not lose it
     */
    void starting(UUID run, int index, String step, boolean durably);

    /**
     * The run failed and its steps are being taken back, the last begun first. Durable.
     *
     * @param begun how many of its steps had begun, or may have
     */
    void undoing(UUID run, int begun, String why);

    /** The run is done or wholly undone: nothing is left to do for it. Durable. */
    void close(UUID run);

    /** Runs that a former daemon left open, oldest first. */
    List<Open> open();

    /**
     * A run that was left open.
     *
     * @param begun how many of its steps had begun (the last one may be half done); after a power cut, at least so many
     * @param undoing whether it was being taken back
     */
    record Open(Run run, int begun, boolean undoing) {}
}
