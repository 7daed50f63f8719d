package berth.engine.instance;

import berth.model.Declared;
import berth.model.InstanceName;
import berth.model.Kind;
import berth.model.ProfileName;
import berth.model.ProjectName;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * An instance that somebody wants, before any choice is made.
 *
 * @param name null lets Berth choose one
 * @param architecture empty for the image's, or the host's
 * @param profiles null for the image's, or {@code default}
 */
public record InstanceDraft(
        ProjectName project,
        @Nullable InstanceName name,
        Kind kind,
        String architecture,
        boolean ephemeral,
        String description,
        @Nullable List<ProfileName> profiles,
        SortedMap<String, String> config,
        SortedMap<String, SortedMap<String, String>> devices,
        Origin origin,
        @Nullable Declared declared) {}
