package berth.host.file;

import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;

/**
 * A place of ours where a tree is mounted for the time of some work, such that its paths can be handed to programs: see
 * {@link IdMappedMount#attachForCopying}.
 */
public final class ShownTree {
    private ShownTree() {}

    /**
     * The result of the work, which is given an empty directory and mounts there; the mounts are taken away afterwards.
     *
     * @param above where the directory is made; it is made itself when it is not there
     */
    public static <T> T at(Path above, Function<Path, T> work) {
        Path place = above.resolve(Beneath.UNFINISHED + UUID.randomUUID());
        Places.make(above, 0711);
        Places.make(place, 0700);
        try {
            return work.apply(place);
        } finally {
            remove(place);
        }
    }

    /** Takes away what a daemon that died has left there. */
    public static void removeAll(Path above) {
        if (Places.isDirectory(above)) {
            try (Beneath places = Beneath.own(above)) {
                places.list(".").stream()
                        .filter(it -> it.startsWith(Beneath.UNFINISHED))
                        .forEach(it -> remove(above.resolve(it)));
            }
        }
    }

    private static void remove(Path place) {
        Mounts.detach(place);
        try (Beneath above = Beneath.own(Objects.requireNonNull(place.getParent()))) {
            above.rmdir(String.valueOf(place.getFileName()));
        }
    }
}
