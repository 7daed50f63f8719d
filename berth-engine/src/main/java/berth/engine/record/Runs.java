package berth.engine.record;

import berth.steps.Journal;
import berth.steps.Run;
import berth.steps.StepRunner;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Carries out runs, and goes on with those that a former daemon left open. */
public final class Runs {
    private static final System.Logger LOG = System.getLogger(Runs.class.getName());

    private final StepRunner runner;
    private final Journal journal;
    private final Codec codec;
    private final Map<String, RunKind<?>> kinds = new ConcurrentHashMap<>();

    /** Runs by that runner. */
    public Runs(StepRunner runner, Journal journal, Codec codec) {
        this.runner = runner;
        this.journal = journal;
        this.codec = codec;
    }

    /** Makes a kind known, so that runs of it can be resumed. Done once each, at assembly. */
    public <K extends RunKind<?>> K register(K kind) {
        if (kinds.put(kind.kind(), kind) != null) {
            throw new IllegalStateException("two kinds of run are called " + kind.kind());
        }
        return kind;
    }

    /**
     * Does all steps of the request, or none.
     *
     * @param subject what it is about, for people: {@code instance default/web1}
     */
    public <R> void run(RunKind<R> kind, String subject, R request) {
        var run = new Run(UUID.randomUUID(), kind.kind(), subject, codec.write(request));
        runner.run(run, kind.steps(request));
    }

    /** Finishes or undoes every run that was left open. One that cannot be is logged and stays for the next start. */
    public void resumeAll() {
        for (Journal.Open open : journal.open()) {
            Run run = open.run();
            try {
                resume(open, kinds.get(run.kind()));
                LOG.log(
                        System.Logger.Level.INFO,
                        "{0} of {1}, left open by the last daemon, is finished",
                        run.kind(),
                        run.subject());
            } catch (RuntimeException failure) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        run.kind() + " of " + run.subject() + ", left open by the last daemon, failed: "
                                + failure.getMessage());
            }
        }
    }

    private <R> void resume(Journal.Open open, @org.jspecify.annotations.Nullable RunKind<R> kind) {
        if (kind == null) {
            throw new IllegalStateException("no such kind of run: " + open.run().kind());
        }
        runner.resume(open, kind.steps(codec.read(open.run().request(), kind.request())));
    }
}
