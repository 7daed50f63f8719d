package berth.spi;

import berth.model.ProjectName;
import berth.model.VolumeKind;

/** A volume inside a pool, by kind and name. */
public record VolumeRef(VolumeKind kind, ProjectName project, String name) {
    /** Its directory name: the project is a prefix except for instances of the default project, as LXD has it. */
    public String key() {
        return project.text().equals("default") && kind != VolumeKind.CUSTOM ? name : project.text() + "_" + name;
    }
}
