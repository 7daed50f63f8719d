package berth.driver.lxc;

import berth.host.Program;
import berth.host.cgroup.Cgroup;
import berth.host.cgroup.Cgroup.Setting;
import berth.host.cgroup.Cgroups;
import berth.host.file.GuestRoot;
import berth.host.file.IdExtent;
import berth.host.file.IdExtents;
import berth.host.net.CardCounters;
import berth.host.net.Link;
import berth.host.net.Links;
import berth.host.process.MemoryFile;
import berth.host.process.PidFd;
import berth.host.process.ProcessStat;
import berth.model.IdMap;
import berth.model.Kind;
import berth.model.Quoted;
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
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Containers by LXC 5 or later. Each runs below LXC's own monitor, which is no child of ours: both outlive the daemon.
 * Nothing has to be remembered to find one again: its control groups have fixed names, its configuration lies in its
 * directory of logs.
 */
public final class LxcDriver implements InstanceDriver, HotPlug {
    private static final System.Logger LOG = System.getLogger(LxcDriver.class.getName());
    private static final Duration TEAR_DOWN = Duration.ofSeconds(30);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration FREEZE = Duration.ofSeconds(10);
    private static final long ALL_IDS = 0xFFFF_FFFEL;

    private final Places places;
    private final HostFacts host;
    private final String prefix;
    private final CpuShare cpus;
    /** One at a time puts away what a run held. */
    private final Object puttingAway = new Object();

    private final Criu criu = new Criu();
    private final Watch watch;
    private final Starter starter;
    private final Attachers attachers;

    /**
     * A driver for this host.
     *
     * @param lxcPath directory for LXC, below it one per container; made when needed
     * @param logs directory for logs, below it one per container with {@code lxc.conf}, {@code lxc.log} and {@code
     *     console.log}
     * @param prefix first word of the names of control groups, for instance {@code berth}; a second daemon on the same
     *     host needs another
     */
    public LxcDriver(Path lxcPath, Path logs, String prefix) {
        this(lxcPath, logs, prefix, (Path) null);
    }

    /**
     * A driver for this host whose guests can call us.
     *
     * @param guestApi directory with the guest API's socket; guests see it at {@code /dev/lxd} unless {@code
     *     security.devlxd} is off when they start
     */
    public LxcDriver(Path lxcPath, Path logs, String prefix, @Nullable Path guestApi) {
        this(lxcPath, logs, prefix, guestApi, OwnAttach.copy());
    }

    /** With our own program for commands inside, or without. */
    LxcDriver(Path lxcPath, Path logs, String prefix, @Nullable Path guestApi, Optional<MemoryFile> attach) {
        this.places = new Places(lxcPath.toAbsolutePath(), logs.toAbsolutePath(), guestApi);
        this.host = HostFacts.find();
        this.prefix = prefix;
        this.cpus = CpuShare.ofThisHost(host.cgroups());
        this.watch = new Watch(it -> groups(it).payload().accounts().outOfMemoryKills() > 0);
        this.starter = new Starter(host, places);
        this.attachers = new Attachers(places, attach);
    }

    @Override
    public String id() {
        return "lxc";
    }

    @Override
    public Optional<String> stateObstacle() {
        return criu.obstacle();
    }

    @Override
    public String version() {
        return starter.version();
    }

    @Override
    public Readiness readiness() {
        if (Program.find("lxc-start").isEmpty() || Program.find("lxc-attach").isEmpty()) {
            return new Readiness.Lacking("lxc-start and lxc-attach are missing; install the package lxc");
        }
        if (host.cgroups().roots().isEmpty()) {
            return new Readiness.Lacking("no control groups are mounted below /sys/fs/cgroup");
        }
        return new Readiness.Ready();
    }

    @Override
    public Kind kind() {
        return Kind.CONTAINER;
    }

    private Groups groups(Handle handle) {
        return new Groups(host.cgroups(), prefix, handle.key());
    }

    @Override
    public Life start(InstanceSetup setup) {
        Handle handle = setup.handle();
        Groups groups = groups(handle);
        Optional<Life> running = groups.init();
        if (running.isPresent()) {
            watch.begin(handle, running.get());
            return running.get();
        }
        if (groups.exist() && !awaitGone(handle, TEAR_DOWN)) {
            throw Refused.driver("lxc", "start " + handle.key(), "something of its last run is still there");
        }
        HostDemands.check(host.cgroups(), setup.config());
        HostDemands.loadModules(setup.config());
        Unlimited.say(withoutEffect(), handle, setup.config());
        String share = cpus.give(handle.key(), setup.config().get("limits.cpu"));
        try {
            List<Setting> limits = Limits.of(host.cgroups(), setup.config(), share);
            Life life = starter.start(setup, groups, limits);
            watch.begin(handle, life);
            return life;
        } catch (RuntimeException failed) {
            cpus.release(handle.key());
            groups.payload().kill();
            awaitGone(handle, TEAR_DOWN);
            throw failed;
        }
    }

