package berth.spi;

import berth.model.Fingerprint;
import berth.model.PoolName;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.VolumeKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where things lie in a pool of a driver that keeps directories: LXD's layout. Only names; nothing here touches a disk.
 *
 * <p>The pool's own directory is for root alone, as the ids in it are the guests' own: a set-uid file of a guest's root would
 * be one of the host's. Roots are shown with mapped ids under {@link #roots}, one holder directory each.
 */
public record PoolLayout(Path state, PoolName pool) {
    /** What an image's directory and a container's volume are made of, as they are handed around. */
    public static final List<String> PARTS = List.of("rootfs", "metadata.yaml", "templates");

    /** The directory where the pool lies or is mounted. */
    public Path top() {
        return state.resolve("storage-pools").resolve(pool.text());
    }

    /** The file of a pool that Berth makes on a file. */
    public Path loopFile() {
        return state.resolve("disks").resolve(pool.text() + ".img");
    }

    /** Where roots of the pool's volumes are mounted. */
    public Path roots() {
        return state.resolve("roots").resolve(pool.text());
    }

    /** The holder directory of a volume's mounted root. */
    public Path holder(VolumeRef volume) {
        return roots().resolve(place(volume.kind())).resolve(checked(volume.key()));
    }

    /** A volume's directory, from the top. */
    public String volume(VolumeRef volume) {
        return place(volume.kind()) + "/" + checked(volume.key());
    }

    /** The directory of all snapshots of a volume, from the top. */
    public String snapshots(VolumeRef volume) {
        return place(volume.kind()) + "-snapshots/" + checked(volume.key());
    }

    /** A snapshot's directory, from the top. */
    public String snapshot(VolumeRef volume, String snapshot) {
        return snapshots(volume) + "/" + checked(snapshot);
    }

    /** An unpacked image's directory, from the top. */
    public String image(Fingerprint image) {
        return "images/" + image.text();
    }

    /** Where in a volume's directory its root is, relative; empty for the directory itself. */
    public static String root(VolumeKind kind) {
        return kind == VolumeKind.CONTAINER ? "rootfs" : "";
    }

    /** The directories that every pool has at its top. */
    public static List<String> places() {
        return Stream.of(VolumeKind.values())
                .flatMap(it ->
                        it == VolumeKind.IMAGE ? Stream.of(place(it)) : Stream.of(place(it), place(it) + "-snapshots"))
                .toList();
    }

    /** The kinds of volumes that are made one by one: all but images. */
    public static List<VolumeKind> kinds() {
        return List.of(VolumeKind.CONTAINER, VolumeKind.VIRTUAL_MACHINE, VolumeKind.CUSTOM);
    }

    /** The directory of a kind, from the top. */
    public static String place(VolumeKind kind) {
        return switch (kind) {
            case CONTAINER -> "containers";
            case VIRTUAL_MACHINE -> "virtual-machines";
            case IMAGE -> "images";
            case CUSTOM -> "custom";
        };
    }

    /** The volume whose directory has that name: the reverse of {@link VolumeRef#key}; nothing for a name that is none. */
    public static Optional<VolumeRef> volume(VolumeKind kind, String key) {
        int project = key.indexOf('_'); // never part of a project's name
        if (key.startsWith(".")) {
            return Optional.empty();
        }
        if (project < 0) {
            return kind == VolumeKind.CUSTOM
                    ? Optional.empty()
                    : Optional.of(new VolumeRef(kind, new ProjectName("default"), key));
        }
        return Optional.of(new VolumeRef(kind, new ProjectName(key.substring(0, project)), key.substring(project + 1)));
    }

    private static String checked(String name) {
        boolean bad = name.isEmpty()
                || name.startsWith(".")
                || name.length() > 255
                || name.chars().anyMatch(c -> c == '/' || c < ' ');
        if (bad) {
            throw Refused.invalid(
                    "Invalid storage volume name " + Quoted.of(name)
                            + ": it may not be empty, begin with a dot, hold slashes or control characters, or exceed 255 characters");
        }
        return name;
    }
}
