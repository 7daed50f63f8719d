package berth.rest;

import berth.model.Fingerprint;
import berth.model.ProjectName;
import berth.wire.InstanceSource;

/** Which image a request means: by fingerprint or the beginning of one, by alias, or by properties. */
@FunctionalInterface
interface ImageLookup {
    /** Its fingerprint; refuses with 404 when there is none, 400 when it is not clear which. */
    Fingerprint find(ProjectName project, InstanceSource source);
}
