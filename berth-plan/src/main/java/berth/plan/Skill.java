package berth.plan;

/** What the drivers of this host can change while a guest runs. Where a rule says live and the skill is missing, it is a restart. */
public enum Skill {
    /** Limits of CPU, memory, processes, I/O. */
    LIMITS,
    /** Disks put into a running guest. */
    MOUNT_HOTPLUG,
    /** Other devices put into and taken out of a running guest. */
    DEVICE_HOTPLUG,
    /** Network cards put into and taken out of a running guest. */
    NIC_HOTPLUG,
    /** Limits, filters, routes and DHCP addresses of a card that stays. */
    NIC_SETTINGS,
    /** Files written into a running guest. */
    FILES,
    /** The root disk made larger. */
    ROOT_GROW,
    /** Nesting switched while the guest runs. */
    NESTING
}
