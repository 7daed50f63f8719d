package berth.engine.image;

import berth.model.Quoted;
import berth.model.Refused;
import java.util.List;

/**
 * A release of a distribution that images can be built of.
 *
 * @param version as people say it: {@code 12}
 * @param codename as its archive calls it: {@code bookworm}
 */
public record Distribution(String version, String codename) {
    private static final List<Distribution> KNOWN =
            List.of(new Distribution("12", "bookworm"), new Distribution("13", "trixie"));

    /** The release that is named so: {@code debian/12} or {@code debian/bookworm}; refuses what cannot be built. */
    public static Distribution of(String name) {
        for (Distribution known : KNOWN) {
            if (name.equals("debian/" + known.version()) || name.equals("debian/" + known.codename())) {
                return known;
            }
        }
        throw Refused.invalid(Quoted.of(name) + " cannot be built; there are debian/12 and debian/13");
    }
}
