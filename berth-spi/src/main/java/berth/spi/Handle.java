package berth.spi;

import berth.model.InstanceName;
import berth.model.ProjectName;
import java.util.UUID;

/** What a driver knows an instance by. */
public record Handle(UUID id, ProjectName project, InstanceName name) {
    /** The name on disk and in cgroups: {@code web1}, or {@code project_web1} outside of the default project. */
    public String key() {
        return project.text().equals("default") ? name.text() : project.text() + "_" + name.text();
    }
}
