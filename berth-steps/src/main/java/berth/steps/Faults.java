package berth.steps;

/**
 * Where a test may break a run: asked before and after each step's work. The daemon's own {@link #NONE} does nothing;
 * the crash tests hand in one that halts, fails or waits (design/reliability R1, R2).
 */
public interface Faults {
    /** No faults. */
    Faults NONE = new Faults() {
        @Override
        public void before(Run run, String step) {}

        @Override
        public void after(Run run, String step) {}
    };

    /** Called when the step has been written down and before its work. */
    void before(Run run, String step);

    /** Called when the work of the step is done. */
    void after(Run run, String step);
}
