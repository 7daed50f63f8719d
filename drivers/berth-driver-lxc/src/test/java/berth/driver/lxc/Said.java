package berth.driver.lxc;

import berth.spi.ExecSetup;
import berth.spi.Execution;
import berth.spi.Handle;
import berth.spi.InstanceDriver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** What a command inside said, and how it ended. */
record Said(int code, Execution.Outcome outcome, String out, String err) {
    static Said by(InstanceDriver driver, Handle handle, String... command) {
        return by(driver, handle, "/", new byte[0], command);
    }

    static Said by(InstanceDriver driver, Handle handle, String directory, byte[] input, String... command) {
        var setup = new ExecSetup(
                List.of(command), Map.of("PATH", "/bin:/sbin", "HOME", "/root"), 0, 0, directory, false, 0, 0);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                Execution execution = driver.exec(handle, setup)) {
            var out = CompletableFuture.supplyAsync(() -> all(execution.output()), threads);
            var err = CompletableFuture.supplyAsync(() -> all(execution.errors()), threads);
            try (var stdin = execution.input()) {
                stdin.write(input);
            } catch (IOException closedEarly) {
                // It did not want it.
            }
            int code = execution.await();
            return new Said(code, execution.outcome(), out.join(), err.join());
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static String all(java.io.InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
