package berth.rest;

import berth.engine.operation.Operation;
import berth.model.Refused;
import berth.rest.http.HttpRefused;
import berth.rest.http.Json;
import berth.rest.http.Socket;
import berth.spi.Execution;
import berth.wire.InstanceExecControl;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A command whose streams are websockets, by LXD's protocol: binary frames carry bytes, an empty text frame is the end of
 * a stream in either direction, and a socket called {@code control} takes signals and the size of the terminal.
 *
 * <p>Every write to a client blocks until it has gone out, so a slow reader slows down the command and nothing piles up.
 */
final class ExecSession {
    private static final System.Logger LOG = System.getLogger(ExecSession.class.getName());
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration FAREWELL_LIMIT = Duration.ofSeconds(5);
    private static final int SIGKILL = 9;
    private static final String CONTROL = "control";

    private final SecretSockets sockets;
    private final boolean interactive;
    private final Supplier<Execution> starter;
    private volatile boolean ended;

    /** A session; the command is started once its sockets are connected. */
    ExecSession(boolean interactive, Supplier<Execution> starter) {
        this.interactive = interactive;
        this.starter = starter;
        this.sockets = new SecretSockets(interactive ? List.of("0", CONTROL) : List.of("0", "1", "2", CONTROL));
    }

    /** What its clients connect to. */
    SecretSockets sockets() {
        return sockets;
    }

    /** Runs the command from the connecting of its sockets to the end of its streams. The work of the operation. */
    void run(Operation operation) throws InterruptedException {
        try {
            awaitSockets();
            try (Execution execution = starter.get()) {
                serve(execution, operation);
            }
        } finally {
            sockets.end();
        }
    }

    private void awaitSockets() throws InterruptedException {
        // Old clients never connect control to a command without a terminal.
        sockets.await(interactive ? List.of("0", CONTROL) : List.of("0", "1", "2"), CONNECT_LIMIT);
    }

    private void serve(Execution execution, Operation operation) throws InterruptedException {
        background("control", () -> control(execution));
        var input = background("stdin", () -> feed(execution));
        var pumps = interactive
                ? List.of(platform("terminal", () -> pump(execution.output(), "0")))
                : List.of(
                        platform("stdout", () -> pump(execution.output(), "1")),
                        platform("stderr", () -> pump(execution.errors(), "2")));
        if (!interactive) {
            background("watch", () -> watch(execution, "1"));
            background("watch", () -> watch(execution, "2"));
        }
        int code = execution.await();
        for (Thread pump : pumps) {
            pump.join(); // the session goes on while anybody holds the command's streams
        }
        ended = true;
        farewell(input);
        tell(operation, execution.outcome(), code);
    }

    /** The control socket is closed first, then the client hears the end of each stream. */
    private void farewell(Thread input) throws InterruptedException {
        Socket control = connected(CONTROL);
        if (control != null) {
            control.close(1000, "");
        }
        for (String fd : interactive ? List.of("0") : List.of("1", "2")) {
            Socket socket = connected(fd);
            try {
                if (socket != null) {
                    socket.text("");
                }
            } catch (IOException gone) {
                LOG.log(System.Logger.Level.DEBUG, "the client of an exec left before its end", gone);
            }
        }
        if (interactive) {
            input.join(FAREWELL_LIMIT); // the client ends fd 0 in its turn
        }
    }

    static void tell(Operation operation, Execution.Outcome outcome, int code) {
        switch (outcome) {
            case RAN -> operation.tell("return", code);
            case COMMAND_NOT_FOUND -> {
                operation.tell("return", 127);
                throw Refused.failed("Command not found");
            }
            case NOT_EXECUTABLE -> {
                operation.tell("return", 126);
                throw Refused.failed("Command not executable");
            }
            case FAILED -> {
                operation.tell("return", -1);
                throw Refused.failed("Failed to retrieve PID of executing child process");
            }
        }
    }

