package berth.engine.record;

import berth.steps.Step;
import java.util.List;

/**
 * A kind of run: how its steps follow from its recorded request. The same request always gives the same steps, so that
 * the next daemon can rebuild them.
 *
 * @param <R> the request: a record with all choices made, which the codec can write and read
 */
public interface RunKind<R> {
    /** Its name in the journal, for instance {@code create instance}; crash tests address it by this. */
    String kind();

    /** The type of its requests. */
    Class<R> request();

    /** The steps for a request. Makes no choices and touches nothing. */
    List<Step> steps(R request);
}
