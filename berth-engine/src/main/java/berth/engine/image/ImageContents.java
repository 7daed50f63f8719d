package berth.engine.image;

import berth.model.Fingerprint;
import berth.model.Image;
import berth.model.Pool;
import berth.model.ProjectName;

/** What making an instance needs of images. */
public interface ImageContents {
    /** The image; refuses when it is not here. */
    Image require(ProjectName project, Fingerprint fingerprint);

    /** Has the image unpacked in the pool when it returns, once however many ask at a time. */
    void unpack(Pool pool, Image image);

    /** Removes what interrupted uploads and deleted images left behind; once, after open runs are finished. */
    default void tidy() {}
}
