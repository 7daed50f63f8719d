package berth.engine.instance;

import berth.model.Fingerprint;
import berth.model.InstanceName;
import berth.model.ProjectName;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;

/** Where the root of a new instance comes from. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "from")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Origin.OfImage.class, name = "image"),
    @JsonSubTypes.Type(value = Origin.Nothing.class, name = "nothing"),
    @JsonSubTypes.Type(value = Origin.OfInstance.class, name = "instance"),
    @JsonSubTypes.Type(value = Origin.OfBackup.class, name = "backup")
})
public sealed interface Origin {
    /** An image that is here. */
    record OfImage(ProjectName project, Fingerprint fingerprint) implements Origin {}

    /** Nothing: an empty root. */
    record Nothing() implements Origin {}

    /** A backup that has been looked through: a file of ours, which stays until the instance is made. */
    record OfBackup(String file) implements Origin {}

    /**
     * Another instance, or a snapshot of it.
     *
     * @param snapshots whether the instance's snapshots come along
     */
    record OfInstance(
            ProjectName project,
            InstanceName name,
            @Nullable String snapshot,
            boolean snapshots) implements Origin {}
}
