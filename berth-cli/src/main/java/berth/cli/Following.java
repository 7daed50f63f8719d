package berth.cli;

import berth.client.Json;
import berth.client.Reply;
import berth.client.ServerError;
import berth.client.WebSocket;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows an operation from before it begins: its progress is shown as it comes, and Ctrl-C asks the server to cancel it.
 * What decides is the operation itself; events are only for the eye.
 */
final class Following {
    private static final Map<String, String> LABELS = Map.of(
            "download_progress", "Retrieving image",
            "create_instance_from_image_unpack_progress", "Unpacking image",
            "build_image_progress", "Building image",
            "create_image_from_container_pack_progress", "Packing image",
            "create_backup_progress", "Packing backup");

    private final Call call;
    private final Watcher watcher;
    private volatile boolean interrupted;

    /** Is told of an operation whenever it changes. */
    interface Watcher {
        void seen(Json operation);
    }

    /** The request that begins the operation. */
    interface Request {
        Reply send() throws IOException;
    }

    private Following(Call call, Watcher watcher) {
        this.call = call;
        this.watcher = watcher;
    }

    /** Sends a request and waits for its operation, with progress on one line. */
    static Json run(Call call, String what, Request request) throws IOException {
        var line = new Progress(call, what);
        try {
            return new Following(call, operation -> line.show(progress(operation))).follow(request);
        } finally {
            line.clear();
        }
    }

    /** Sends a request and waits for its operation. The watcher sees the last state too, even of a failed one. */
    static Json watch(Call call, Watcher watcher, Request request) throws IOException {
        return new Following(call, watcher).follow(request);
    }

    private Json follow(Request request) throws IOException {
        var events = events();
        try {
            Reply reply = request.send();
            if (!reply.pending()) {
                return reply.metadata();
            }
            String id = reply.metadata().text("id");
            var reader = new Thread(() -> read(events, id), "events");
            reader.setDaemon(true);
            reader.start();
            onInterrupt(reply);
            Json ended = call.server().ended(reply.operation());
            hangUp(events);
            reader.join();
            watcher.seen(ended);
            if (ended.number("status_code") != 200) {
                String err = ended.text("err");
                throw new ServerError(400, err.isEmpty() ? "the operation ended as " + ended.text("status") : err);
            }
            return ended;
        } catch (InterruptedException _) {
            throw new IOException("interrupted");
        } finally {
            hangUp(events);
        }
    }

    private static void hangUp(@Nullable WebSocket events) throws IOException {
        if (events != null) {
            events.close();
        }
    }

    private @Nullable WebSocket events() {
        if (call.has("quiet")) {
            return null;
        }
        try {
            return call.server().events("operation");
        } catch (IOException _) {
            return null; // the request itself will tell what is wrong, if anything is
        }
    }

    private void read(@Nullable WebSocket events, String id) {
        try {
            while (events != null) {
                var message = events.read();
                if (message == null) {
                    return;
                }
                Json operation = Json.parse(message.data()).at("metadata");
                if (operation.text("id").equals(id) && operation.number("status_code") < 200) {
                    watcher.seen(operation);
                }
            }
        } catch (IOException _) {
            // closed because the operation ended
        }
    }

    private void onInterrupt(Reply reply) {
        var _ = Signals.handle("INT", () -> {
            if (interrupted) {
                Runtime.getRuntime().halt(130);
            }
            interrupted = true;
            try {
                call.server().delete(reply.operation());
                call.warn("\nCancelling; Ctrl-C again to leave it to itself");
            } catch (IOException refused) {
                call.warn("\nThe operation goes on in the daemon (" + refused.getMessage()
                        + "); Ctrl-C again to leave it to itself");
            }
        });
    }

    /** What an operation says about how far it is; empty if nothing. */
    static String progress(Json operation) {
        for (var field : operation.at("metadata").fields().entrySet()) {
            String key = field.getKey();
            if (key.endsWith("_progress") && !field.getValue().text().isEmpty()) {
                String label = LABELS.get(key);
                return (label == null ? "" : label + ": ") + field.getValue().text();
            }
        }
        return "";
    }
}
