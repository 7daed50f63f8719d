package berth.rest;

import berth.engine.instance.Consoles;
import berth.engine.session.Scrollback;
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
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * Somebody attached to a console, by LXD's protocol: socket {@code 0} carries bytes both ways, {@code control} the size of
 * the terminal. It ends when either is closed, or with the guest.
 *
 * <p>The console is read at once whatever the client does: one that does not keep up loses output, and the guest is never
 * held up.
 */
final class ConsoleSession {
    private static final System.Logger LOG = System.getLogger(ConsoleSession.class.getName());
    /** LXD waits for ever; whoever asked and went away is not to leave an operation behind. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(60);

    private static final int KEPT = 256 * 1024;
    private static final int AT_ONCE = 16 * 1024;
    private static final String BYTES = "0";
    private static final String CONTROL = "control";

    private final SecretSockets sockets = new SecretSockets(List.of(BYTES, CONTROL));
    private final Supplier<Consoles.Attached> attach;

    ConsoleSession(Supplier<Consoles.Attached> attach) {
        this.attach = attach;
    }

    /** What its client connects to. */
    SecretSockets sockets() {
        return sockets;
    }

    /** From the connecting of its sockets to the end. The work of the operation. */
    void run() throws InterruptedException {
        try {
            sockets.await(List.of(BYTES, CONTROL), CONNECT_LIMIT);
            Socket bytes = sockets.await(BYTES);
            try (Consoles.Attached console = attach.get()) {
                serve(console.terminal(), bytes, sockets.await(CONTROL));
            } catch (Refused refused) {
                say(bytes, "Error: " + refused.problem().text() + "\n\r");
            }
        } finally {
            sockets.end();
        }
    }

    private static void serve(Execution terminal, Socket bytes, Socket control) throws InterruptedException {
        var over = new CountDownLatch(1);
        var said = new Scrollback(KEPT);
        Thread reading = Thread.ofVirtual().name("console output").start(() -> {
            read(terminal.output(), said);
            said.end();
        });
        Thread showing = Thread.ofVirtual().name("console shown").start(() -> {
            show(said.fromOldest(), bytes);
            over.countDown();
        });
        Thread typing = Thread.ofVirtual().name("console input").start(() -> {
            type(bytes, terminal.input());
            over.countDown();
        });
        Thread.ofVirtual().name("console control").start(() -> {
            obey(control, terminal);
            over.countDown();
        });
        over.await();
        terminal.close();
        reading.join();
        showing.join(Duration.ofSeconds(1));
        typing.interrupt();
        say(bytes, "\n\r");
    }

    private static void read(InputStream from, Scrollback into) {
        var buffer = new byte[AT_ONCE];
        try {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                into.add(buffer, 0, read);
            }
        } catch (IOException closed) {
            LOG.log(System.Logger.Level.DEBUG, "a console was closed", closed);
        }
    }

    private static void show(Scrollback.Reader from, Socket to) {
        try {
            for (var part = from.next(AT_ONCE); !part.isEnd(); part = from.next(AT_ONCE)) {
                to.binary(part.bytes(), 0, part.bytes().length);
            }
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "whoever looked at a console went away", gone);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static void type(Socket from, OutputStream into) {
        try {
            while (true) {
                switch (from.receive()) {
                    case null -> {
                        return;
                    }
                    case Socket.Message.Text text -> {
                        if (text.text().isEmpty()) {
                            return;
                        }
                        into.write(text.text().getBytes(StandardCharsets.UTF_8));
                        into.flush();
                    }
                    case Socket.Message.Binary typed -> {
                        into.write(typed.bytes().array());
                        into.flush();
                    }
                }
            }
        } catch (IOException closed) {
            LOG.log(System.Logger.Level.DEBUG, "a console takes no more input", closed);
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private static void obey(Socket control, Execution terminal) {
        try {
            for (Socket.Message message = control.receive(); message != null; message = control.receive()) {
                resize(
                        terminal,
                        switch (message) {
                            case Socket.Message.Text text -> text.text();
                            case Socket.Message.Binary bytes ->
                                StandardCharsets.UTF_8.decode(bytes.bytes()).toString();
                        });
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private static void resize(Execution terminal, String text) {
        try {
            var order = Json.read(text, InstanceExecControl.class);
            var args = Given.keys(order.args());
            int width = ExecSession.number(args.getOrDefault("width", ""));
            int height = ExecSession.number(args.getOrDefault("height", ""));
            if (Given.text(order.command()).equals("window-resize") && width > 0 && height > 0) {
                terminal.resize(width, height);
            }
        } catch (HttpRefused malformed) {
            LOG.log(System.Logger.Level.DEBUG, "a malformed control message was passed over: {0}", malformed.text());
        }
    }

    private static void say(Socket to, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            to.binary(bytes, 0, bytes.length);
            to.text("");
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "whoever looked at a console went away", gone);
        }
    }
}
