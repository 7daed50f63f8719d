package berth.steps;

import java.util.List;
import java.util.UUID;

/** Where runs are written down, durably: a call returns only once a power cut could not lose it. */
public interface Journal {
    /** A run is about to begin its first step. */
    void open(Run run);

    /** The run's step of this index (from 0) is about to begin; all before it are done. */
    void starting(UUID run, int index, String step);

    /** The run failed and its steps are being taken back, the last begun first. */
    void undoing(UUID run, String why);

    /** The run is done or wholly undone: nothing is left to do for it. */
    void close(UUID run);

    /** Runs that a former daemon left open, oldest first. */
    List<Open> open();

    /**
     * A run that was left open.
     *
     * @param begun how many of its steps had begun (the last one may be half done)
     * @param undoing whether it was being taken back
     */
    record Open(Run run, int begun, boolean undoing) {}
}
