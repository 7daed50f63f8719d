package berth.engine;

import berth.model.Kind;
import berth.model.Refused;
import berth.spi.ExecSetup;
import berth.spi.Execution;
import berth.spi.Exit;
import berth.spi.ExitListener;
import berth.spi.Fitting;
import berth.spi.Handle;
import berth.spi.HotPlug;
import berth.spi.InstanceDriver;
import berth.spi.InstanceSetup;
import berth.spi.Life;
import berth.spi.Readiness;
import berth.spi.Readings;
import berth.spi.Recovery;
import berth.spi.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Instances that exist in memory only; they outlive the engine that started them. */
public final class FakeInstances implements InstanceDriver, HotPlug {
    private record Running(Handle handle, Life life, Map<String, Fitting> fittings) {}

    private final Map<UUID, Running> running = new ConcurrentHashMap<>();
    private final Map<UUID, String> frozen = new ConcurrentHashMap<>();
    private final Map<UUID, SortedMap<String, String>> limits = new ConcurrentHashMap<>();
    private final AtomicLong pids = new AtomicLong(1000);
    private volatile ExitListener listener = (handle, life, rebooting) -> {};
    /** What every card of a running guest has got. */
    volatile Set<String> addresses = Set.of("inet", "inet6");

    volatile boolean started = true;

    /** How often somebody looked at what a guest has used. */
    final AtomicInteger looks = new AtomicInteger();
    /** How a command inside ends. */
    volatile ToIntFunction<String> commands = _ -> 127;
    /** Which have been run. */
    final List<String> ran = new CopyOnWriteArrayList<>();

    /** How every run ends. */
    volatile Exit exit = new Exit(Exit.Cause.HALTED, "");

    volatile boolean startFails;
    volatile boolean ignoresAskToStop;
    volatile String refusesDevice = "";

    @Override
    public String id() {
        return "fake";
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public Readiness readiness() {
        return new Readiness.Ready();
    }

    @Override
    public Kind kind() {
        return Kind.CONTAINER;
    }

    @Override
    public Life start(InstanceSetup setup) {
        if (startFails) {
            throw Refused.driver("fake", "starting " + setup.handle().name(), "told to fail");
        }
        var life = new Life(pids.incrementAndGet(), 1);
        var fittings = new ConcurrentHashMap<String, Fitting>();
        setup.fittings().forEach(it -> fittings.put(it.device(), it));
        running.put(setup.handle().id(), new Running(setup.handle(), life, fittings));
        return life;
    }

    @Override
    public void plug(Handle handle, Fitting fitting) {
        if (fitting.device().equals(refusesDevice)) {
            throw Refused.driver("fake", "plugging " + fitting.device(), "told to fail");
        }
        live(handle).put(fitting.device(), fitting);
    }

    @Override
    public void unplug(Handle handle, Fitting fitting) {
        live(handle).remove(fitting.device());
    }

    private Map<String, Fitting> live(Handle handle) {
        Running it = running.get(handle.id());
        if (it == null) {
            throw Refused.failed("gone");
        }
        return it.fittings();
    }

    @Override
    public void askToStop(Handle handle) {
        if (!ignoresAskToStop) {
            exit(handle.id());
        }
    }

    @Override
    public void kill(Handle handle) {
        exit(handle.id());
    }

    /** The guest ends, for whatever reason. */
    void exit(UUID id) {
        frozen.remove(id);
        Running was = running.remove(id);
        if (was != null) {
            listener.exited(was.handle(), was.life(), false);
        }
    }

    @Override
    public boolean awaitGone(Handle handle, Duration limit) {
        return !running.containsKey(handle.id());
    }

    @Override
    public void freeze(Handle handle) {
        frozen.put(handle.id(), "");
    }

    @Override
    public void thaw(Handle handle) {
        frozen.remove(handle.id());
    }

    @Override
    public Recovery recover(Handle handle) {
        Running it = running.get(handle.id());
        return it == null ? new Recovery.Gone() : new Recovery.Alive(it.life(), frozen.containsKey(handle.id()));
    }

    @Override
    public void onExit(ExitListener listener) {
        this.listener = listener;
    }

    @Override
    public Exit exit(Handle handle, @Nullable Life life) {
        return exit;
    }

    @Override
    public Usage usage(Handle handle) {
        Running it = running.get(handle.id());
        if (it == null) {
            throw Refused.failed("gone");
        }
        return new Usage(it.life().pid(), 1, 1, 1, 1, 0, 0, List.of());
    }

    @Override
    public Map<Handle, Readings> readings(SequencedMap<Handle, Life> asked) {
        var found = new LinkedHashMap<Handle, Readings>();
        asked.forEach((handle, life) -> {
            Running it = running.get(handle.id());
            if (it != null && it.life().equals(life)) {
                looks.incrementAndGet();
                found.put(handle, readings());
            }
        });
        return found;
    }

    private static Readings readings() {
        var counters = new Usage.Counters(4564, 1726, 33, 15, 1, 2, 3, 4);
        return new Readings(
                List.of(new Readings.Processor(0, 12_000_000, 52_000_000)),
                new Readings.Memory(
                        1 << 27, 606_208, 12_288, 147_456, 167_936, 4_096, 159_744, 0, -1, -1, 0, 172_032, 8_192, 0, 0,
                        0, 0),
                List.of(new Readings.Disk("vda", 4096, 1, 8192, 2)),
                List.of(new Readings.Card("eth0", counters)),
                3);
    }

    @Override
    public void applyLimits(Handle handle, SortedMap<String, String> config) {
        limits.put(handle.id(), config);
    }

    @Override
    public Map<String, Set<String>> lacks(Handle handle, Map<String, Set<String>> cards) {
        var lacks = new TreeMap<String, Set<String>>();
        cards.forEach((hwaddr, given) -> {
            var missing = new TreeSet<>(given);
            missing.removeAll(addresses);
            if (!missing.isEmpty()) {
                lacks.put(hwaddr, missing);
            }
        });
        return lacks;
    }

    @Override
    public boolean started(Handle handle) {
        return started;
    }

    @Override
    public Execution exec(Handle handle, ExecSetup setup) {
        String line = String.join(" ", setup.command());
        ran.add(line);
        return new FakeExecution(commands.applyAsInt(line), Execution.Outcome.RAN);
    }

    @Override
    public Execution console(Handle handle, int columns, int rows) {
        throw new UnsupportedOperationException("no console in a fake");
    }

    @Override
    public byte[] consoleLog(Handle handle) {
        return new byte[0];
    }

    @Override
    public void clearConsoleLog(Handle handle) {}

    @Override
    public void forget(Handle handle) {
        limits.remove(handle.id());
    }

    @Override
    public java.util.Optional<String> ownerOf(long pid) {
        return java.util.Optional.empty();
    }

    @Override
    public List<String> logs(Handle handle) {
        return List.of();
    }

    @Override
    public Path log(Handle handle, String name) {
        throw new UnsupportedOperationException("no logs in a fake");
    }

    /** What the limits of an instance were set to last. */
    SortedMap<String, String> limits(UUID id) {
        return limits.getOrDefault(id, java.util.Collections.emptySortedMap());
    }

    /** What is in those that run, one line each. */
    List<String> fitted() {
        var list = new ArrayList<String>();
        running.values()
                .forEach(it -> it.fittings()
                        .values()
                        .forEach(in -> list.add(it.handle().key() + ": " + in)));
        return list.stream().sorted().toList();
    }

    /** What runs. */
    List<String> running() {
        var list = new ArrayList<String>();
        running.values().forEach(it -> list.add(it.handle().key()));
        return list.stream().sorted().toList();
    }
}
