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
                        List.of(Listing.FORMAT)),
                entry(
                        "storage volume create",
                        "",
                        "<pool> <volume> [<key>=<value>...]",
                        "Make an empty volume",
                        "berth storage volume create default data size=5GiB"),
                entry(
                        "storage volume show",
                        "",
                        "<pool> <volume>",
                        "Show a volume, or volume/snapshot, as YAML",
                        "berth storage volume show default data\nberth storage volume show default data/before"),
                entry(
                        "storage volume info",
                        "",
                        "<pool> <volume>",
                        "Show what a volume uses, its snapshots and its users",
                        "berth storage volume info default data"),
                entry(
                        "storage volume get",
                        "",
                        "<pool> <volume> <key>",
                        "Show one key",
                        "berth storage volume get default data size"),
                entry(
                        "storage volume set",
                        "",
                        "<pool> <volume> <key>=<value>...",
                        "Set configuration keys",
                        "berth storage volume set default data size=10GiB"),
                entry(
                        "storage volume unset",
                        "",
                        "<pool> <volume> <key>",
                        "Remove a key",
                        "berth storage volume unset default data size"),
                entry(
                        "storage volume rename",
                        "",
                        "<pool> <volume> <name>",
                        "Give a volume, or volume/snapshot, another name",
                        "berth storage volume rename default data archive"),
                entry(
                        "storage volume copy",
                        "cp",
                        "<pool/volume> <pool/volume>",
                        "Copy a volume, to another pool too",
                        "berth storage volume copy default/data fast/data --volume-only",
                        List.of(Flag.on("volume-only", '\0', "without its snapshots"))),
                entry(
                        "storage volume move",
                        "mv",
                        "<pool/volume> <pool/volume>",
                        "Take a volume to another pool",
                        "berth storage volume move default/data fast/data",
                        List.of(Flag.on("volume-only", '\0', "without its snapshots"))),
                entry(
                        "storage volume snapshot",
                        "",
                        "<pool> <volume> [<snapshot>]",
                        "Take a snapshot of a volume",
                        "berth storage volume snapshot default data before"),
                entry(
                        "storage volume restore",
                        "",
                        "<pool> <volume> <snapshot>",
                        "Put a volume back to a snapshot",
                        "berth storage volume restore default data before"),
                entry(
                        "storage volume export",
                        "",
                        "<pool> <volume> [<file>]",
                        "Write a volume and its snapshots to a file",
                        "berth storage volume export default data\n"
                                + "berth storage volume export default data /srv/data.tar.zst --compression zstd --volume-only",
                        Backups.ExportVolume.FLAGS),
                entry(
                        "storage volume import",
                        "",
                        "<pool> <file> [<volume>]",
                        "Make a volume from a file of berth or lxc storage volume export",
                        "berth storage volume import default data.tar.gz\n"
                                + "berth storage volume import fast data.tar.gz copied"),
                entry(
                        "storage volume delete",
                        "rm",
                        "<pool> <volume>",
                        "Delete a volume, or volume/snapshot",
                        "berth storage volume delete default data\nberth storage volume delete default data/before"));
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
            case "storage volume export" -> new Backups.ExportVolume();
            case "storage volume import" -> new Backups.ImportVolume();
            default -> {
                String verb = path.substring(path.lastIndexOf(' ') + 1);
                yield path.startsWith("storage volume ") && Volumes.VERBS.contains(verb) ? new Volumes(verb) : null;
            }
        };
    }
}
