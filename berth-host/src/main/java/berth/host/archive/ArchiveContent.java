package berth.host.archive;

import java.util.List;
import java.util.Optional;

/**
 * What an inspection found.
 *
 * @param metadata the text of {@code metadata.yaml}, as it is; empty when there is none (a {@link Layout#ROOT})
 * @param root whether there is a root directory with something in it
 * @param disk whether there is a {@code rootfs.img}, a disk of a virtual machine
 * @param templates names of the files in {@code templates/}
 * @param entries how many there are
 * @param bytes of content once unpacked, holes not counted
 */
public record ArchiveContent(
        Optional<String> metadata, boolean root, boolean disk, List<String> templates, long entries, long bytes) {
    public ArchiveContent {
        templates = List.copyOf(templates);
    }
}
