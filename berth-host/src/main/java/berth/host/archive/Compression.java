package berth.host.archive;

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
    ZSTD("zstd -cq");

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

    /** What compresses from its input to its output; empty for nothing. */
    List<String> program() {
        return program.isEmpty() ? List.of() : List.of(program.split(" "));
    }
}
