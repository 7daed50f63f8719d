package berth.host.file;

import berth.host.Program;
import java.nio.file.Path;
import java.time.Duration;

/** Copies a directory with all that files have: owners, times, extended attributes, hard links, holes, device nodes. */
public final class TreeCopy {
    private TreeCopy() {}

    /**
     * Copies; blocks are shared where the file system can. The source may be changed meanwhile, by a guest at that: it is
     * read through a mount in which no symbolic link leads anywhere.
     *
     * @param scratch an existing empty directory of ours, used for the time of the call
     * @param target a directory of ours that does not exist yet, or is empty
     */
    public static void copy(Beneath source, Path scratch, Path target) {
        IdMappedMount.attachForCopying(source, scratch);
        try {
            Program.of(
                            "cp",
                            "--archive",
                            "--reflink=auto",
                            "--no-target-directory",
                            "--",
                            scratch.toString(),
                            target.toString())
                    .within(Duration.ofHours(6))
                    .must();
        } finally {
            Mounts.detach(scratch);
        }
    }
}
