package berth.cli;

import berth.client.Json;
import berth.client.Reply;
import berth.client.ServerError;
import berth.client.WebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;

/** The streams of one running command, and its end. */
final class ExecSession {
    private static final String[][] FORWARDED = {
        {"INT", "2"}, {"QUIT", "3"}, {"HUP", "1"}, {"TERM", "15"}, {"USR2", "12"}, {"CONT", "18"}
    };

    private final Call call;
    private final Reply reply;
    private final boolean interactive;
    private final Tty tty;
    private final WebSocket control;

    ExecSession(Call call, Reply reply, boolean interactive, Tty tty) throws IOException {
        this.call = call;
        this.reply = reply;
        this.interactive = interactive;
        this.tty = tty;
        this.control = socket("control");
    }

    private WebSocket socket(String fd) throws IOException {
        return socket(call, reply, fd);
    }

    /** The websocket of one of an operation's streams. */
    static WebSocket socket(Call call, Reply reply, String fd) throws IOException {
        String secret = reply.metadata().at("metadata").at("fds").text(fd);
        if (secret.isEmpty()) {
            throw new IOException("the server opened no stream " + fd + " for the command");
        }
        String operation = reply.operation();
        int query = operation.indexOf('?');
        return call.server()
                .websocket((query < 0 ? operation : operation.substring(0, query)) + "/websocket?secret=" + secret);
    }

    /** Passes everything through until the command ends. Returns its exit code. */
    int run() throws IOException {
        var terminal = call.terminal();
        var outputs = new ArrayList<Thread>();
        var input = socket("0");
        if (interactive) {
            outputs.add(copyOut(input, terminal.out()));
        } else {
            outputs.add(copyOut(socket("1"), terminal.out()));
            outputs.add(copyOut(socket("2"), terminal.err()));
        }
        signals();
        keepOpen(control);
        if (call.has("disable-stdin") && !interactive) {
            input.send("");
        } else if (!call.has("disable-stdin")) {
            copyIn(terminal.in(), input);
        }
        try {
            for (var output : outputs) {
                output.join();
            }
        } catch (InterruptedException _) {
            throw new IOException("interrupted");
        }
        input.close(); // the server takes an interactive command as ended only now
        terminal.out().flush();
        return exitCode();
    }

    private int exitCode() throws IOException {
        Json ended = call.server().ended(reply.operation());
        Json code = ended.at("metadata").at("return");
        if (ended.number("status_code") != 200) {
            String err = ended.text("err");
            int returned = code.isNull() ? 1 : (int) code.number();
            tty.restore();
            if (returned == 126 || returned == 127) {
                call.warn("Error: " + err);
                return returned;
            }
            throw new ServerError(400, err.isEmpty() ? "the command ended as " + ended.text("status") : err);
        }
        return (int) code.number() & 0xff;
    }

    /** Shows what comes, until its end. */
    static Thread copyOut(WebSocket from, OutputStream to) {
        var thread = new Thread(
                () -> {
                    try {
                        for (var message = from.read(); message != null; message = from.read()) {
                            if (!message.binary() && message.data().length == 0) {
                                return; // the end of the stream
                            }
                            to.write(message.data());
                            to.flush();
                        }
                    } catch (IOException _) {
                        // cut: the operation tells how the command ended
                    }
                },
                "output");
        thread.start();
        return thread;
    }

    private static void copyIn(InputStream from, WebSocket to) {
        var thread = new Thread(
                () -> {
                    var buffer = new byte[64 * 1024];
                    try {
                        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                            to.send(buffer, 0, n);
                        }
                        to.send("");
                    } catch (IOException _) {
                        // the command no longer reads
                    }
                },
                "input");
        thread.setDaemon(true);
        thread.start();
    }

    /** Answers the pings of a socket on which nothing is said. */
    static void keepOpen(WebSocket control) {
        var thread = new Thread(
                () -> {
                    try {
                        while (control.read() != null) {
                            // nothing is said here, but pings want an answer
                        }
                    } catch (IOException _) {
                        // ended
                    }
                },
                "control");
        thread.setDaemon(true);
        thread.start();
    }

    private void signals() {
        for (String[] signal : FORWARDED) {
            int number = Integer.parseInt(signal[1]);
            var _ = Signals.handle(
                    signal[0],
                    () -> tell(Json.object().with("command", "signal").with("signal", Json.of(number))));
        }
        if (interactive && call.terminal().ttyOut()) {
            tellSize(control, tty);
        }
    }

    /** Tells the other side whenever the window has another size. */
    static void tellSize(WebSocket control, Tty tty) {
        var _ = Signals.handle("WINCH", () -> {
            var size = tty.size();
            send(
                    control,
                    Json.object()
                            .with("command", "window-resize")
                            .with(
                                    "args",
                                    Json.object()
                                            .with("width", Integer.toString(size.columns()))
                                            .with("height", Integer.toString(size.rows()))));
        });
    }

    private void tell(Json message) {
        send(control, message);
    }

    private static void send(WebSocket to, Json message) {
        try {
            to.send(message.line());
        } catch (IOException _) {
            // it has ended
        }
    }
}
