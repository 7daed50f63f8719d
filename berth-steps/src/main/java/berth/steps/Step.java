package berth.steps;

/**
 * One undoable piece of work. Both verbs may be called again after having been interrupted anywhere: {@link #run} on
 * something done is a no-op, {@link #undo} of something never begun is too, also when steps after it had begun. Undo
 * removes only what carries our id.
 *
 * <p>Ids, addresses and names are chosen before the first step, so that a second run makes no second choice.
 */
public interface Step {
    /** What it does, without names of objects: {@code "create the root volume"}. Crash tests address it by this. */
    String name();

    /** Does it; blocks until it is so. */
    void run();

    /** Takes it back; blocks until nothing of it is left. */
    void undo();

    /**
     * Whether a power cut may not forget that it began: the undo would do harm had it never begun, or a step before it would
     * when run again after it. Of other steps a power cut may forget the last ones.
     */
    default boolean marked() {
        return false;
    }

    /** A step made of two pieces of code. */
    static Step of(String name, Runnable run, Runnable undo) {
        return new TwoWays(name, run, undo, false);
    }

    /** As {@link #of}, with a beginning that a power cut does not forget. */
    static Step marked(String name, Runnable run, Runnable undo) {
        return new TwoWays(name, run, undo, true);
    }

    /** A step that cannot be taken back, such as deleting a volume: a run that has begun it only goes forward. */
    static Step forward(String name, Runnable run) {
        return new PointOfNoReturn(name, run);
    }
}
