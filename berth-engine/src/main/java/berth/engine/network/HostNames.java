package berth.engine.network;

import berth.engine.device.Device;
import berth.engine.driver.Drivers;
import berth.engine.event.Event;
import berth.engine.event.Events;
import berth.engine.instance.InstanceHosts;
import berth.engine.instance.Setups;
import berth.engine.network.HostsFile.Line;
import berth.engine.record.Shelves;
import berth.model.Cidr;
import berth.model.Instance;
import berth.model.Network;
import berth.model.ServerOptions;
import berth.spi.NetworkDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Names of guests that the host itself resolves, when that is asked for: lines in its hosts file. They follow what happens to
 * guests and what the networks hand out, and go when it is no longer asked for. Names are given by us alone; a guest cannot
 * claim one by asking for it.
 */
public final class HostNames {
    private static final System.Logger LOG = System.getLogger(HostNames.class.getName());
    private static final String PROJECT = "default";
    /** What happens to a guest often and changes neither its name nor an address. */
    private static final Pattern WITHIN = Pattern.compile("instance-(exec|file-.*|console.*|backup-.*|snapshot-.*)");
    /** Further names of an instance, with blanks between. */
    private static final String NAMES = "user.berth.names";

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

    private final Shelves shelves;
    private final Drivers drivers;
    private final InstanceHosts hosts;
    private final Setups setups;
    private final Path state;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final Object writing = new Object();

    /**
     * Names of those guests.
     *
     * @param state the daemon's directory, which tells its lines from another's
     */
    public HostNames(Shelves shelves, Drivers drivers, InstanceHosts hosts, Setups setups, Events events, Path state) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.hosts = hosts;
        this.setups = setups;
        this.state = state.toAbsolutePath();
        var _ = events.listen(event -> {
            if (event.payload() instanceof Event.Lifecycle it
                    && (it.action().startsWith("instance-") || it.action().startsWith("network-"))
                    && !WITHIN.matcher(it.action()).matches()) {
                changed();
            }
        });
    }

    /**
     * The wish changes: refuses a file that cannot be used, and takes our lines out of the one that was.
     *
     * @param will a path, or empty for none
     */
    public void move(String will) {
        String was = wish();
        if (!will.isEmpty() && !will.equals(was)) {
            file(will).check();
        }
        if (!was.isEmpty() && !was.equals(will) && Files.exists(Path.of(was))) {
            synchronized (writing) {
                file(was).put(List.of());
            }
        }
    }

    /** Something changed that names depend on: they are written anew soon, if that is asked for. */
    public void changed() {
        if (!wish().isEmpty() && asked.compareAndSet(false, true)) {
            Thread.ofVirtual().name("names of guests").start(() -> {
                synchronized (writing) {
                    asked.set(false);
                    write();
                }
            });
        }
    }

    private void write() {
        String wish = wish();
        if (wish.isEmpty()) {
            return;
        }
        try {
            shelves.networks().all().forEach(it -> drivers.making(it).onLeases(this::changed));
            file(wish).put(lines());
        } catch (RuntimeException failed) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the names of guests in " + wish + " are not what they should be: " + failed.getMessage());
        }
    }

    private String wish() {
        return shelves.settings().config().getOrDefault(ServerOptions.HOSTS_FILE, "");
    }

    private HostsFile file(String path) {
        return new HostsFile(Path.of(path), state.toString());
    }

    private List<Line> lines() {
        var addresses = new TreeMap<String, Set<String>>();
        var domains = new TreeMap<String, Set<String>>();
        var byName = new TreeMap<String, Instance>();
        var further = new TreeMap<String, List<String>>();
        shelves.instances().all().stream()
                .filter(it -> it.project().text().equals(PROJECT))
                .forEach(it -> byName.put(it.name().text(), it));
        byName.forEach((name, instance) -> {
            var own = new LinkedHashSet<String>();
            setups.owner(instance).all().forEach(it -> own.addAll(fixed(it)));
            addresses.put(name, own);
            further.put(name, List.of(instance.config().getOrDefault(NAMES, "").split(" ")));
        });
        for (Network network : shelves.networks().all()) {
            String domain = network.config().getOrDefault("dns.domain", "");
            for (NetworkDriver.Lease lease : drivers.making(network).leases(network, hosts.all(network))) {
                String name = lease.hostname();
                // Only what we know a card of: other leases have the names that their guests claim.
                boolean known = byName.containsKey(name)
                        && setups.cards(byName.get(name)).stream()
                                .anyMatch(it -> it.host().hwaddr().equalsIgnoreCase(lease.hwaddr()));
                if (known) {
                    addresses.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(lease.address());
                    domains.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(domain.isEmpty() ? "lxd" : domain);
                }
            }
        }
        String host = ofHost();
        var lines = new ArrayList<Line>();
        addresses.forEach((name, all) -> {
            var names = new ArrayList<String>();
            if (!name.equalsIgnoreCase("localhost") && !name.equalsIgnoreCase(host)) {
                names.add(name);
            }
            domains.getOrDefault(name, Set.of()).forEach(it -> names.add(name + "." + it));
            names.add(name + ".containers");
            further.getOrDefault(name, List.of()).stream()
                    .filter(it -> NAME.matcher(it).matches() && !it.equalsIgnoreCase(host) && !names.contains(it))
                    .filter(it -> !byName.containsKey(it) && !it.equals("localhost"))
                    .forEach(names::add);
            all.stream()
                    .sorted((a, b) -> Boolean.compare(a.contains(":"), b.contains(":")))
                    .forEach(it -> lines.add(new Line(it, names)));
        });
        return lines;
    }

    /** The addresses that a card's keys say, where the host reaches it by them. */
    private static List<String> fixed(Device nic) {
        boolean ours = nic.is("nic") && List.of("p2p", "routed").contains(nic.value("nictype"));
        return !ours
                ? List.of()
                : Stream.of("ipv4.address", "ipv6.address")
                        .flatMap(it -> Stream.of(nic.value(it).split(",", -1)))
                        .map(it -> it.strip().split("/", 2)[0])
                        .filter(it -> Cidr.address(it).isPresent())
                        .toList();
    }

    private static String ofHost() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname"))
                    .strip()
                    .toLowerCase(Locale.ROOT);
        } catch (IOException unknown) {
            return "";
        }
    }
}
