package berth.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One of our own programs in C, which lie in the directory that the property {@code berth.native} names: the build puts
 * them beside the daemon. They may be missing, when there was no compiler.
 */
public final class OwnProgram {
    private OwnProgram() {}

    /**
     * Where it lies, if it was built.
     *
     * @param name its file name, for instance {@code berth-attach}
     */
    public static Optional<Path> find(String name) {
        String directory = System.getProperty("berth.native", "");
        return directory.isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(directory).resolve(name)).filter(Files::isExecutable);
    }
}
