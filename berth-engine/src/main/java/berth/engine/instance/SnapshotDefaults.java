package berth.engine.instance;

import berth.model.Instance;
import berth.model.Snapshot;
import berth.model.SnapshotExpiry;
import berth.model.SnapshotPattern;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** What an instance's keys say of snapshots for which nobody said it: their name, and when they may go. */
record SnapshotDefaults(Instances instances, Clock clock) {
    String next(Instance instance, List<Snapshot> there) {
        String pattern = key(instance, "snapshots.pattern");
        return (pattern.isEmpty() ? SnapshotPattern.USUAL : new SnapshotPattern(pattern))
                .name(
                        clock.instant(),
                        clock.getZone(),
                        there.stream().map(Snapshot::name).toList());
    }

    /** The epoch for never. */
    Instant expiry(Instance instance) {
        String expiry = key(instance, "snapshots.expiry");
        return expiry.isEmpty() ? Instant.EPOCH : new SnapshotExpiry(expiry).after(clock.instant(), clock.getZone());
    }

    private String key(Instance instance, String key) {
        return instances.effective(instance).config().getOrDefault(key, "");
    }
}
