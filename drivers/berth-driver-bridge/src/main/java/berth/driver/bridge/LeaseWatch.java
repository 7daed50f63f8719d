package berth.driver.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

/** Hears when dnsmasq writes its leases, by events of the kernel. Lasts as long as the daemon. */
final class LeaseWatch {
    private static final System.Logger LOG = System.getLogger(LeaseWatch.class.getName());

    private final WatchService service;
    private volatile Runnable changed;

    /** Tells that. */
    LeaseWatch(Path networks, Runnable changed) {
        this.changed = changed;
        try {
            service = networks.getFileSystem().newWatchService();
            if (Files.isDirectory(networks)) {
                try (var there = Files.newDirectoryStream(networks, Files::isDirectory)) {
                    there.forEach(this::add);
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofVirtual().name("watch of leases").start(this::watch);
    }

    void tell(Runnable other) {
        changed = other;
    }

    /** Hears of that network as well; again is no harm. */
    void add(Path network) {
        try {
            network.register(service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
        } catch (IOException unwatched) {
            LOG.log(Level.WARNING, "leases in {0} are not watched: {1}", network, unwatched.getMessage());
        }
    }

    private void watch() {
        try {
            while (true) {
                WatchKey key = service.take();
                boolean leases = key.pollEvents().stream()
                        .anyMatch(it ->
                                it.context() == null || it.context().toString().equals(Dnsmasq.LEASES));
                if (leases) {
                    changed.run();
                }
                key.reset();
            }
        } catch (InterruptedException | ClosedWatchServiceException end) {
            Thread.currentThread().interrupt();
        }
    }
}
