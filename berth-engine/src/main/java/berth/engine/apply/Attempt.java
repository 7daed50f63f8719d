package berth.engine.apply;

import berth.engine.operation.Operation;
import berth.model.InstanceName;
import berth.model.Refused;
import berth.plan.Change;
import berth.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One plan being carried out: what was done so far, told by its operation as it goes. */
final class Attempt {
    private static final System.Logger LOG = System.getLogger(Attempt.class.getName());

    private final CarryOut carryOut;
    private final Operation operation;
    private final Plan plan;
    private final List<Generation.Done> done = new ArrayList<>();
    private final Map<InstanceName, Long> started = new LinkedHashMap<>();

    Attempt(CarryOut carryOut, Operation operation, Plan plan) {
        this.carryOut = carryOut;
        this.operation = operation;
        this.plan = plan;
    }

    /** Does all changes, up to the first that fails: what converged stays, and the next plan is shorter. */
    void changes() {
        for (Change change : plan.changes()) {
            long begun = System.nanoTime();
            String result =
                    result(() -> carryOut.out(change, line -> operation.tell("progress", change.target() + ": " + line))
                            .ifPresent(it -> started.put(it, System.nanoTime())));
            tell(change.target().toString(), change.action().name().toLowerCase(Locale.ROOT), begun, result);
            if (!result.equals("ok")) {
                return;
            }
        }
    }

    /** Waits until every guest that was started is ready: only then has it come true. */
    void readiness() {
        started.forEach(
                (guest, since) -> tell("instance:" + guest, "ready", since, result(() -> carryOut.awaitReady(guest))));
    }

    private String result(Runnable work) {
        try {
            work.run();
            return "ok";
        } catch (RuntimeException failure) {
            String why = failure instanceof Refused refused
                    ? refused.problem().text()
                    : String.valueOf(failure.getMessage());
            LOG.log(System.Logger.Level.WARNING, "apply of {0}: {1}", plan.site(), why);
            return why;
        }
    }

    private void tell(String object, String action, long since, String result) {
        double seconds = Math.round((System.nanoTime() - since) / 1e8) / 10.0;
        done.add(new Generation.Done(object, action, seconds, result));
        operation.tell("steps", done());
    }

    List<Generation.Done> done() {
        return List.copyOf(done);
    }

    /** What went wrong last, if anything did. */
    Optional<Generation.Done> failed() {
        return done.stream().filter(it -> !it.went()).findFirst();
    }
}
