package berth.spec;

import static java.util.Map.entry;

import berth.model.InstanceOptions;
import java.util.Map;

/** The {@code config} keys of a container and of a profile, as LXD 5.0 has them. */
final class GuestOptions {
    private static final String VM_ONLY = "is for virtual machines; those are not supported yet";
    private static final Value RLIMIT =
            Value.pattern("(unlimited|[0-9]+)(:(unlimited|[0-9]+))?", "N, N:M or unlimited");

    static final Options CONTAINER = new Options(
            Map.<String, Value>ofEntries(
                    entry("boot.autorestart", Value.BOOL),
                    entry("boot.autostart", Value.BOOL),
                    entry("boot.autostart.delay", Value.range(0, 86_400)),
                    entry("boot.autostart.priority", Value.INT),
                    entry("boot.host_shutdown_timeout", Value.range(0, 86_400)),
                    entry("boot.stop.priority", Value.INT),
                    entry("cloud-init.network-config", Value.TEXT),
                    entry("cloud-init.user-data", Value.TEXT),
                    entry("cloud-init.vendor-data", Value.TEXT),
                    entry("cluster.evacuate", Value.oneOf("auto", "migrate", "live-migrate", "stop")),
                    entry("environment.*", Value.TEXT),
                    entry("limits.cpu", Value.CPUS),
                    entry(
                            "limits.cpu.allowance",
                            Value.pattern(
                                    "([0-9]{1,3}%|[0-9]+(ms)?/[0-9]+(ms)?)", "a share such as 50% or 25ms/100ms")),
                    entry("limits.cpu.priority", Value.range(0, 10)),
                    entry("limits.disk.priority", Value.range(0, 10)),
                    entry("limits.hugepages.64KB", Value.SIZE),
                    entry("limits.hugepages.1MB", Value.SIZE),
                    entry("limits.hugepages.2MB", Value.SIZE),
                    entry("limits.hugepages.1GB", Value.SIZE),
                    entry("limits.kernel.*", RLIMIT),
                    entry("limits.memory", Value.MEMORY),
                    entry("limits.memory.enforce", Value.oneOf("soft", "hard")),
                    entry("limits.memory.swap", Value.BOOL),
                    entry("limits.memory.swap.priority", Value.range(0, 10)),
                    entry("limits.network.priority", Value.UINT),
                    entry("limits.processes", Value.range(1, 4_194_304)),
                    entry("linux.kernel_modules", Value.list(Value.pattern("[a-zA-Z0-9_-]+", "a module's name"))),
                    entry("linux.sysctl.*", Value.TEXT),
                    entry("migration.incremental.memory", Value.BOOL),
                    entry("migration.incremental.memory.goal", Value.range(0, 100)),
                    entry("migration.incremental.memory.iterations", Value.UINT),
                    entry("nvidia.driver.capabilities", Value.TEXT),
                    entry("nvidia.require.cuda", Value.TEXT),
                    entry("nvidia.require.driver", Value.TEXT),
                    entry("nvidia.runtime", Value.BOOL),
                    entry("raw.apparmor", Value.TEXT),
                    entry("raw.idmap", Value.TEXT),
                    entry("raw.lxc", Value.TEXT),
                    entry("raw.seccomp", Value.TEXT),
                    entry("security.devlxd", Value.BOOL),
                    entry("security.devlxd.images", Value.BOOL),
                    entry("security.idmap.base", Value.UINT),
                    entry("security.idmap.isolated", Value.BOOL),
                    entry("security.idmap.size", Value.UINT),
                    entry("security.nesting", Value.BOOL),
                    entry("security.privileged", Value.BOOL),
                    entry("security.protection.delete", Value.BOOL),
                    entry("security.protection.shift", Value.BOOL),
                    entry("security.syscalls.allow", Value.TEXT),
                    entry("security.syscalls.deny", Value.TEXT),
                    entry("security.syscalls.deny_compat", Value.BOOL),
                    entry("security.syscalls.deny_default", Value.BOOL),
                    entry("security.syscalls.intercept.bpf", Value.BOOL),
                    entry("security.syscalls.intercept.bpf.devices", Value.BOOL),
                    entry("security.syscalls.intercept.mknod", Value.BOOL),
                    entry("security.syscalls.intercept.mount", Value.BOOL),
                    entry("security.syscalls.intercept.mount.allowed", Value.TEXT),
                    entry("security.syscalls.intercept.mount.fuse", Value.TEXT),
                    entry("security.syscalls.intercept.mount.shift", Value.BOOL),
                    entry("security.syscalls.intercept.sched_setscheduler", Value.BOOL),
                    entry("security.syscalls.intercept.setxattr", Value.BOOL),
                    entry("snapshots.expiry", Value.TEXT),
                    entry("snapshots.pattern", Value.TEXT),
                    entry("snapshots.schedule", Value.TEXT),
                    entry("snapshots.schedule.stopped", Value.BOOL),
                    entry("user.*", Value.TEXT)),
            Map.ofEntries(
                    entry(InstanceOptions.SYSTEM, "is said by path or system-config of a guest"),
                    entry("agent.nic_config", VM_ONLY),
                    entry("limits.memory.hugepages", VM_ONLY),
                    entry("migration.stateful", VM_ONLY),
                    entry("raw.qemu", VM_ONLY),
                    entry("raw.qemu.conf", VM_ONLY),
                    entry("security.agent.metrics", VM_ONLY),
                    entry("security.secureboot", VM_ONLY),
                    entry("security.syscalls.blacklist", "is the old name of security.syscalls.deny; write that"),
                    entry("security.syscalls.whitelist", "is the old name of security.syscalls.allow; write that"),
                    entry(
                            "security.syscalls.blacklist_compat",
                            "is the old name of security.syscalls.deny_compat; write that"),
                    entry(
                            "security.syscalls.blacklist_default",
                            "is the old name of security.syscalls.deny_default; write that")));

    private GuestOptions() {}
}
