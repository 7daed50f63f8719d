package berth.cli;

import berth.client.Json;
import berth.client.ServerError;
import berth.client.WebSocket;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * {@code berth plan --watch}: plans again when a file of the site or an object of the host changes, until interrupted. Nothing
 * is asked in vain: the kernel tells of files, the daemon's events of objects. What comes close together is one change.
 */
final class WatchPlan {
    /** What happens to guests without a plan being another then. */
    private static final Set<String> NOTHING =
            Set.of("instance-exec", "instance-console", "instance-healthy", "instance-unhealthy");

    private static final long TOGETHER = 150;
    private static final int AT_MOST = 10;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final Call call;
    private final Planning planning;
    private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();

    /** Plans once and prints it; the code that tells what the plan says. */
    interface Planning {
        int once(Call call) throws IOException;
    }

    private enum Seen {
        CHANGE,
        END
    }

    WatchPlan(Call call, Planning planning) {
        this.call = call;
        this.planning = planning;
    }

    /** Returns when the daemon has gone, with the code of the last plan. */
    int run() throws IOException {
        var names = new ArrayList<>(Sites.names(call, call.words(0)));
        names.addAll(call.all("nix"));
        if (names.contains("-")) {
            throw new Usage("--watch wants files, not standard input");
        }
        try (WatchService files = FileSystems.getDefault().newWatchService();
                WebSocket events = call.server().events("lifecycle")) {
            Set<Path> watched = watch(names, files);
            Thread.ofVirtual().start(() -> files(files, watched));
            Thread.ofVirtual().start(() -> events(events));
            int code = plan();
            while (next()) {
                code = plan();
            }
            call.warn("The daemon has gone.");
            return code;
        }
    }

    /** An editor that writes another file and renames it is seen as well: directories are watched, not files. */
    private static Set<Path> watch(List<String> names, WatchService files) throws IOException {
        var watched = new HashSet<Path>();
        for (String name : names) {
            Path path = Path.of(name).toAbsolutePath().normalize();
            watched.add(path);
            Path directory = Files.isDirectory(path) ? path : path.getParent();
            if (directory != null) {
                directory.register(
                        files,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_DELETE,
                        StandardWatchEventKinds.ENTRY_MODIFY);
            }
        }
        return watched;
    }

    private void files(WatchService files, Set<Path> watched) {
        try {
            for (var key = files.take(); ; key = files.take()) {
                Path directory = (Path) key.watchable();
                boolean ours = false;
                for (var event : key.pollEvents()) {
                    ours |= !(event.context() instanceof Path name)
                            || watched.contains(directory)
                            || watched.contains(directory.resolve(name));
                }
                if (ours) {
                    seen.add(Seen.CHANGE);
                }
                if (!key.reset()) {
                    return; // the directory itself has gone; plans say so
                }
            }
        } catch (InterruptedException | java.nio.file.ClosedWatchServiceException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void events(WebSocket events) {
        try {
            for (var event = events.read(); event != null; event = events.read()) {
                String action = Json.parse(event.data()).at("metadata").text("action");
                if (!NOTHING.contains(action)) {
                    seen.add(Seen.CHANGE);
                }
            }
        } catch (IOException _) {
            // as if it had ended
        }
        seen.add(Seen.END);
    }

    /** Waits for a change, then until it is quiet for a moment; false at the end. */
    private boolean next() {
        try {
            Seen first = seen.take();
            for (int n = 0; first != Seen.END && n < AT_MOST; n++) {
                Seen more = seen.poll(TOGETHER, TimeUnit.MILLISECONDS);
                if (more == null) {
                    break;
                }
                first = more;
                while (first != Seen.END && seen.peek() == Seen.CHANGE) {
                    seen.remove();
                }
            }
            return first != Seen.END;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private int plan() throws IOException {
        call.say("--- " + LocalTime.now(ZoneId.systemDefault()).format(TIME));
        try {
            return planning.once(call);
        } catch (ServerError | Usage refused) {
            call.warn(String.valueOf(
                    refused.getMessage())); // a file that is half written, say; the next change brings another plan
            return 1;
        } catch (java.nio.file.NoSuchFileException missing) {
            call.warn(missing.getMessage() + " is not there");
            return 1;
        } finally {
            call.terminal().out().flush();
        }
    }
}
