package berth.plan;

import berth.model.InstanceName;
import berth.model.wanted.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What an apply would do.
 *
 * @param generation the number that applying makes
 * @param against revision of the world that it was made against
 * @param changes in the order they are to be carried out
 * @param pending what was accepted before and waits for a guest's next start
 * @param drifted what was changed behind the file's back and is left so
 * @param states what applies kept of guests that this plan could put back, when it goes back to a generation
 * @param findings errors and warnings of the checks against the host
 */
public record Plan(
        String site,
        long generation,
        long against,
        List<Change> changes,
        List<Waiting> pending,
        List<Drifted> drifted,
        List<State> states,
        List<Finding> findings) {
    public Plan {
        changes = List.copyOf(changes);
        pending = List.copyOf(pending);
        drifted = List.copyOf(drifted);
        states = List.copyOf(states);
        findings = List.copyOf(findings);
    }

    /** A key of a guest that is not effective yet, and why. */
    public record Waiting(String instance, String key, String why) {}

    /**
     * Data of a guest as an apply found it before it changed the guest.
     *
     * @param used whether the plan puts it back
     */
    public record State(InstanceName instance, String snapshot, boolean used) {}

    /**
     * What names just this plan: the generation that it makes and a digest of what it does. Another plan of the same name does
     * the same.
     */
    public String id() {
        return PlanId.of(this);
    }

    /**
     * Only what puts right what somebody changed: without any object of which more is to change than that.
     *
     * @param whole whether all of it was there once, so that what is not there was taken away by somebody
     */
    public Plan onlyDrift(boolean whole) {
        var kept = new ArrayList<Change>();
        for (Change change : changes) {
            boolean shared =
                    kept.stream().anyMatch(it -> it instanceof Change.OfProfile || it instanceof Change.OfNetwork);
            boolean onlyDrift = (whole || change.action() == Action.UPDATE)
                    && change.keys().stream()
                            .map(KeyChange::cause)
                            .allMatch(cause -> cause == Cause.DRIFT || cause != Cause.FILE && shared);
            if (onlyDrift) {
                kept.add(change);
            }
        }
        return new Plan(site, generation, against, kept, pending, drifted, states, findings);
    }

    /** Only what happens to those guests. */
    public Plan only(Set<InstanceName> guests) {
        var kept = changes.stream()
                .filter(it -> it instanceof Change.OfInstance guest
                        && guests.contains(guest.draft().name()))
                .toList();
        return new Plan(site, generation, against, kept, pending, drifted, states, findings);
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /** Whether the checks found an error: nothing may be applied. */
    public boolean hasErrors() {
        return findings.stream().anyMatch(Finding::error);
    }

    /** Whether a rule refuses a change: nothing may be applied. */
    public boolean isRefused() {
        return changes.stream().anyMatch(change -> change.verdict() == Verdict.REFUSE);
    }

    /** 0 nothing to do, 1 a check failed, 2 changes, 3 refused. */
    public int exitCode() {
        if (hasErrors()) {
            return 1;
        }
        return isRefused() ? 3 : isEmpty() ? 0 : 2;
    }
}
