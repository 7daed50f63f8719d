package berth.engine.record;

import berth.model.Problem;
import berth.model.Refused;
import berth.steps.Journal;
import berth.steps.Run;
import berth.steps.StepFailed;
import berth.steps.StepRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Carries out runs, and goes on with those that a former daemon left open. */
public final class Runs {
    private static final System.Logger LOG = System.getLogger(Runs.class.getName());

    private final StepRunner runner;
    private final Journal journal;
    private final Codec codec;
    private final Map<String, RunKind<?>> kinds = new ConcurrentHashMap<>();
    private final Set<UUID> underWay = ConcurrentHashMap.newKeySet();

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

    /** The names of all kinds of runs that there can be. */
    public SortedSet<String> kinds() {
        return new TreeSet<>(kinds.keySet());
    }

    /**
     * Does all steps of the request, or none.
     *
     * @param subject what it is about, for people: {@code instance default/web1}
     */
    public <R> void run(RunKind<R> kind, String subject, R request) {
        if (!kind.equals(kinds.get(kind.kind()))) {
            throw new IllegalStateException(
                    "the kind of run " + kind.kind() + " is not registered: it could not be resumed");
        }
        var run = new Run(UUID.randomUUID(), kind.kind(), subject, codec.write(request));
        underWay.add(run.id());
        try {
            runner.run(run, kind.steps(request));
        } catch (StepFailed failed) {
            throw told(kind.kind(), failed);
        } finally {
            underWay.remove(run.id());
        }
    }

    /**
     * Finishes or undoes what was left open about a subject: a run that could only go forward and failed on the way, or
     * could not be taken back. To be called in the subject's turn, before anything new is begun with it; refuses with what
     * makes it fail again.
     */
    public void finishOpen(String subject) {
        for (Journal.Open open : journal.open()) {
            Run run = open.run();
            if (run.subject().equals(subject) && !underWay.contains(run.id())) {
                try {
                    resume(open, kinds.get(run.kind()));
                } catch (Refused refused) {
                    throw refused;
                } catch (RuntimeException stuck) {
                    throw new Refused(
                            new Problem.Failed(run.kind() + " of " + subject
                                    + " failed before and still cannot be taken back: " + stuck.getMessage()),
                            stuck);
                }
            }
        }
    }

    /** A run that could neither be finished nor undone. */
    public record LeftOpen(Run run, String why) {}

    /** Whether the run of that id is still to be finished. */
    public boolean isOpen(String id) {
        return journal.open().stream().anyMatch(it -> it.run().id().toString().equals(id));
    }

    /**
     * Finishes or undoes every run that was left open. One that cannot be is logged and stays for the next start; those
     * are returned.
     */
    public List<LeftOpen> resumeAll() {
        var left = new ArrayList<LeftOpen>();
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
                boolean stays = isOpen(run.id().toString()); // else it was undone
                if (stays) {
                    left.add(new LeftOpen(run, failure.getMessage() + ""));
                }
                LOG.log(
                        stays ? System.Logger.Level.ERROR : System.Logger.Level.WARNING,
                        run.kind() + " of " + run.subject() + ", left open by the last daemon, "
                                + (stays ? "failed and stays for the next start: " : "was taken back: ")
                                + failure.getMessage());
            }
        }
        return left;
    }

    /** What was meant for the caller reaches it unchanged; anything else says what was tried, and at which step. */
    private static RuntimeException told(String kind, StepFailed failed) {
        if (failed.failure() instanceof Refused refused) {
            for (Throwable suppressed : failed.getSuppressed()) {
                refused.addSuppressed(suppressed);
            }
            return refused;
        }
        return new Refused(
                new Problem.Failed(kind + " failed at \"" + failed.step() + "\": " + failed.getMessage()), failed);
    }

    private <R> void resume(Journal.Open open, @org.jspecify.annotations.Nullable RunKind<R> kind) {
        if (kind == null) {
            throw new IllegalStateException("no such kind of run: " + open.run().kind());
        }
        UUID id = open.run().id();
        if (!underWay.add(id)) {
            return;
        }
        try {
            // Whoever carried it out may have ended between our look and now.
            if (journal.open().stream().anyMatch(it -> it.run().id().equals(id))) {
                runner.resume(open, kind.steps(codec.read(open.run().request(), kind.request())));
            }
        } catch (StepFailed failed) {
            throw told(kind.kind(), failed);
        } finally {
            underWay.remove(id);
        }
    }
}
