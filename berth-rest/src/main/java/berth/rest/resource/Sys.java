package berth.rest.resource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The kernel's files, read one by one; what is not there or cannot be read is empty. */
record Sys(Path root) {
    /** The file at an absolute path. */
    Path at(String path) {
        return root.resolve(path.substring(1));
    }

    /** The text of a file without the white space around it. */
    static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** The lines of a file. */
    static List<String> lines(Path file) {
        return text(file).lines().toList();
    }

    /** The number in a file; 0 for anything else, and for what the kernel does not know (-1). */
    static long number(Path file) {
        return number(text(file));
    }

    /** The number that a text is, decimal or {@code 0x…}; 0 for anything else. */
    static long number(String text) {
        try {
            return Math.max(0, text.startsWith("0x") ? Long.parseLong(text.substring(2), 16) : Long.parseLong(text));
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    /** A number written in hexadecimal without a mark. */
    static long hex(String text) {
        return number("0x" + text);
    }

    /** An id as the kernel writes it, {@code 0x1af4}, in four digits. */
    static String id(Path file) {
        String text = text(file);
        return text.startsWith("0x") ? text.substring(2) : text;
    }

    /** The entries of a directory, by name. */
    static List<Path> entries(Path directory) {
        try (var entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    /** The last name of what a link leads to. */
    static Optional<String> target(Path link) {
        return real(link).map(Sys::name);
    }

    /** Where a path leads, once all links are followed. */
    static Optional<Path> real(Path path) {
        try {
            return Optional.of(path.toRealPath());
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    /** The numbers of a list as the kernel writes it: {@code 0-3,8}. */
    static Set<Long> list(String text) {
        var numbers = new TreeSet<Long>();
        for (String part : text.split(",")) {
            String[] ends = part.split("-", 2);
            if (!ends[0].matches("[0-9]{1,6}")) {
                continue;
            }
            long last = ends.length > 1 ? number(ends[1]) : number(ends[0]);
            for (long n = number(ends[0]); n <= last; n++) {
                numbers.add(n);
            }
        }
        return numbers;
    }

    /** The name of the driver that a link leads to; empty for none. */
    static String driver(Path link) {
        return target(link).orElse("");
    }

    /** The version of that driver: its module's, or the kernel's that it is a part of. */
    String driverVersion(Path link) {
        if (driver(link).isEmpty()) {
            return "";
        }
        String own = text(link.resolve("module/version"));
        return own.isEmpty() ? text(at("/proc/sys/kernel/osrelease")) : own;
    }
}
