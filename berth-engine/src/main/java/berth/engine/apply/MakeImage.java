package berth.engine.apply;

import berth.model.Fingerprint;
import berth.model.wanted.WantedImage;
import java.util.function.Consumer;

/** Makes or fetches an image that a site asks for; without an alias. */
@FunctionalInterface
interface MakeImage {
    /**
     * Returns when the image is here.
     *
     * @param progress is told lines for people
     */
    Fingerprint make(WantedImage wanted, Consumer<String> progress);
}
