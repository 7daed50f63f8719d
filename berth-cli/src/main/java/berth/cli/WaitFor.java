package berth.cli;

import berth.client.Json;
import berth.client.Server;
import berth.client.WebSocket;
import java.io.IOException;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** {@code berth wait}: until an instance is ready, running, stopped or has an address. Listens; asks again at each event. */
final class WaitFor implements Command {
    static final List<String> CONDITIONS = List.of("ready", "running", "stopped", "address");

    @Override
    public int run(Call call) throws IOException {
        String condition = call.option("for", "ready");
        if (!CONDITIONS.contains(condition)) {
            throw new Usage("--for wants ready, running, stopped or address, not \"" + condition + "\""
                    + Nearest.hint(condition, CONDITIONS, ""));
        }
        long seconds = call.number("timeout", -1);
        var clock = new Timer("timeout", true);
        if (seconds >= 0) {
            clock.schedule(
                    new TimerTask() {
                        @Override
                        public void run() {
                            call.warn("Error: not " + condition + " within " + seconds + " s");
                            call.terminal().out().flush();
                            Runtime.getRuntime().halt(1);
                        }
                    },
                    seconds * 1000);
        }
        for (int i = 0; i < call.count(); i++) {
            await(call, call.name(i), condition);
        }
        clock.cancel();
        return 0;
    }

    private static void await(Call call, String name, String condition) throws IOException {
        if (condition.equals("ready")) {
            // The daemon waits with us, a while at a time, and says so when the instance stops meanwhile.
            Json answer;
            do {
                answer = ready(call, name);
            } while (!answer.at("ready").truth());
            for (Json lack : answer.at("lacks").items()) {
                call.warn(name + " is ready, though there is " + lack.text());
            }
            return;
        }
        try (WebSocket events = call.server().events("lifecycle,operation")) {
            var bell = new Bell(events, "/1.0/instances/" + Server.encoded(name));
            while (!holds(call, name, condition)) {
                bell.await();
            }
        }
    }

    private static boolean holds(Call call, String name, String condition) throws IOException {
        Json instance = call.server().get(Kind.INSTANCE.path(name));
        String status = instance.text("status");
        return switch (condition) {
            case "running" -> status.equals("Running") || status.equals("Ready");
            case "stopped" -> status.equals("Stopped");
            default -> !status.equals("Stopped") && address(call, name);
        };
    }

    private static Json ready(Call call, String name) throws IOException {
        return call.server().get("/1.0/berth/instances/" + Server.encoded(name) + "/ready?timeout=30");
    }

    private static boolean address(Call call, String name) throws IOException {
        Json state = call.server().get(Server.path("instances", name, "state"));
        for (Json nic : state.at("network").fields().values()) {
            for (Json address : nic.at("addresses").items()) {
                if (address.text("scope").equals("global")) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Rings at each event about one instance, and twice a second, for an address comes without an event. */
    private static final class Bell {
        private final Semaphore rung = new Semaphore(0);

        Bell(WebSocket events, String source) {
            var reader = new Thread(
                    () -> {
                        try {
                            for (var message = events.read(); message != null; message = events.read()) {
                                if (message.text().contains(source)) {
                                    rung.release();
                                }
                            }
                        } catch (IOException _) {
                            // closed: the half-second beat goes on, and the next request tells what is wrong
                        }
                    },
                    "events");
            reader.setDaemon(true);
            reader.start();
        }

        void await() throws IOException {
            try {
                var _ = rung.tryAcquire(500, TimeUnit.MILLISECONDS);
                rung.drainPermits();
            } catch (InterruptedException _) {
                throw new IOException("interrupted");
            }
        }
    }
}