    @Override
    public void askToStop(Handle handle) {
        Life life = running(handle, "stop");
        PidFd.open(life.pid(), life.startTicks()).ifPresent(init -> {
            try (init) {
                init.signal(HaltSignal.of(life));
            }
        });
    }

    @Override
    public void kill(Handle handle) {
        watch.killing(handle);
        Groups groups = groups(handle);
        long end = System.nanoTime() + TEAR_DOWN.toNanos();
        do {
            // More than once, for one that was rebooting just now.
            groups.payload().kill();
            if (awaitGone(handle, AGAIN)) {
                return;
            }
        } while (System.nanoTime() < end);
        throw Refused.driver(
                "lxc",
                "kill " + handle.key(),
                "processes " + groups.payload().processes() + " do not end; they may wait for a disk");
    }

    @Override
    public boolean awaitGone(Handle handle, Duration limit) {
        boolean gone = new Ending(groups(handle), starter.hostNames(handle)).await(limit);
        if (gone) {
            // Who kills a guest and who hears of its end both come here, often at the same moment.
            synchronized (puttingAway) {
                cpus.release(handle.key());
                places.kept(handle).close();
            }
        }
        return gone;
    }

    @Override
    public void plug(Handle handle, Fitting fitting) {
        plugs(handle).plug(fitting);
    }

    @Override
    public void unplug(Handle handle, Fitting fitting) {
        plugs(handle).unplug(fitting);
    }

    /** The map of a running guest; null for a privileged one, which has all ids as they are. */
    private static @Nullable IdMap map(IdExtents ids) {
        IdExtent first = ids.users().getFirst();
        if (first.shown() == 0 && first.count() >= ALL_IDS) {
            return null;
        }
        boolean same = ids.users().equals(ids.groups());
        var entries = new ArrayList<IdMap.Entry>();
        ids.users().forEach(it -> entries.add(new IdMap.Entry(true, same, it.disk(), it.shown(), it.count())));
        if (!same) {
            ids.groups().forEach(it -> entries.add(new IdMap.Entry(false, true, it.disk(), it.shown(), it.count())));
        }
        return new IdMap(entries);
    }

    private Plugs plugs(Handle handle) {
        Life life = running(handle, "change the devices of");
        IdMap map;
        try (GuestRoot root = GuestRoot.of(life.pid(), life.startTicks())) {
            map = map(root.ids());
        }
        Kept kept = places.kept(handle);
        kept.open(map);
        return new Plugs(kept, life, map);
    }

    @Override
    public void freeze(Handle handle) {
        running(handle, "freeze");
        if (!groups(handle).payload().freeze(FREEZE)) {
            groups(handle).payload().thaw(FREEZE);
            throw Refused.driver("lxc", "freeze " + handle.key(), "its processes were not all suspended within 10 s");
        }
    }

    @Override
    public void thaw(Handle handle) {
        running(handle, "thaw");
        if (!groups(handle).payload().thaw(FREEZE)) {
            throw Refused.driver("lxc", "thaw " + handle.key(), "its processes did not go on within 10 s");
        }
    }

    @Override
    public Recovery recover(Handle handle) {
        watch.awaitReboot(handle);
        Groups groups = groups(handle);
        var init = groups.init();
        if (init.isPresent()) {
            watch.begin(handle, init.get());
            return new Recovery.Alive(init.get(), groups.payload().frozen());
        }
        if (!groups.exist() || awaitGone(handle, TEAR_DOWN)) {
            return new Recovery.Gone();
        }
        var late = groups.init();
        if (late.isPresent()) {
            watch.begin(handle, late.get());
            return new Recovery.Alive(late.get(), groups.payload().frozen());
        }
        return new Recovery.Unknown(
                "PID 1 has ended, but processes " + groups.payload().processes() + " of its last run are still there");
    }

    @Override
    public void onExit(ExitListener listener) {
        watch.listen(listener);
    }

    @Override
    public Exit exit(Handle handle, @Nullable Life life) {
        return ExitLog.read(places.log(handle), life, watch.starved(handle));
    }

    @Override
    public Usage usage(Handle handle) {
        Life life = running(handle, "look at");
        Cgroup.Counters counters = groups(handle).payload().counters();
        return new Usage(
                life.pid(),
                counters.processes(),
                counters.cpuNanoseconds(),
                counters.memory(),
                counters.memoryPeak(),
                counters.swap(),
                counters.swapPeak(),
                Links.of(life.pid()).stream().map(LxcDriver::translate).toList());
    }

