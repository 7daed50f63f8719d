package berth.host.archive;

import java.util.List;

/**
 * What an inspection found in a backup.
 *
 * @param index the text of {@code backup/index.yaml}, as it is
 * @param snapshots the names below {@code backup/snapshots}, or in the backup of a volume below {@code backup/volume-snapshots}
 * @param parts what else lies in {@code backup}
 */
public record BackupContent(String index, List<String> snapshots, List<String> parts) {}
