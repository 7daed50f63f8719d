package berth.model.wanted;

import java.util.List;
import java.util.Set;

/**
 * An image as a file asks for it; its name becomes an alias.
 *
 * @param name of the alias
 * @param rebuild whether guests are given a new root when it is another image than they were made of
 */
public record WantedImage(
        String name, String description, Source source, boolean rebuild, Set<Protection> protect, Origin origin) {
    public WantedImage {
        protect = Set.copyOf(protect);
    }

    /** An image for new guests only. */
    public WantedImage(String name, String description, Source source, Origin origin) {
        this(name, description, source, false, Set.of(), origin);
    }

    /** Where it comes from. */
    public sealed interface Source {
        /**
         * Made from a distribution's own packages.
         *
         * @param base for instance {@code debian/12}
         * @param packages to install besides those that every image gets, sorted
         * @param files put in last, sorted by path
         */
        record Build(String base, List<String> packages, List<GuestFile> files) implements Source {
            public Build {
                packages = List.copyOf(packages);
                files = List.copyOf(files);
            }
        }

        /** A unified tarball on the host, absolute path. */
        record Tarball(String path) implements Source {}

        /** An alias or fingerprint (or its beginning) that is on the host already. */
        record Existing(String name) implements Source {}
    }
}
