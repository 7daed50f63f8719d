package berth.driver.lxc;

import berth.host.KernelModules;
import berth.host.Program;
import berth.host.cgroup.Cgroups;
import berth.model.Problem;
import berth.model.Refused;
import java.util.List;
import java.util.Map;

/**
 * Keys that ask something of the host itself. What it does not have, or what could have no effect, is refused at the start
 * with the reason: a guest that seems to have what it has not is worse.
 */
final class HostDemands {
    private HostDemands() {}

    /** Refuses a start whose demands this host cannot meet. */
    static void check(Cgroups cgroups, Map<String, String> config) {
        if (config.getOrDefault("image.requirements.cgroup", "").equals("v1")
                && cgroups.layout().equals("unified")) {
            throw refused("The image needs control groups of version 1 (image.requirements.cgroup=v1) and this host has"
                    + " only version 2; take a newer image, or start the host with systemd.unified_cgroup_hierarchy=0");
        }
        if (Config.isTrue(config, "nvidia.runtime")) {
            boolean there = Program.find("nvidia-container-cli").isPresent();
            throw refused("nvidia.runtime is not supported: "
                    + (there
                            ? "nvidia-container-cli is here, but Berth does not use it yet; give the guest the card by a gpu device"
                            : "nvidia-container-cli is not installed on this host"));
        }
        if (!config.getOrDefault("limits.network.priority", "0").matches("0*")) {
            throw refused("limits.network.priority can have no effect: the kernel forgets net_prio at the border of the"
                    + " container's own network namespace; set it to 0, or limits.egress of the network card");
        }
        for (String key :
                List.of("security.syscalls.intercept.mount.allowed", "security.syscalls.intercept.mount.fuse")) {
            if (!config.getOrDefault(key, "").isEmpty()) {
                throw refused(key + " is not supported, as no system call is intercepted; take it away");
            }
        }
    }

    /** Loads what {@code linux.kernel_modules} names, unless it is there. */
    static void loadModules(Map<String, String> config) {
        for (String name : config.getOrDefault("linux.kernel_modules", "").split(",")) {
            if (!name.isBlank()) {
                try {
                    KernelModules.load(name.strip());
                } catch (KernelModules.Absent absent) {
                    throw Refused.failed("linux.kernel_modules: " + absent.getMessage());
                }
            }
        }
    }

    private static Refused refused(String text) {
        return new Refused(new Problem.Unsupported(text));
    }
}
