package berth.driver.bridge;

import berth.host.Program;
import berth.host.process.PidFd;
import berth.model.Refused;
import berth.spi.NetworkDriver.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One network on this host: its interface, its rules, its server and who keeps that running. One change at a time. */
final class Bridge {
    private static final System.Logger LOG = System.getLogger(Bridge.class.getName());

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);
    private static final Duration BETWEEN_LATER_LOOKS = Duration.ofSeconds(1);
    /** How long after a card has gone its leases are looked for; a host under load is late. */
    private static final Duration LAST_LOOK = Duration.ofSeconds(20);
    /** No host has that name. */
    private static final String NOBODY = "-";

    private final Path directory;
    private final Dnsmasq dnsmasq;
    private final HostEntries entries;
    private final LeaseFile leases;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Keeper keeper;
    /** What the dnsmasq that is kept must be like; absent when none is wanted. */
    private @Nullable BridgeSettings kept;

    private boolean looking;

    /** With its files in that directory. */
    Bridge(Path directory) {
        this.directory = directory;
        this.dnsmasq = new Dnsmasq(directory);
        this.entries = new HostEntries(dnsmasq.hosts());
        this.leases = new LeaseFile(dnsmasq.leases());
    }

    LeaseFile leases() {
        return leases;
    }

    void up(BridgeSettings settings, List<Host> hosts) {
        alone("bring up network " + settings.name(), () -> {
            Interface.up(settings);
            Program.of("nft", "-f", "-").reading(Ruleset.replacing(settings)).must();
            if (settings.needsDnsmasq()) {
                serve(settings, hosts);
            } else {
                letGo();
                dnsmasq.stop();
            }
        });
    }

    void down(BridgeSettings settings) {
        alone("take down network " + settings.name(), () -> takeDown(settings));
    }

    void delete(BridgeSettings settings) {
        alone("delete network " + settings.name(), () -> {
            takeDown(settings);
            removeFiles();
        });
    }

    void addHost(BridgeSettings settings, Host host) {
        alone("tell network " + settings.name() + " of " + host.key(), () -> {
            if (settings.needsDnsmasq() && entries.put(settings, host)) {
                dnsmasq.reload();
            }
        });
    }

    void removeHost(BridgeSettings settings, Host host) {
        alone("take " + host.key() + " from network " + settings.name(), () -> {
            if (settings.needsDnsmasq()) {
                boolean told = entries.remove(host);
                release(settings, host.hwaddr(), host.hostname());
                if (told) {
                    dnsmasq.reload();
                    lookAgainLater();
                }
            }
        });
    }

    /** Called with the lock held. One looks for all cards that have gone, until the last of them needs it no more. */
    private void lookAgainLater() {
        if (looking) {
            return;
        }
        looking = true;
        Thread.ofVirtual().name("late leases of " + directory.getFileName()).start(() -> {
            do {
                pause(BETWEEN_LATER_LOOKS);
            } while (lookAgain());
        });
    }

    /**
     * What the guest asked for at the very last may still have lain in dnsmasq's queue, and be answered after its card was
     * forgotten: such a lease would stay, without a name, until it expires. A daemon that dies meanwhile looks when the network
     * is up again, and so does one whose network went down. Whether there is more to be looked after.
     */
    private boolean lookAgain() {
        boolean more = false;
        lock.lock();
        try {
            more = kept != null && releaseLate(kept);
        } catch (RuntimeException failed) {
            LOG.log(Level.WARNING, "a lease may stay until it expires: {0}", failed.getMessage());
        } finally {
            looking = more;
            lock.unlock();
        }
        return more;
    }

    /** Whether any card that has gone is to be looked after once more. */
    private boolean releaseLate(BridgeSettings settings) {
        Instant last = Instant.now().minus(LAST_LOOK);
        Set<String> held =
                leases.entries().stream().map(LeaseFile.Entry::hwaddr).collect(Collectors.toSet());
        boolean more = false;
        for (HostEntries.Gone gone : entries.gone()) {
            if (held.contains(gone.hwaddr()) && !entries.know(gone.hwaddr())) {
                release(settings, gone.hwaddr(), NOBODY);
            }
            if (gone.since().isAfter(last)) {
                more = true;
            } else {
                entries.forget(gone);
            }
        }
        return more;
    }

    /** Stops keeping the server, which goes on. */
    void forget() {
        lock.lock();
        try {
            letGo();
        } finally {
            lock.unlock();
        }
    }

    private void takeDown(BridgeSettings settings) {
        letGo();
        dnsmasq.stop();
        Program.of("nft", "-f", "-").reading(Ruleset.removing(settings.name())).must();
        Interface.down(settings);
    }

    private void serve(BridgeSettings settings, List<Host> hosts) {
        boolean changed = entries.set(settings, hosts);
        kept = settings;
        if (!dnsmasq.ensure(settings) && changed) {
            dnsmasq.reload();
        }
        keep(settings);
        if (!entries.gone().isEmpty()) {
            lookAgainLater();
        }
    }

    // ---- leases ----

    /** An address is free at once: by the message the client itself would send, else by editing the file. */
    private void release(BridgeSettings settings, String hwaddr, String hostname) {
        List<LeaseFile.Entry> held = leases.of(hwaddr, hostname);
        if (held.isEmpty()) {
            return;
        }
        if (settings.v4().address().isPresent() && held.stream().noneMatch(LeaseFile.Entry::v6)) {
            var server = settings.v4().address().get().address();
            held.forEach(it -> Release.send(server, Cidr.ip(it.address()).orElseThrow(), it.hwaddr()));
            for (int i = 0; i < 30; i++) {
                if (leases.of(hwaddr, hostname).isEmpty()) {
                    return;
                }
                pause(BETWEEN_LOOKS);
            }
        }
        editLeases(settings, hwaddr, hostname);
    }

    private void editLeases(BridgeSettings settings, String hwaddr, String hostname) {
        boolean ran = dnsmasq.isRunning();
        dnsmasq.stop();
        try {
            leases.remove(leases.of(hwaddr, hostname));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            if (ran) {
                dnsmasq.start(settings);
            }
        }
    }

    // ---- the keeper: called with the lock held ----

    private void letGo() {
        kept = null;
        if (keeper != null) {
            keeper.letGo();
            keeper = null;
        }
    }

    /** A keeper that has seen its dnsmasq end takes up the one that runs by then: one keeper is enough. */
    private void keep(BridgeSettings settings) {
        if (keeper != null && keeper.wanted()) {
            return;
        }
        PidFd process = dnsmasq.running().orElseThrow(Bridge::endedAtOnce);
        keeper = new Keeper(settings.name(), process, this::restarted);
        keeper.start();
    }

    /** On the keeper's thread: the dnsmasq that runs now, started if need be; null when none is wanted any more. */
    private @Nullable PidFd restarted(Keeper asking) {
        lock.lock();
        try {
            BridgeSettings settings = kept;
            if (settings == null || !asking.equals(keeper)) {
                return null;
            }
            if (dnsmasq.ensure(settings)) {
                LOG.log(Level.WARNING, "dnsmasq of network {0} had ended; started it again", settings.name());
            }
            return dnsmasq.running().orElseThrow(Bridge::endedAtOnce);
        } finally {
            lock.unlock();
        }
    }

    private static Refused endedAtOnce() {
        return Refused.failed("dnsmasq ended right after its start; the host's log has what it said");
    }

    // ---- small things ----

    private void alone(String what, Runnable work) {
        lock.lock();
        try {
            work.run();
        } catch (Program.Failed failed) {
            throw Refused.driver("bridge", what, String.valueOf(failed.getMessage()));
        } catch (UncheckedIOException failed) {
            throw Refused.driver("bridge", what, String.valueOf(failed.getMessage()));
        } finally {
            lock.unlock();
        }
    }

    private void removeFiles() {
        if (!Files.exists(directory)) {
            return;
        }
        try (var all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
