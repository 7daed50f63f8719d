package berth.host.archive;

import java.time.Duration;

/**
 * What an archive may cost us (security class C6).
 *
 * @param metadataBytes of {@code metadata.yaml}
 * @param entries files, directories, links and devices
 * @param bytes of content once unpacked, holes not counted
 * @param apparentBytes of content once unpacked, holes counted
 * @param trailingBytes that may follow the end mark (padding)
 * @param memoryBytes address space of a program that decompresses or unpacks
 * @param time for one pass over the archive
 */
public record ArchiveLimits(
        long metadataBytes,
        long entries,
        long bytes,
        long apparentBytes,
        long trailingBytes,
        long memoryBytes,
        Duration time) {
    private static final long MIB = 1024L * 1024;
    private static final long GIB = 1024 * MIB;

    /** For images: 1 MiB of YAML, 4 million entries, 128 GiB (1 TiB with holes), 2 GiB of memory, 30 minutes. */
    public static final ArchiveLimits IMAGE =
            new ArchiveLimits(MIB, 4_000_000, 128 * GIB, 1024 * GIB, 64 * MIB, 2 * GIB, Duration.ofMinutes(30));
}
