package berth.rest;

import berth.engine.operation.Operation;
import berth.engine.operation.OperationState;
import berth.rest.http.Reply;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Operations in LXD's words. */
final class OperationTranslation {
    private OperationTranslation() {}

    /** The answer to a request that began work. */
    static Reply accepted(Operation operation) {
        return new Reply.Accepted(url(operation.state()), toWire(operation.state()));
    }

    /** The same, with more metadata that only whoever asked may see. */
    static Reply accepted(Operation operation, Map<String, ?> secrets) {
        OperationState state = operation.state();
        var metadata = new LinkedHashMap<String, Object>();
        if (state.metadata() != null) {
            metadata.putAll(state.metadata());
        }
        metadata.putAll(secrets);
        var wire = toWire(state);
        return new Reply.Accepted(
                url(state),
                new berth.wire.Operation(
                        wire.id(),
                        wire.kind(),
                        wire.description(),
                        wire.createdAt(),
                        wire.updatedAt(),
                        wire.status(),
                        wire.statusCode(),
                        wire.resources(),
                        metadata,
                        wire.mayCancel(),
                        wire.err(),
                        wire.location()));
    }

    static String url(OperationState state) {
        return "/1.0/operations/" + state.id();
    }

    static berth.wire.Operation toWire(OperationState state) {
        return new berth.wire.Operation(
                state.id().toString(),
                state.type().name().toLowerCase(Locale.ROOT),
                state.description(),
                state.createdAt(),
                state.updatedAt(),
                state.status().text(),
                state.status().code(),
                state.resources().isEmpty() ? null : state.resources(),
                state.metadata(),
                state.mayCancel(),
                state.err(),
                "none");
    }
}
