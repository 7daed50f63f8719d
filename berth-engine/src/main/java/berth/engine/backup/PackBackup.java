package berth.engine.backup;

import berth.engine.driver.VolumeContent;
import berth.host.Errno;
import berth.host.archive.BadArchive;
import berth.host.archive.Compression;
import berth.host.archive.Pack;
import berth.host.file.Beneath;
import berth.model.Backup;
import berth.model.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Packs a backup as LXD does: {@code backup/index.yaml}, {@code backup/snapshots/<name>/}, {@code backup/container/}, where
 * roots lie beside what is said about them; or of a volume {@code backup/volume-snapshots/<name>/}, {@code backup/volume/},
 * with nothing beside its content.
 */
public final class PackBackup {
    private static final String TOP = "backup";
    private final BackupFiles files;

    /** Packs into those files. */
    public PackBackup(BackupFiles files) {
        this.files = files;
    }

    /**
     * Makes the backup's file, or makes it anew.
     *
     * @param index the text of its index
     * @param about the text of each part's {@code backup.yaml}; null for parts that are content alone
     * @param parts content by where it goes below {@code backup/}, in the order in which it is packed
     */
    public void pack(
            Backup backup,
            Compression compression,
            String index,
            @Nullable String about,
            Map<String, VolumeContent> parts) {
        files.workplace(place -> files.write(backup, file -> {
            try (Beneath own = Beneath.own(place);
                    var pack = new Pack(file, compression)) {
                own.mkdir(TOP, 0755);
                own.write(TOP + "/index.yaml", index.getBytes(StandardCharsets.UTF_8), 0644);
                pack.add(place, TOP + "/index.yaml");
                for (var part : parts.entrySet()) {
                    String name = TOP + "/" + part.getKey();
                    part.getValue().show(shown -> {
                        if (about != null) {
                            add(pack, own, place, name, about, shown.about());
                        }
                        return add(pack, shown.root(), about == null ? name : name + "/rootfs");
                    });
                }
                pack.end();
            } catch (IOException | UncheckedIOException | Errno | BadArchive failed) {
                throw Refused.failed("Packing the backup " + backup.name() + " failed: " + failed.getMessage());
            }
        }));
    }

    /** Adds what is said about a root. */
    private static void add(Pack pack, Beneath own, Path place, String name, String about, Path from) {
        own.makeDirectories(name.substring(0, name.lastIndexOf('/')), 0711);
        own.mkdir(name, 0700);
        own.write(name + "/backup.yaml", about.getBytes(StandardCharsets.UTF_8), 0400);
        VolumeContent.copyAbout(from, place.resolve(name));
        try {
            pack.add(place, name);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean add(Pack pack, Path content, String name) {
        try {
            pack.addAs(content, name);
            return true;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
