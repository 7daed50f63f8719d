package berth.cli;

import berth.client.Json;
import berth.client.Server;
import berth.client.WebSocket;
import java.io.IOException;

/** This terminal at a session that the daemon holds, until ctrl+a q or the session's end. */
final class Attachment {
    private final Call call;
    private final String id;
    private final boolean write;
    private volatile boolean detached;

    Attachment(Call call, String id, boolean write) {
        this.call = call;
        this.id = id;
        this.write = write;
    }

    /** The session's exit code when it ended, 0 when it was left. */
    int run() throws IOException {
        var terminal = call.terminal();
        var tty = new Tty(terminal);
        var size = terminal.ttyOut() ? tty.size() : new Tty.Size(0, 0);
        String path = Server.path("berth", "sessions", id, "attach") + "?mode=" + (write ? "write" : "view") + "&width="
                + size.columns() + "&height=" + size.rows();
        Json end = Json.nothing();
        try (var socket = call.server().websocket(path)) {
            if (terminal.ttyIn()) {
                tty.raw();
            }
            if (terminal.ttyOut()) {
                ExecSession.tellSize(socket, tty);
            }
            Thread.ofPlatform().daemon().name("input").start(() -> type(socket));
            for (var message = socket.read(); message != null; message = socket.read()) {
                if (message.binary()) {
                    terminal.out().write(message.data());
                    terminal.out().flush();
                } else {
                    Json said = Json.parse(message.data());
                    end = said.text("event").equals("ended") ? said : end;
                }
            }
        } catch (IOException cut) {
            if (!detached) {
                throw cut;
            }
        } finally {
            tty.restore();
        }
        return ended(end);
    }

    private int ended(Json end) throws IOException {
        if (!end.isNull()) {
            String ending = end.text("ending");
            int code = (int) end.number("return");
            if (code == 126 || code == 127 || code == 129 || code == 255) {
                call.warn("Error: " + ending);
            }
            return code;
        }
        if (detached) {
            call.warn("Detached. It goes on; come back with: berth attach " + id);
            return 0;
        }
        throw new IOException("the daemon hung up on session " + id + "; berth sessions tells how it is");
    }

    private void type(WebSocket socket) {
        var key = new DetachKey();
        var buffer = new byte[4096];
        var typed = call.terminal().in();
        try {
            for (int n = typed.read(buffer); n >= 0; n = typed.read(buffer)) {
                byte[] passed = key.passOn(buffer, n);
                if (passed.length > 0 && write) {
                    socket.send(passed, 0, passed.length);
                }
                if (key.typed()) {
                    detached = true;
                    socket.close();
                    return;
                }
            }
        } catch (IOException _) {
            // the session has ended
        }
    }

    /** Starts a command to be held, and gives its session's id. */
    static String begin(Call call, Json exec, boolean oneWriter) throws IOException {
        Json body = exec.with("instance", call.name(0)).with("one-writer", Json.of(oneWriter));
        return call.server().post("/1.0/berth/sessions", body).metadata().text("id");
    }
}
