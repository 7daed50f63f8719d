package berth.engine.instance;

import static java.nio.charset.StandardCharsets.UTF_8;

import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.spi.Execution;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a command inside a guest as its root, to its end, for a limited time. */
public final class RunInside {
    private static final int MOST = 4096;
    private static final int KILL = 9;

    private final ExecInstance exec;

    /** Runs by that. */
    public RunInside(ExecInstance exec) {
        this.exec = exec;
    }

    /** How it ended, and the beginning of what it said. */
    public record Ended(int code, String said) {
        /** Whether all went well. */
        public boolean well() {
            return code == 0;
        }
    }

    /** Returns when it has ended; refuses when it could not be started or takes too long, and then it is killed. */
    public Ended run(ProjectName project, InstanceName name, List<String> command, Duration limit) {
        var setup = exec.prepare(project, name, new ExecInstance.Wanted(command, Map.of(), 0, 0, "/", false, 0, 0));
        try (Execution run = exec.start(project, name, setup)) {
            run.input().close();
            var said = new CompletableFuture<String>();
            Thread.ofVirtual().start(() -> said.complete(read(run.output())));
            var erred = new CompletableFuture<String>();
            Thread.ofVirtual().start(() -> erred.complete(read(run.errors())));
            var code = new CompletableFuture<Integer>();
            Thread.ofVirtual().start(() -> {
                try {
                    code.complete(run.await());
                } catch (InterruptedException | RuntimeException broken) {
                    code.completeExceptionally(broken);
                }
            });
            try {
                int ended = code.get(limit.toMillis(), TimeUnit.MILLISECONDS);
                return new Ended(ended, (erred.get() + said.get()).strip());
            } catch (TimeoutException late) {
                run.signal(KILL);
                throw Refused.failed(String.join(" ", command) + " takes longer than " + limit.toSeconds() + " s");
            }
        } catch (IOException | ExecutionException broken) {
            throw Refused.failed(String.join(" ", command) + " could not be run: " + broken.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Refused.failed(String.join(" ", command) + " was interrupted");
        }
    }

    /** Reads to the end, so that the command is never held up; keeps the beginning. */
    private static String read(InputStream from) {
        var kept = new StringBuilder();
        try {
            var buffer = new byte[MOST];
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                kept.append(new String(buffer, 0, Math.min(n, Math.max(0, MOST - kept.length())), UTF_8));
            }
        } catch (IOException closed) {
            // What was read until then is what there is.
        }
        return kept.toString();
    }
}
