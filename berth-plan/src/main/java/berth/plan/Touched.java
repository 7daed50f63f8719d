package berth.plan;

import berth.model.InstanceName;
import java.util.List;

/**
 * A guest that feels the edit of a profile or network that it uses (rule A42).
 *
 * @param ours whether the site declares it; if not, nothing is done to it beyond what the edit itself does
 */
public record Touched(InstanceName instance, boolean ours, List<KeyChange> keys) {
    public Touched {
        keys = List.copyOf(keys);
    }

    /** The strongest of its keys; a guest of somebody else is never restarted, the change waits for its next start. */
    public Verdict verdict() {
        Verdict strongest = keys.stream().map(KeyChange::verdict).reduce(Verdict.NONE, Verdict::and);
        return !ours && strongest.compareTo(Verdict.PENDING) > 0 ? Verdict.PENDING : strongest;
    }
}
