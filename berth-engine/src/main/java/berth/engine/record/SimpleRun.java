package berth.engine.record;

import berth.steps.Step;
import java.util.List;
import java.util.function.Function;

/** A kind of run that is no class of its own: its name, its request, and how steps follow from that. */
public record SimpleRun<R>(String kind, Class<R> request, Function<R, List<Step>> making) implements RunKind<R> {
    @Override
    public List<Step> steps(R given) {
        return making.apply(given);
    }
}
