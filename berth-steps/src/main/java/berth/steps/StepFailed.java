package berth.steps;

/** A step of a run failed; the run has been taken back, or is left for the next daemon. */
public final class StepFailed extends RuntimeException {
    private final String step;
    private final RuntimeException failure;

    /** The step of that name threw that. */
    public StepFailed(String step, RuntimeException failure) {
        super(failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage(), failure);
        this.step = step;
        this.failure = failure;
    }

    /** Which step. */
    public String step() {
        return step;
    }

    /** What it threw. */
    public RuntimeException failure() {
        return failure;
    }
}
