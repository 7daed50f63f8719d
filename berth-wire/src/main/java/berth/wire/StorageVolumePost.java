package berth.wire;

import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/storage-pools/{pool}/volumes/{type}/{name}}: another name, or another pool too. */
public record StorageVolumePost(
        @Nullable String name,
        @Nullable String pool,
        @Nullable String project,
        boolean migration,
        boolean volumeOnly) {}
