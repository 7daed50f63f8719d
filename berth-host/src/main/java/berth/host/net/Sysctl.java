package berth.host.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Settings of the kernel's networks, below {@code /proc/sys/net}, by their paths there. */
public final class Sysctl {
    private static final Path ALL = Path.of("/proc/sys/net");

    private Sysctl() {}

    /** Where one is. */
    static Path path(String key) {
        return ALL.resolve(key);
    }

    /** What one is; empty where the kernel has none of that name. */
    public static String read(String key) {
        try {
            return Files.readString(path(key)).strip();
        } catch (IOException gone) {
            return "";
        }
    }

    /**
     * Sets one, unless it is so already.
     *
     * @throws UncheckedIOException that tells the setting, the value and the reason
     */
    public static void set(String key, String value) {
        if (read(key).equals(value)) {
            return;
        }
        try {
            Files.writeString(path(key), value);
        } catch (IOException refused) {
            throw new UncheckedIOException("cannot write " + value + " to " + path(key) + ": " + refused, refused);
        }
    }
}
