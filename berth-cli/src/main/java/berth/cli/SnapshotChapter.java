package berth.cli;

import static berth.cli.Catalogue.entry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands about snapshots of instances. */
final class SnapshotChapter {
    private SnapshotChapter() {}

    static List<Entry> entries() {
        return List.of(
                entry(
                        "snapshot create",
                        "",
                        "<instance> [<snapshot>]",
                        "Take a snapshot of an instance",
                        "berth snapshot create web1 before\nberth snapshot web1 before   # the same\n"
                                + "berth snapshot create web1 --expires 7d",
                        List.of(
                                Flag.one(
                                        "expires",
                                        '\0',
                                        "WHEN",
                                        "when it may be deleted: 12H, 7d, 1m or a time as 2026-12-31T00:00Z"),
                                Flag.on("no-expiry", '\0', "keep it, whatever snapshots.expiry says"),
                                Flag.on("reuse", '\0', "replace one of that name"),
                                Flag.on(
                                        "stateful",
                                        '\0',
                                        "with its running state (the server says what stands in the way)"))),
                entry(
                        "snapshot list",
                        "ls",
                        "<instance>",
                        "List the snapshots of an instance",
                        "berth snapshot list web1",
                        List.of(Listing.FORMAT)),
                entry(
                        "snapshot show",
                        "",
                        "<instance> [<snapshot>]",
                        "Show what an instance was like in a snapshot",
                        "berth snapshot show web1 before\nberth snapshot show web1/before"),
                entry(
                        "snapshot restore",
                        "",
                        "<instance> [<snapshot>]",
                        "Put an instance back to a snapshot",
                        "berth snapshot restore web1 before\nberth restore web1 before   # the same"),
                entry(
                        "snapshot rename",
                        "mv",
                        "<instance> <snapshot> [<new-name>]",
                        "Rename a snapshot",
                        "berth snapshot rename web1 before good\nberth snapshot rename web1/before good"),
                entry(
                        "snapshot expire",
                        "",
                        "<instance> <snapshot> [<when>]",
                        "Say when a snapshot may be deleted",
                        "berth snapshot expire web1 before 7d\nberth snapshot expire web1/before never"),
                entry(
                        "snapshot delete",
                        "rm",
                        "<instance> [<snapshot>...]",
                        "Delete snapshots",
                        "berth snapshot delete web1 before\nberth delete web1/before   # the same"));
    }

    static @Nullable Command make(String path) {
        return switch (path) {
            case "snapshot create" -> new Snapshots.Create();
            case "snapshot list" -> new Snapshots.Show(true);
            case "snapshot show" -> new Snapshots.Show(false);
            case "snapshot restore" -> new Snapshots.Restore();
            case "snapshot rename" -> new Snapshots.Rename();
            case "snapshot expire" -> new Snapshots.Expire();
            case "snapshot delete" -> new Snapshots.Delete();
            default -> null;
        };
    }
}
