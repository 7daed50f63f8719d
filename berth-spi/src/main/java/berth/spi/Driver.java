package berth.spi;

/** Three kinds, and only these; within a kind anyone may add a driver, as a module of its own. */
public sealed interface Driver permits InstanceDriver, StorageDriver, NetworkDriver {
    /** Its name in configuration and lists: {@code lxc}, {@code btrfs}, {@code bridge}. */
    String id();

    /** The version of what it drives, for instance {@code 5.0.2}; empty when absent. */
    String version();

    /** Whether this host can use it, and if not, what is missing. */
    Readiness readiness();
}
