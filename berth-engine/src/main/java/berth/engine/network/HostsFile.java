package berth.engine.network;

import berth.model.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A file in the form of hosts(5) with some lines of ours between two marks. All other lines are somebody else's: they stay as
 * they are, and what they name is not named by us.
 *
 * @param whose tells our lines from those of another daemon
 */
record HostsFile(Path file, String whose) {
    /** An address and its names. */
    record Line(String address, List<String> names) {}

    /** Refuses a file that is not there to be written to. */
    void check() {
        if (!file.isAbsolute() || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw Refused.invalid(
                    Files.isSymbolicLink(file)
                            ? file + " is a link: whatever made it would undo what is written there"
                            : file + " is not the absolute path of a file");
        }
        if (!Files.isWritable(file)) {
            throw Refused.invalid(file + " cannot be written to");
        }
    }

    /** Has these lines between our marks; without lines the marks go too. Does nothing when it is so already. */
    void put(List<Line> lines) {
        try {
            String before = Files.readString(file);
            String after = with(before, lines);
            if (!after.equals(before)) {
                write(after);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void write(String text) throws IOException {
        Path part = file.resolveSibling("." + file.getFileName() + ".berth");
        var was = Files.readAttributes(file, PosixFileAttributes.class);
        try {
            Files.deleteIfExists(part);
            Files.writeString(part, text);
            Files.setPosixFilePermissions(part, was.permissions());
            Files.setAttribute(part, "unix:uid", Files.getAttribute(file, "unix:uid"));
            Files.setAttribute(part, "unix:gid", Files.getAttribute(file, "unix:gid"));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException mounted) {
            // A file that is a mount of its own cannot be replaced, as in containers.
            Files.deleteIfExists(part);
            Files.writeString(file, text);
        }
    }

    /** The text with those lines. */
    String with(String text, List<Line> lines) {
        String begin =
                "# BEGIN berth " + whose + ": names of guests, kept by berthd as long as berth.hosts_file is set";
        String end = "# END berth " + whose;
        var others = new ArrayList<String>();
        boolean ours = false;
        for (String line : text.lines().toList()) {
            if (line.startsWith("# BEGIN berth " + whose + ":")) {
                ours = true;
            } else if (ours && line.equals(end)) {
                ours = false;
            } else if (!ours) {
                others.add(line);
            }
        }
        if (ours) {
            return text; // the end mark is gone: who knows which lines are ours
        }
        Set<String> taken = named(others);
        var all = new ArrayList<>(others);
        var block = new ArrayList<String>();
        for (Line line : lines) {
            List<String> free = line.names().stream()
                    .filter(it -> !taken.contains(it.toLowerCase(Locale.ROOT)))
                    .toList();
            if (!free.isEmpty()) {
                block.add(line.address() + " " + String.join(" ", free));
            }
        }
        if (!block.isEmpty()) {
            all.add(begin);
            all.addAll(block);
            all.add(end);
        }
        return all.equals(text.lines().toList()) ? text : String.join("\n", all) + "\n";
    }

    private static Set<String> named(List<String> lines) {
        var names = new HashSet<String>();
        for (String line : lines) {
            List<String> words = List.of(line.split("#", 2)[0].strip().split("\\s+"));
            words.stream().skip(1).forEach(it -> names.add(it.toLowerCase(Locale.ROOT)));
        }
        return names;
    }
}
