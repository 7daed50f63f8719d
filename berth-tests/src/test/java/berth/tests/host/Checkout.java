package berth.tests.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The checkout the tests were built from: its files are part of what is tested. */
public final class Checkout {
    private Checkout() {}

    /** The directory that holds {@code ARCHITECTURE.md}. */
    public static Path root() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("ARCHITECTURE.md"))) {
                return at;
            }
        }
        throw new IllegalStateException("not started from within a checkout of Berth");
    }

    /** How {@code berth} is started from the classes under test; its words come behind. */
    public static List<String> berth() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "berth.cli.Main");
    }

    /** All Java files of all modules, main and test. */
    public static List<Path> sources() {
        try (var all = Files.walk(root())) {
            return all.filter(it -> it.toString().endsWith(".java")
                            && it.toString().contains("/src/")
                            && !it.toString().contains("/target/"))
                    .toList();
        } catch (IOException trouble) {
            throw new UncheckedIOException("looking for sources below " + root(), trouble);
        }
    }

    /** The text of a file. */
    public static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException trouble) {
            throw new UncheckedIOException("reading " + file, trouble);
        }
    }
}
