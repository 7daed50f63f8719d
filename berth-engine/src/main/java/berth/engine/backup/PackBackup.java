package berth.engine.backup;

import berth.engine.driver.VolumeContent;
import berth.host.Errno;
import berth.host.archive.BadArchive;
import berth.host.archive.Compression;
import berth.host.archive.Pack;
import berth.host.file.Beneath;
import berth.host.file.Mounts;
import berth.model.Backup;
import berth.model.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Packs a backup as LXD does: {@code backup/index.yaml}, {@code backup/snapshots/<name>/}, {@code backup/container/}. Roots are
 * bound beside what is said about them, so that one program reads all of a part with its names as they are in the archive.
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
     * @param about the text of each part's {@code backup.yaml}
     * @param parts content by where it goes below {@code backup/}, in the order in which it is packed
     */
    public void pack(
            Backup backup, Compression compression, String index, String about, Map<String, VolumeContent> parts) {
        files.workplace(place -> files.write(backup, file -> {
            try (Beneath own = Beneath.own(place);
                    var pack = new Pack(file, compression)) {
                own.mkdir(TOP, 0755);
                own.write(TOP + "/index.yaml", index.getBytes(StandardCharsets.UTF_8), 0644);
                pack.add(place, TOP + "/index.yaml");
                for (var part : parts.entrySet()) {
                    add(pack, own, place, TOP + "/" + part.getKey(), about, part.getValue());
                }
                pack.end();
            } catch (IOException | UncheckedIOException | Errno | BadArchive failed) {
                throw Refused.failed("Packing the backup " + backup.name() + " failed: " + failed.getMessage());
            }
        }));
    }

    private static void add(Pack pack, Beneath own, Path place, String name, String about, VolumeContent content) {
        List<String> made = new ArrayList<>(List.of(name.split("/")));
        made.removeLast();
        own.makeDirectories(String.join("/", made), 0711);
        own.mkdir(name, 0700);
        own.mkdir(name + "/rootfs", 0755);
        own.write(name + "/backup.yaml", about.getBytes(StandardCharsets.UTF_8), 0400);
        content.show(shown -> {
            VolumeContent.copyAbout(shown.about(), place.resolve(name));
            Mounts.bind(shown.root(), place.resolve(name).resolve("rootfs"));
            try {
                pack.add(place, name);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            } finally {
                Mounts.detach(place.resolve(name).resolve("rootfs"));
            }
            return true;
        });
    }
}
