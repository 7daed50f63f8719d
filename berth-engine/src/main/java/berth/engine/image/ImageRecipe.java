package berth.engine.image;

import berth.model.Quoted;
import berth.model.Refused;
import berth.model.wanted.GuestFile;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What to build an image of.
 *
 * @param packages besides those that every image gets
 * @param files put in last
 */
public record ImageRecipe(Distribution distribution, List<String> packages, List<GuestFile> files) {
    private static final Pattern PACKAGE = Pattern.compile("[a-z0-9][a-z0-9.+-]{1,127}");

    public ImageRecipe {
        packages = List.copyOf(packages);
        files = List.copyOf(files);
        for (String name : packages) {
            if (!PACKAGE.matcher(name).matches()) {
                throw Refused.invalid(Quoted.of(name) + " is no name of a package");
            }
        }
    }
}
