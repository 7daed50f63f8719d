package berth.plan;

import berth.model.Fingerprint;
import berth.model.ImageAlias;
import berth.model.Instance;
import berth.model.wanted.Spec;
import berth.model.wanted.WantedImage;
import berth.model.wanted.WantedInstance;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Guests whose image says {@code refresh: rebuild}: they are given a new root when it is another one (rule A33). */
final class FollowImages {
    private static final int SHOWN = 12;

    private final Spec spec;
    private final World world;
    private final Set<String> madeAnew;

    /** @param madeAnew names of images that are made again by the plan */
    FollowImages(Spec spec, World world, Set<String> madeAnew) {
        this.spec = spec;
        this.world = world;
        this.madeAnew = Set.copyOf(madeAnew);
    }

    /** Whether a guest was made of another image than its own is, or will be. One that was not made of any never is. */
    boolean outdated(WantedInstance wanted, Instance actual) {
        WantedImage image = spec.images().get(wanted.image());
        String madeOf = actual.config().get(Guests.MADE_OF);
        return image != null
                && image.rebuild()
                && madeOf != null
                && (madeAnew.contains(image.name()) || !madeOf.equals(text(target(image))));
    }

    /** The line of a guest that is given a new root. */
    KeyChange rebuild(Judge judge, WantedInstance wanted, Instance actual) {
        WantedImage image = spec.images().get(wanted.image());
        boolean later = image == null || madeAnew.contains(image.name());
        String to = later || image == null ? "made by this plan" : brief(text(target(image)));
        return judge.key(
                Rule.Facet.FIELD,
                "image",
                "image (rebuild)",
                brief(actual.config().getOrDefault(Guests.MADE_OF, "")),
                to,
                Cause.FILE);
    }

    private @Nullable Fingerprint target(WantedImage image) {
        ImageAlias alias = world.aliases().get(image.name());
        return alias == null ? null : alias.target();
    }

    private static String text(@Nullable Fingerprint fingerprint) {
        return fingerprint == null ? "" : fingerprint.text();
    }

    static String brief(String fingerprint) {
        return fingerprint.substring(0, Math.min(SHOWN, fingerprint.length()));
    }
}
