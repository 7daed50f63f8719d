package berth.engine.backup;

import berth.host.archive.ArchiveInspection;
import berth.host.archive.ArchiveLimits;
import berth.host.archive.BackupContent;
import berth.host.archive.BadArchive;
import berth.host.archive.Unpack;
import berth.host.file.Beneath;
import berth.host.file.IdExtents;
import berth.host.file.IdMappedMount;
import berth.host.file.Mounts;
import berth.host.file.TreeCopy;
import berth.model.Refused;
import berth.spi.StorageDriver.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** A backup's file that came in: looked through, and its parts as content of new volumes. */
public final class PartOfBackup {
    private PartOfBackup() {}

    /** Looks through all of it; refuses what is no backup. */
    public static BackupContent look(Path received) {
        try {
            return new ArchiveInspection(ArchiveLimits.IMAGE).inspectBackup(received);
        } catch (BadArchive bad) {
            throw Refused.invalid("This is no backup that can be imported: " + bad.getMessage());
        }
    }

    /** Refuses a file without each of those snapshots. */
    public static void requireSnapshots(BackupContent content, String place, List<String> names) {
        for (String name : names) {
            if (!content.snapshots().contains(name)) {
                throw Refused.invalid(
                        "This is no backup that can be imported: it holds no backup/" + place + "/" + name);
            }
        }
    }

    /** An instance, {@code backup/container}, or a snapshot of one. */
    public static Source ofInstance(String file, String... part) {
        return unpacking(
                directory -> Unpack.within(ArchiveLimits.IMAGE).partInto(directory, Path.of(file), List.of(part)));
    }

    /**
     * A volume, {@code backup/volume}, or a snapshot of one.
     *
     * @param hostIds what LXD noted of the ids in it
     */
    public static Source ofVolume(String file, String hostIds, String... part) {
        IdExtents map = HostIds.read(hostIds);
        return unpacking(directory -> {
            var unpack = Unpack.within(ArchiveLimits.IMAGE);
            if (map.equals(IdExtents.SAME)) {
                unpack.volumeInto(directory, Path.of(file), List.of(part));
            } else {
                shifted(directory, map, it -> unpack.volumeInto(it, Path.of(file), List.of(part)));
            }
        });
    }

    /** Fills the directory with what the work makes in another one, as the map shows it. */
    private static void shifted(Path directory, IdExtents map, Consumer<Path> work) {
        String made = Beneath.UNFINISHED + UUID.randomUUID();
        String shown = Beneath.UNFINISHED + UUID.randomUUID();
        try (Beneath own = Beneath.own(directory)) {
            own.mkdir(made, 0700);
            own.mkdir(shown, 0700);
            work.accept(directory.resolve(made));
            try (Beneath source = own.sub(made)) {
                IdMappedMount.attach(source, directory.resolve(shown), map);
                TreeCopy.copy(directory.resolve(shown), directory);
            } finally {
                Mounts.detach(directory.resolve(shown));
            }
            own.deleteTree(made);
            own.rmdir(shown);
        }
    }

    private static Source unpacking(Consumer<Path> work) {
        return new Source.Filled(directory -> {
            try {
                work.accept(directory);
            } catch (BadArchive bad) {
                throw Refused.invalid("Unpacking the backup failed: " + bad.getMessage());
            }
        });
    }
}
