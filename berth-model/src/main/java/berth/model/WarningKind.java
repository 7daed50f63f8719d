package berth.model;

/** What the house warns of. Texts and severities are LXD's where it has them. */
public enum WarningKind {
    APPARMOR("AppArmor support has been disabled", "low"),
    BLKIO("Couldn't find the CGroup blkio", "low"),
    CPU("Couldn't find the CGroup CPU controller", "low"),
    CPU_ACCOUNTING("Couldn't find the CGroup CPUacct controller", "low"),
    CPU_SET("Couldn't find the CGroup CPUset controller", "low"),
    DEVICES("Couldn't find the CGroup devices controller", "low"),
    FREEZER("Couldn't find the CGroup freezer controller", "low"),
    HUGE_PAGES("Couldn't find the CGroup hugetlb controller", "low"),
    MEMORY("Couldn't find the CGroup memory controller", "low"),
    NETWORK_PRIORITY("Couldn't find the CGroup network priority controller", "low"),
    PROCESSES("Couldn't find the CGroup pids controller", "low"),
    SWAP("Couldn't find the CGroup memory swap accounting", "low"),
    INSTANCE_TYPE("Instance type not operational", "low"),
    KERNEL_LIMIT("Kernel limit too low for many instances", "moderate"),
    POOL("Storage pool unavailable", "high"),
    NETWORK("Network unavailable", "high"),
    LEASES("Network leases cannot be read", "low"),
    AUTOSTART("Failed to autostart instance", "low"),
    UNFINISHED("An operation could neither be finished nor undone", "high"),
    CLOCK("The clock was set", "moderate");

    private final String text;
    private final String severity;

    WarningKind(String text, String severity) {
        this.text = text;
        this.severity = severity;
    }

    /** As people read it. */
    public String text() {
        return text;
    }

    /** {@code low}, {@code moderate} or {@code high}. */
    public String severity() {
        return severity;
    }
}
