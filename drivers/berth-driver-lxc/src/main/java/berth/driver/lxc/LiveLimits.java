package berth.driver.lxc;

import berth.host.cgroup.Cgroup;
import berth.host.cgroup.Cgroup.Setting;
import berth.model.Refused;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes limits of a running container. On cgroup v1 memory and memory+swap bound each other, so that their order
 * depends on the direction: whatever fails is tried once more after all others.
 */
record LiveLimits(Cgroup payload) {
    void apply(List<Setting> wanted) {
        var again = new ArrayList<Setting>();
        for (Setting setting : wanted) {
            try {
                payload.set(setting);
            } catch (IllegalArgumentException refused) {
                again.add(setting);
            }
        }
        // Backwards: what failed last was bounded by what failed first, or the other way round.
        for (Setting setting : again.reversed()) {
            try {
                payload.set(setting);
            } catch (IllegalArgumentException refused) {
                throw Refused.driver("lxc", "change limits", String.valueOf(refused.getMessage()));
            }
        }
    }
}
