package berth.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /1.0/sites/check}, {@code plan} and {@code apply}: Berth's own, not LXD's.
 *
 * @param host whether a check holds the files against this host as well; true when left out
 * @param normal whether a check answers the normal form of what it understood as well
 * @param strategy {@code dynamic}, {@code reload}, {@code restart} or {@code none}, this time, for all guests
 * @param plan what names the plan that is to be applied, or a generation's number; refused when that is not what it would be
 * @param now whether guests are disturbed outside of their {@code update.window} too; false when left out
 * @param systems what was built for guests that say {@code system-config}: paths of the Nix store, by the guests' names
 * @param awaitReady whether an apply is over only when the guests it started are ready; true when left out
 */
public record SitePost(
        @Nullable String site,
        @Nullable List<@Nullable File> files,
        @Nullable List<@Nullable String> adopt,
        @Nullable Boolean awaitReady,
        @Nullable String strategy,
        @Nullable String plan,
        @Nullable Boolean host,
        @Nullable Boolean normal,
        @Nullable Boolean now,
        @Nullable Map<String, String> systems) {

    /**
     * A file of the site, as it stands.
     *
     * @param folder where it lies on the daemon's host, for the relative paths in it; left out when it lies nowhere
     * @param guest the one guest that it is about, whose keys it holds and nothing else; left out of a whole site's file
     */
    public record File(
            @Nullable String name,
            @Nullable String folder,
            @Nullable String text,
            @Nullable String guest) {}
}
