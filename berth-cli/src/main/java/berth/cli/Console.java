package berth.cli;

import berth.client.Headers;
import berth.client.Json;
import berth.client.Reply;
import berth.client.Server;
import berth.client.WebSocket;
import java.io.IOException;

/** {@code berth console}: a guest's console in this terminal, or what was said on it. */
final class Console implements Command {
    @Override
    public int run(Call call) throws IOException {
        String path = Server.path("instances", call.name(0), "console");
        if (call.has("show-log")) {
            return show(call, path);
        }
        var terminal = call.terminal();
        var tty = new Tty(terminal);
        var size = terminal.ttyOut() ? tty.size() : new Tty.Size(80, 25);
        Reply reply = call.server()
                .post(
                        path,
                        Json.object()
                                .with("width", Json.of(size.columns()))
                                .with("height", Json.of(size.rows()))
                                .with("type", "console"));
        call.say("To detach from the console, press: <ctrl>+a q");
        if (terminal.ttyIn()) {
            tty.raw();
        }
        try {
            return attached(call, reply, tty);
        } finally {
            tty.restore();
        }
    }

    private static int show(Call call, String path) throws IOException {
        try (var log = call.server().raw("GET", path, new Headers(), null)) {
            if (log.status() >= 400) {
                throw Server.errorOf(log.status(), log.bytes());
            }
            log.body().transferTo(call.terminal().out());
            call.terminal().out().flush();
            return 0;
        }
    }

    private static int attached(Call call, Reply reply, Tty tty) throws IOException {
        try (var control = ExecSession.socket(call, reply, "control");
                var bytes = ExecSession.socket(call, reply, "0")) {
            ExecSession.keepOpen(control);
            if (call.terminal().ttyOut()) {
                ExecSession.tellSize(control, tty);
            }
            Thread shown = ExecSession.copyOut(bytes, call.terminal().out());
            Thread typing = Thread.ofPlatform().daemon().name("input").start(() -> type(call, control, bytes));
            shown.join();
            typing.interrupt();
            call.terminal().out().flush();
            return 0;
        } catch (InterruptedException _) {
            throw new IOException("interrupted");
        }
    }

    private static void type(Call call, WebSocket control, WebSocket bytes) {
        var key = new DetachKey();
        var buffer = new byte[4096];
        var typed = call.terminal().in();
        try {
            for (int n = typed.read(buffer); n >= 0 && !key.typed(); n = key.typed() ? -1 : typed.read(buffer)) {
                byte[] passed = key.passOn(buffer, n);
                if (passed.length > 0) {
                    bytes.send(passed, 0, passed.length);
                }
            }
            control.close(); // whoever types no more looks no more
        } catch (IOException _) {
            // the console has ended
        }
    }
}
