package berth.engine.storage;

import berth.engine.record.RunKind;
import berth.steps.Step;
import java.util.List;
import java.util.function.Function;

/** A kind of run on volumes: its name, its request, and how steps follow from that. */
record VolumeRun<R>(String kind, Class<R> request, Function<R, List<Step>> making) implements RunKind<R> {
    @Override
    public List<Step> steps(R given) {
        return making.apply(given);
    }
}
