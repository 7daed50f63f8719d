package berth.host.file;

import berth.host.Program;
import java.nio.file.Path;
import java.time.Duration;

/** Copies a directory with all that files have: owners, times, extended attributes, hard links, holes, device nodes. */
public final class TreeCopy {
    private TreeCopy() {}

    /**
     * Copies; blocks are shared where the file system can.
     *
     * @param shown a place in a {@link ShownTree}: the source may be changed meanwhile, by a guest at that
     * @param target a directory of ours that does not exist yet, or is empty
     */
    public static void copy(Path shown, Path target) {
        Program.of(
                        "cp",
                        "--archive",
                        "--reflink=auto",
                        "--no-target-directory",
                        "--",
                        shown.toString(),
                        target.toString())
                .within(Duration.ofHours(6))
                .must();
    }
}
