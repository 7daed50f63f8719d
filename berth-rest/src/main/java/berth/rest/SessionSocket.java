package berth.rest;

import berth.engine.session.Scrollback;
import berth.engine.session.Session;
import berth.engine.session.SessionRecord;
import berth.rest.http.HttpRefused;
import berth.rest.http.Json;
import berth.rest.http.Socket;
import berth.wire.InstanceExecControl;
import berth.wire.SessionMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * One viewer of a session on one websocket. Binary frames carry the terminal both ways. Text frames are JSON: from the client
 * {@code window-resize} and {@code signal} as on LXD's control socket, to it {@code skipped} and at last {@code ended}.
 */
final class SessionSocket {
    private static final System.Logger LOG = System.getLogger(SessionSocket.class.getName());
    private static final int AT_ONCE = 16 * 1024;

    private final Socket socket;

    SessionSocket(Socket socket) {
        this.socket = socket;
    }

    /** Until the client or the session ends. */
    void look(Session session, boolean write, int width, int height) throws InterruptedException {
        try (Session.Viewer viewer = session.attach(write)) {
            if (width > 0 && height > 0) {
                viewer.window(width, height);
            }
            Thread showing = Thread.ofVirtual().name("session shown").start(() -> show(session, viewer.reader()));
            try {
                obey(viewer);
            } finally {
                showing.interrupt();
            }
        }
    }

    private void show(Session session, Scrollback.Reader from) {
        try {
            for (var part = from.next(AT_ONCE); !part.isEnd(); part = from.next(AT_ONCE)) {
                if (part.lost() > 0) {
                    say(new SessionMessage("skipped", part.lost(), null, null));
                }
                socket.binary(part.bytes(), 0, part.bytes().length);
            }
            ended(session.ending());
            socket.close(1000, "");
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "a viewer of a session went away", gone);
            socket.cut();
        } catch (InterruptedException left) {
            Thread.currentThread().interrupt();
        }
    }

    /** Only how it ended. */
    void ended(SessionRecord end) throws IOException {
        say(new SessionMessage("ended", null, end.code(), end.ending()));
    }

    private void say(SessionMessage message) throws IOException {
        socket.text(new String(Json.bytes(message), StandardCharsets.UTF_8));
    }

    private void obey(Session.Viewer viewer) throws InterruptedException {
        for (Socket.Message message = socket.receive(); message != null; message = socket.receive()) {
            switch (message) {
                case Socket.Message.Binary typed -> type(viewer, typed.bytes().array());
                case Socket.Message.Text text -> obey(viewer, text.text());
            }
        }
    }

    private static void type(Session.Viewer viewer, byte[] keys) {
        try {
            viewer.type(keys);
        } catch (IOException over) {
            LOG.log(System.Logger.Level.DEBUG, "a session takes no more input", over);
        }
    }

    private static void obey(Session.Viewer viewer, String text) {
        try {
            var order = Json.read(text, InstanceExecControl.class);
            var args = Given.keys(order.args());
            int width = ExecSession.number(args.getOrDefault("width", ""));
            int height = ExecSession.number(args.getOrDefault("height", ""));
            String command = Given.text(order.command());
            if (command.equals("window-resize") && width > 0 && height > 0) {
                viewer.window(width, height);
            } else if (command.equals("signal") && order.signal() > 0 && order.signal() <= 64) {
                viewer.signal(order.signal());
            }
        } catch (HttpRefused malformed) {
            LOG.log(System.Logger.Level.DEBUG, "a malformed message was passed over: {0}", malformed.text());
        }
    }
}
