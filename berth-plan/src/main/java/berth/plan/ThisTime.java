package berth.plan;

import berth.model.InstanceName;
import berth.model.wanted.Strategy;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for this once, whatever the files say.
 *
 * @param strategy how far guests may be changed while they run; null as the files say
 * @param states what there is of earlier data of guests, and whether it is to be put back
 * @param anew guests that begin anew
 * @param now where the clock on the wall stands, by which changes that disturb a guest wait for its {@code update.window};
 *     null to wait for nothing
 */
public record ThisTime(
        @Nullable Strategy strategy,
        List<Plan.State> states,
        Set<InstanceName> anew,
        @Nullable LocalDateTime now) {
    /** Nothing but what the files say, at any time. */
    public static final ThisTime NOTHING = new ThisTime(null, List.of(), Set.of(), null);

    public ThisTime {
        states = List.copyOf(states);
        anew = Set.copyOf(anew);
    }
}
