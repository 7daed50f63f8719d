package berth.driver.lxc;

import berth.host.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** CRIU, which saves and restores processes: whether it is here, and works on this kernel. */
final class Criu {
    private static final Pattern COMPLAINT = Pattern.compile("Error \\([^)]*\\): (.*)");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private @Nullable Found found;

    /** What a look found out, of the program as it was then. */
    private record Found(Path program, FileTime changed, Optional<String> obstacle) {}

    /** Why it cannot save anything here; empty where it can. Looked at once for each version of the program. */
    synchronized Optional<String> obstacle() {
        Optional<Path> program = Program.find("criu");
        if (program.isEmpty()) {
            return Optional.of("the program criu is not installed (apt install criu)");
        }
        if (Program.find("lxc-checkpoint").isEmpty()) {
            return Optional.of("the program lxc-checkpoint is not installed (apt install lxc)");
        }
        try {
            FileTime changed = Files.getLastModifiedTime(program.get());
            Found known = found;
            if (known == null
                    || !known.program().equals(program.get())
                    || !known.changed().equals(changed)) {
                known = new Found(program.get(), changed, checked());
                found = known;
            }
            return known.obstacle();
        } catch (IOException unreadable) {
            return Optional.of("criu cannot be read: " + unreadable.getMessage());
        }
    }

    private static Optional<String> checked() {
        try {
            var check = Program.of("criu", "check").within(PATIENCE).run();
            if (check.exit() == 0) {
                return Optional.empty();
            }
            return Optional.of(version() + " does not work on this kernel; criu check says: "
                    + complaint(check.err() + "\n" + check.out()));
        } catch (Program.Failed failed) {
            return Optional.of("criu check could not be run: " + failed.getMessage());
        }
    }

    private static String version() {
        return Program.of("criu", "--version")
                .within(PATIENCE)
                .run()
                .out()
                .lines()
                .filter(it -> it.startsWith("Version: "))
                .map(it -> "criu " + it.substring("Version: ".length()))
                .findFirst()
                .orElse("criu");
    }

    /** The first error that says something: that a child ended is the consequence of another. */
    static String complaint(String said) {
        List<String> errors = said.lines()
                .map(COMPLAINT::matcher)
                .filter(it -> it.find())
                .map(it -> it.group(1).strip())
                .filter(it -> !it.startsWith("exited, status="))
                .toList();
        return errors.isEmpty() ? said.strip().lines().findFirst().orElse("nothing") : errors.getFirst();
    }
}
