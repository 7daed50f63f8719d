package berth.cli;

import static berth.cli.Catalogue.entry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands about storage pools and volumes. */
final class StorageChapter {
    private StorageChapter() {}

    static List<Entry> entries() {
        return List.of(
                entry("storage list", "ls", "", "List storage pools", "berth storage list", List.of(Listing.FORMAT)),
                entry("storage show", "", "<pool>", "Show a pool as YAML", "berth storage show default"),
                entry(
                        "storage info",
                        "",
                        "<pool>",
                        "Show how full a pool is, and who uses it",
                        "berth storage info default",
                        List.of(Flag.on("bytes", '\0', "sizes in bytes"))),
                entry(
                        "storage create",
                        "",
                        "<pool> <driver> [<key>=<value>...]",
                        "Make a pool",
                        "berth storage create fast btrfs size=20GiB\n"
                                + "berth storage create plain dir source=/srv/instances"),
                entry("storage delete", "rm", "<pool>", "Delete a pool", "berth storage delete fast"),
                entry(
                        "storage edit",
                        "",
                        "<pool>",
                        "Change a pool in an editor or from the input",
                        "berth storage edit fast"),
                entry("storage get", "", "<pool> <key>", "Show one key", "berth storage get fast size"),
                entry(
                        "storage set",
                        "",
                        "<pool> <key>=<value>...",
                        "Set configuration keys",
                        "berth storage set fast size=40GiB"),
                entry("storage unset", "", "<pool> <key>", "Remove a key", "berth storage unset fast size"),
                entry(
                        "storage volume list",
                        "ls",
                        "<pool>",
                        "List the volumes of a pool",
                        "berth storage volume list default",
                        List.of(Listing.FORMAT)));
    }

    static @Nullable Command make(String path) {
        return switch (path) {
            case "storage list" -> new Pools();
            case "storage show" -> new ShowObject(Kind.POOL);
            case "storage info" -> new Pools.Info();
            case "storage create" -> new CreateObject(Kind.POOL);
            case "storage delete" -> new DeleteObject(Kind.POOL);
            case "storage edit" -> new EditObject(Kind.POOL);
            case "storage get" -> new GetKey(Kind.POOL);
            case "storage set" -> new SetKeys(Kind.POOL, false);
            case "storage unset" -> new SetKeys(Kind.POOL, true);
            case "storage volume list" -> new Pools.Volumes();
            default -> null;
        };
    }
}
