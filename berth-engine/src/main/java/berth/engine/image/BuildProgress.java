package berth.engine.image;

import java.util.Optional;

/**
 * How far a build is.
 *
 * @param stage for people, for instance {@code installing packages}
 * @param percent of the whole, by the time that stages usually take
 */
public record BuildProgress(String stage, int percent) {
    /** As clients show it: {@code installing packages: 45%}. */
    public String text() {
        return stage + ": " + percent + "%";
    }

    /** What a line of mmdebstrap's means, if it is the beginning of a stage. */
    static Optional<BuildProgress> ofBootstrap(String line) {
        if (!line.startsWith("I: ")) {
            return Optional.empty();
        }
        String said = line.substring(3);
        if (said.startsWith("running apt-get update")) {
            return Optional.of(new BuildProgress("reading package lists", 3));
        }
        if (said.startsWith("downloading packages with apt")) {
            return Optional.of(new BuildProgress("fetching packages", 10));
        }
        if (said.startsWith("extracting archives")) {
            return Optional.of(new BuildProgress("unpacking the base system", 25));
        }
        if (said.startsWith("installing essential packages")) {
            return Optional.of(new BuildProgress("installing the base system", 35));
        }
        if (said.startsWith("installing remaining packages")) {
            return Optional.of(new BuildProgress("installing packages", 50));
        }
        return Optional.empty();
    }
}
