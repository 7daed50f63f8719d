package berth.engine.driver;

import berth.host.file.Beneath;
import berth.host.file.Stat;
import berth.host.file.TreeCopy;
import berth.model.Pool;
import berth.model.VolumeKind;
import berth.spi.PoolLayout;
import berth.spi.StorageDriver.Shown;
import berth.spi.StorageDriver.Source;
import berth.spi.VolumeRef;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a volume or a snapshot of it holds, on its way into another volume. */
public record VolumeContent(
        Drivers drivers,
        Pool pool,
        VolumeRef volume,
        @Nullable String snapshot) {
    private static final int DESCRIPTION = 16 << 20;

    /** As content of a volume in that pool: within a pool blocks are shared, from one to another files are copied. */
    public Source into(Pool there) {
        return there.name().equals(pool.name())
                ? new Source.FromVolume(volume, snapshot)
                : new Source.Filled(directory -> show(shown -> {
                    copy(shown, directory);
                    return true;
                }));
    }

    /** Shows it for the time of the work, as {@link berth.spi.StorageDriver#show} does. */
    public <T> T show(Function<Shown, T> work) {
        return drivers.keeping(pool).show(pool, volume, snapshot, work);
    }

    private void copy(Shown shown, Path directory) {
        String root = PoolLayout.root(volume.kind());
        if (volume.kind() != VolumeKind.CUSTOM) {
            copyAbout(shown.about(), directory);
        }
        TreeCopy.copy(shown.root(), directory.resolve(root));
    }

    /** Copies what an instance's volume holds beside its root. */
    public static void copyAbout(Path from, Path to) {
        try (Beneath there = Beneath.own(from);
                Beneath here = Beneath.own(to)) {
            copyFile(there, "metadata.yaml", here);
            copyTemplates(there, "templates", here);
        }
    }

    private static void copyTemplates(Beneath from, String name, Beneath to) {
        if (from.lstat(name).filter(Stat::isDirectory).isPresent()) {
            to.mkdir(name, 0700);
            for (String below : from.list(name)) {
                copyFile(from, name + "/" + below, to);
                copyTemplates(from, name + "/" + below, to);
            }
        }
    }

    private static void copyFile(Beneath from, String name, Beneath to) {
        if (from.lstat(name).filter(Stat::isFile).isPresent()) {
            to.write(name, from.read(name, DESCRIPTION), 0600);
        }
    }
}
