package berth.host.archive;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How an archive of ours is compressed: a closed list, so that no name of a program ever comes from outside. */
public enum Compression {
    NONE(""),
    GZIP("gzip -c"),
    BZIP2("bzip2 -c"),
    XZ("xz -c"),
    LZMA("xz -c --format=lzma"),
    ZSTD("zstd -cq"),
    /** A file system in a file, of what would else be a tar. */
    SQUASHFS("sqfstar");

    private final String program;

    Compression(String program) {
        this.program = program;
    }

    /** The one of that name, as LXD spells it. */
    public static Optional<Compression> named(String name) {
        return Arrays.stream(values()).filter(it -> it.text().equals(name)).findFirst();
    }

    /** Its name as LXD spells it. */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** What compresses from its input to its output, or into a file that cannot be a pipe; empty for nothing. */
    List<String> program(Path file) {
        if (this == SQUASHFS) {
            return List.of(
                    "sqfstar",
                    "-force",
                    "-quiet",
                    "-no-progress",
                    "-mkfs-time",
                    "0",
                    "-root-time",
                    "0",
                    "-root-mode",
                    "755",
                    "-root-uid",
                    "0",
                    "-root-gid",
                    "0",
                    file.toString());
        }
        return program.isEmpty() ? List.of() : List.of(program.split(" "));
    }
}
