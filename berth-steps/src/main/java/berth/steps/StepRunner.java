package berth.steps;

import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Runs steps one after the other; takes back those begun, last first, when one fails.
 *
 * <p>On the disk before anything goes on: that the run began, that it came to a {@link Step#marked} step or one that cannot be
 * taken back (the first {@link Step#forward}), and that it is being taken back. Which of the other steps are done is only
 * noted: each may be run again, also when those after it were begun, and be taken back when it never began.
 */
public final class StepRunner {
    private static final System.Logger LOG = System.getLogger(StepRunner.class.getName());

    private final Journal journal;
    private final BooleanSupplier stopping;
    private final Faults faults;

    /**
     * A runner.
     *
     * @param stopping true once the daemon shuts down: a failure then leaves the run open for the next daemon
     */
    public StepRunner(Journal journal, BooleanSupplier stopping, Faults faults) {
        this.journal = journal;
        this.stopping = stopping;
        this.faults = faults;
    }

    /**
     * Does all steps, or none: throws once everything begun has been taken back.
     *
     * @throws StepFailed with the step's name, and what it threw as its cause
     */
    public void run(Run run, List<Step> steps) {
        journal.open(run);
        forward(run, steps, 0, -1);
    }

    /** Goes on with a run that a former daemon left open: forward, or further back when it was being undone. */
    public void resume(Journal.Open open, List<Step> steps) {
        if (open.undoing()) {
            unwind(open.run(), steps, open.begun() - 1, null);
        } else {
            int from = Math.max(0, open.begun() - 1);
            forward(open.run(), steps, from, lastThatMayHaveBegun(steps, from));
        }
    }

    /** The last step that the former daemon may have begun when the last it is known to have begun is that one. */
    private static int lastThatMayHaveBegun(List<Step> steps, int known) {
        int last = known;
        while (last + 1 < steps.size() && !steps.get(last + 1).marked()) {
            last++;
        }
        return last;
    }

    /** The first step after whose beginning there is no way back; the number of steps when there is none. */
    private static int pointOfNoReturn(List<Step> steps) {
        int at = 0;
        while (at < steps.size() && !(steps.get(at) instanceof PointOfNoReturn)) {
            at++;
        }
        return at;
    }

    private void forward(Run run, List<Step> steps, int from, int mayHaveBegun) {
        int noReturn = pointOfNoReturn(steps);
        int at = from;
        try {
            for (; at < steps.size(); at++) {
                Step step = steps.get(at);
                journal.starting(run.id(), at, step.name(), at == from || (at <= noReturn && step.marked()));
                faults.before(run, step.name());
                step.run();
                faults.after(run, step.name());
            }
            journal.close(run.id());
        } catch (RuntimeException failure) {
            var failed =
                    new StepFailed(steps.get(Math.min(at, steps.size() - 1)).name(), failure);
            if (stopping.getAsBoolean()) {
                throw failed; // the next daemon carries on
            }
            unwind(run, steps, Math.max(Math.min(at, steps.size() - 1), mayHaveBegun), failed);
            throw failed;
        }
    }

    private void unwind(Run run, List<Step> steps, int last, @org.jspecify.annotations.Nullable RuntimeException why) {
        int noReturn = pointOfNoReturn(steps);
        if (noReturn <= last) {
            // Part of it is gone already; the journal keeps the run open and the next start finishes it.
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: \"{1}\" cannot be taken back; it will be finished at the next start",
                    run.subject(),
                    steps.get(noReturn).name());
            return;
        }
        journal.undoing(run.id(), last + 1, why == null ? "" : String.valueOf(why.getMessage()));
        for (int at = last; at >= 0; at--) {
            try {
                steps.get(at).undo();
            } catch (RuntimeException stuck) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        run.subject() + ": undoing \"" + steps.get(at).name() + "\" failed: " + stuck.getMessage());
                if (why != null) {
                    why.addSuppressed(stuck);
                    throw why;
                }
                throw stuck;
            }
        }
        journal.close(run.id());
    }
}
