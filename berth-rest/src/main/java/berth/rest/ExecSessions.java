package berth.rest;

import berth.engine.operation.Operation;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Reply;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Sessions whose websockets may still connect, by operation. A secret opens one socket of one operation, once. */
final class ExecSessions {
    private final Map<UUID, SecretSockets> open = new ConcurrentHashMap<>();

    /** Lets the operation's websockets connect. Their secrets are in this one answer only: in no event and no list. */
    Reply accepted(Operation operation, SecretSockets session) {
        open.put(operation.id(), session);
        session.whenOver(() -> open.remove(operation.id()));
        return OperationTranslation.accepted(operation, Map.of("fds", session.secrets()));
    }

    /** {@code GET /1.0/operations/{id}/websocket?secret=}. */
    Reply connect(Operation operation, Exchange exchange) {
        String secret = exchange.query("secret").orElse("");
        if (secret.isEmpty()) {
            throw new HttpRefused(403, "missing secret");
        }
        SecretSockets session = open.get(operation.id());
        if (session == null) {
            throw new HttpRefused(403, "permission denied");
        }
        if (!exchange.wantsWebsocket()) {
            throw new HttpRefused(400, "This is a websocket: an upgrade is needed");
        }
        return session.connect(secret);
    }
}
