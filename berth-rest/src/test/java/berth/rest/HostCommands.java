package berth.rest;

import berth.engine.FakeExecution;
import berth.engine.FakeInstances;
import berth.model.Kind;
import berth.spi.ExecSetup;
import berth.spi.Execution;
import berth.spi.Exit;
import berth.spi.ExitListener;
import berth.spi.Handle;
import berth.spi.InstanceDriver;
import berth.spi.InstanceSetup;
import berth.spi.Life;
import berth.spi.Readiness;
import berth.spi.Readings;
import berth.spi.Recovery;
import berth.spi.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;

/** Instances of memory whose commands are real processes of the host, for what the door does with their streams. */
final class HostCommands implements InstanceDriver {
    final FakeInstances fake = new FakeInstances();
    final List<Integer> signals = new ArrayList<>();
    final List<String> sizes = new ArrayList<>();
    private final Path logs;

    HostCommands(Path logs) {
        this.logs = logs;
    }

    @Override
    public Execution exec(Handle handle, ExecSetup setup) {
        try {
            var builder = new ProcessBuilder(setup.command());
            builder.environment().clear();
            builder.environment().putAll(setup.environment());
            builder.redirectErrorStream(setup.terminal());
            return new Command(builder.start(), false);
        } catch (IOException notFound) {
            return new FakeExecution(127, Execution.Outcome.COMMAND_NOT_FOUND);
        }
    }

    private final class Command implements Execution {
        private final Process process;
        private final boolean endsWithUs;

        Command(Process process, boolean endsWithUs) {
            this.process = process;
            this.endsWithUs = endsWithUs;
        }

        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public OutputStream input() {
            return process.getOutputStream();
        }

        @Override
        public InputStream output() {
            return process.getInputStream();
        }

        @Override
        public InputStream errors() {
            return process.getErrorStream();
        }

        @Override
        public void resize(int columns, int rows) {
            sizes.add(columns + "x" + rows);
        }

        @Override
        public void signal(int number) {
            signals.add(number);
            if (number == 9) {
                process.destroyForcibly();
            } else {
                process.destroy();
            }
        }

        @Override
        public int await() throws InterruptedException {
            return process.waitFor();
        }

        @Override
        public Outcome outcome() {
            return Outcome.RAN;
        }

        @Override
        public void close() {
            if (endsWithUs) {
                process.destroy();
            }
        }
    }

    /** A console that says back what is typed. */
    @Override
    public Execution console(Handle handle, int columns, int rows) {
        try {
            sizes.add(columns + "x" + rows);
            return new Command(new ProcessBuilder("cat").start(), true);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public byte[] consoleLog(Handle handle) {
        try {
            Path log = logs.resolve("console.log");
            return Files.exists(log) ? Files.readAllBytes(log) : new byte[0];
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void clearConsoleLog(Handle handle) {
        try {
            Files.deleteIfExists(logs.resolve("console.log"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public java.util.Optional<String> ownerOf(long pid) {
        return java.util.Optional.empty();
    }

    @Override
    public List<String> logs(Handle handle) {
        try (var files = Files.list(logs)) {
            return files.map(it -> it.getFileName().toString()).sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public Path log(Handle handle, String name) {
        return logs.resolve(name);
    }

    @Override
    public String id() {
        return "lxc";
    }

    @Override
    public String version() {
        return fake.version();
    }

    @Override
    public Readiness readiness() {
        return fake.readiness();
    }

    @Override
    public Kind kind() {
        return fake.kind();
    }

    @Override
    public Life start(InstanceSetup setup) {
        return fake.start(setup);
    }

    @Override
    public void askToStop(Handle handle) {
        fake.askToStop(handle);
    }

    @Override
    public void kill(Handle handle) {
        fake.kill(handle);
    }

    @Override
    public boolean awaitGone(Handle handle, Duration limit) {
        return fake.awaitGone(handle, limit);
    }

    @Override
    public void freeze(Handle handle) {
        fake.freeze(handle);
    }

    @Override
    public void thaw(Handle handle) {
        fake.thaw(handle);
    }

    @Override
    public Recovery recover(Handle handle) {
        return fake.recover(handle);
    }

    @Override
    public void onExit(ExitListener listener) {
        fake.onExit(listener);
    }

    @Override
    public Map<Handle, Readings> readings(SequencedMap<Handle, Life> running) {
        return fake.readings(running);
    }

    @Override
    public Exit exit(Handle handle, Life life) {
        return fake.exit(handle, life);
    }

    @Override
    public Usage usage(Handle handle) {
        return fake.usage(handle);
    }

    @Override
    public void applyLimits(Handle handle, SortedMap<String, String> config) {
        fake.applyLimits(handle, config);
    }

    @Override
    public Map<String, Set<String>> lacks(Handle handle, Map<String, Set<String>> cards) {
        return fake.lacks(handle, cards);
    }

    @Override
    public boolean started(Handle handle) {
        return fake.started(handle);
    }

    @Override
    public void forget(Handle handle) {
        fake.forget(handle);
    }
}