    @Override
    public Map<Handle, Readings> readings(SequencedMap<Handle, Life> running) {
        var found = new LinkedHashMap<Handle, Readings>();
        try (var counters = new CardCounters()) {
            running.forEach((handle, life) -> {
                List<CardCounters.Card> cards = counters.of(life.pid());
                Readings readings = Measure.of(groups(handle).payload(), cards, host.memory());
                // Only now, so that nothing of it was another's.
                if (ProcessStat.of(life.pid())
                        .filter(it -> it.startTicks() == life.startTicks())
                        .isPresent()) {
                    found.put(handle, readings);
                }
            });
        }
        return found;
    }

    static Usage.Interface translate(Link link) {
        return new Usage.Interface(
                link.name(),
                link.peer(),
                link.hwaddr(),
                link.mtu(),
                link.up(),
                link.type(),
                link.addresses().stream()
                        .map(it -> new Usage.Address(it.family(), it.text(), it.prefix(), it.scope()))
                        .toList(),
                Measure.counters(link.counters()));
    }

    @Override
    public void applyLimits(Handle handle, SortedMap<String, String> config) {
        running(handle, "limit");
        HostDemands.loadModules(config);
        Unlimited.say(withoutEffect(), handle, config);
        Cgroup payload = groups(handle).payload();
        List<Setting> wanted = Limits.of(host.cgroups(), config, cpus.give(handle.key(), config.get("limits.cpu")));
        new LiveLimits(payload).apply(wanted);
    }

    @Override
    public SortedMap<String, String> withoutEffect() {
        return Unlimited.keys(host.cgroups()::has);
    }

    @Override
    public Map<String, Set<String>> lacks(Handle handle, Map<String, Set<String>> cards) {
        return new Ready(running(handle, "look at").pid()).lacks(cards);
    }

    @Override
    public boolean started(Handle handle) {
        return new Ready(running(handle, "look at").pid()).started(setup -> exec(handle, setup));
    }

    @Override
    public Execution exec(Handle handle, ExecSetup setup) {
        Life life = running(handle, "run a command in");
        if (setup.command().isEmpty()) {
            throw Refused.invalid("No command was given");
        }
        return LxcExec.start(attachers.of(handle, groups(handle), life, setup.terminal()), setup);
    }

    @Override
    public Execution console(Handle handle, int columns, int rows) {
        running(handle, "attach to the console of");
        return LxcConsole.attach(
                places,
                handle,
                columns,
                rows,
                (width, height) -> Thread.ofVirtual()
                        .name("size of the console of " + handle.key())
                        .start(() -> sizeConsole(handle, width, height)));
    }

    private void sizeConsole(Handle handle, int columns, int rows) {
        var stty = new ExecSetup(
                List.of(
                        "stty",
                        "-F",
                        "/dev/console",
                        "cols",
                        Integer.toString(columns),
                        "rows",
                        Integer.toString(rows)),
                Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
                0,
                0,
                "/",
                false,
                0,
                0);
        try (Execution execution = exec(handle, stty)) {
            execution.input().close();
            execution.await();
        } catch (IOException | Refused gone) {
            LOG.log(System.Logger.Level.DEBUG, "the console's size was not set", gone);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public byte[] consoleLog(Handle handle) {
        return new ConsoleLog(places.logs(handle)).newest();
    }

    @Override
    public void clearConsoleLog(Handle handle) {
        new ConsoleLog(places.logs(handle)).clear();
    }

    /** A process cannot leave the control group that it was born into but with our own rights. */
    @Override
    public Optional<String> ownerOf(long pid) {
        return Groups.owner(prefix, Cgroups.pathsOf(pid));
    }

    private Life running(Handle handle, String verb) {
        Life known = watch.life(handle);
        if (known != null) {
            return known;
        }
        return groups(handle)
                .init()
                .orElseThrow(() -> Refused.invalid(
                        "Cannot " + verb + " " + handle.name().text() + ": The instance is not running"));
    }

    @Override
    public void forget(Handle handle) {
        if (groups(handle).init().isPresent()) {
            throw Refused.driver("lxc", "forget " + handle.key(), "it is running");
        }
        places.forget(handle);
    }

    @Override
    public List<String> logs(Handle handle) {
        return places.existingLogs(handle);
    }

    @Override
    public Path log(Handle handle, String name) {
        if (name.isEmpty() || name.startsWith(".") || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
            throw Refused.missing("There is no log file " + Quoted.of(name));
        }
        return places.logs(handle).resolve(name);
    }
}
