package berth.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/storage-pools/POOL/volumes/custom/VOLUME/backups}. */
public record StoragePoolVolumeBackupsPost(
        @Nullable String name,
        @Nullable Instant expiresAt,
        boolean volumeOnly,
        boolean optimizedStorage,
        @Nullable String compressionAlgorithm) {}