    /** What the command says, to the client, byte for byte. */
    private void pump(InputStream from, String fd) {
        Socket socket = connected(fd);
        byte[] buffer = new byte[64 << 10];
        boolean listening = socket != null;
        try (from) {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                if (listening && socket != null) {
                    listening = sent(socket, buffer, read); // a client that left: the command may still finish
                }
            }
        } catch (IOException ended) {
            LOG.log(System.Logger.Level.DEBUG, "the stream of a command ended", ended);
        }
    }

    private static boolean sent(Socket socket, byte[] buffer, int length) {
        try {
            socket.binary(buffer, 0, length);
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    /** What the client says, to the command, until it ends its stream. */
    private void feed(Execution execution) throws InterruptedException {
        Socket socket = connected("0");
        if (socket == null) {
            return;
        }
        try (OutputStream into = execution.input()) {
            while (true) {
                switch (socket.receive()) {
                    case null -> {
                        return;
                    }
                    case Socket.Message.Text text
                    when text.text().isEmpty() -> {
                        return;
                    }
                    case Socket.Message.Text text -> write(into, text.text().getBytes(StandardCharsets.UTF_8));
                    case Socket.Message.Binary binary ->
                        write(into, binary.bytes().array());
                }
            }
        } catch (IOException noLongerRead) {
            drain(socket);
        }
    }

    private static void write(OutputStream into, byte[] bytes) throws IOException {
        into.write(bytes);
        into.flush();
    }

    /** The rest of a stream that nobody wants, so that the client is not held up. */
    private static void drain(Socket socket) throws InterruptedException {
        while (true) {
            switch (socket.receive()) {
                case null -> {
                    return;
                }
                case Socket.Message.Text text
                when text.text().isEmpty() -> {
                    return;
                }
                case Socket.Message.Text _, Socket.Message.Binary _ -> {}
            }
        }
    }

    /** Without a control socket, a client that closes an output has gone: the command is killed. */
    private void watch(Execution execution, String fd) throws InterruptedException {
        Socket socket = connected(fd);
        while (socket != null && socket.receive() != null) {
            // nothing is to be said here
        }
        if (!ended && connected(CONTROL) == null) {
            execution.signal(SIGKILL);
        }
    }

    private void control(Execution execution) throws InterruptedException {
        Socket socket = sockets.await(CONTROL);
        var message = new StringBuilder();
        while (true) {
            switch (socket.receive()) {
                case null -> {
                    if (!ended) {
                        execution.signal(SIGKILL); // the client is gone
                    }
                    return;
                }
                case Socket.Message.Text text -> obey(execution, text.text());
                case Socket.Message.Binary binary -> {
                    message.append(StandardCharsets.UTF_8.decode(binary.bytes()));
                    if (message.length() > 64 << 10) {
                        socket.close(1009, "control message is too long");
                    } else if (binary.last()) {
                        obey(execution, message.toString());
                        message.setLength(0);
                    }
                }
            }
        }
    }

    private void obey(Execution execution, String text) {
        try {
            var order = Json.read(text, InstanceExecControl.class);
            switch (Given.text(order.command())) {
                case "window-resize" -> {
                    var args = Given.keys(order.args());
                    int width = number(args.getOrDefault("width", ""));
                    int height = number(args.getOrDefault("height", ""));
                    if (interactive && width > 0 && height > 0) {
                        execution.resize(width, height);
                    }
                }
                case "signal" -> {
                    if (order.signal() > 0 && order.signal() <= 64) {
                        execution.signal(order.signal());
                    }
                }
                default -> LOG.log(System.Logger.Level.DEBUG, "an unknown control command was passed over");
            }
        } catch (HttpRefused malformed) {
            LOG.log(System.Logger.Level.DEBUG, "a malformed control message was passed over: {0}", malformed.text());
        }
    }

    static int number(String text) {
        return text.matches("[0-9]{1,5}") ? Math.min(Integer.parseInt(text), 65_535) : 0;
    }

    private @Nullable Socket connected(String fd) {
        return sockets.connected(fd);
    }

    /** Work that may be interrupted. */
    private interface Work {
        void run() throws InterruptedException;
    }

    private Thread background(String name, Work work) {
        return Thread.ofVirtual().name("exec " + name).start(() -> guarded(work));
    }

    /** Reading a terminal or pipe may block in the kernel, which would hold a carrier: a thread of its own. */
    private Thread platform(String name, Work work) {
        return Thread.ofPlatform().daemon().name("exec " + name).start(() -> guarded(work));
    }

    private static void guarded(Work work) {
        try {
            work.run();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.WARNING, "a stream of an exec session broke", failure);
        }
    }
}
