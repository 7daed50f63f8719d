package berth.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Raises the kernel limits that a host full of guests meets first (mission S0-11 to S0-13): one systemd container holds
 * about eight inotify instances of the 128 that all guests share. Never lowers one; says what it did.
 */
final class Tuning {
    private static final System.Logger LOG = System.getLogger(Tuning.class.getName());
    private static final Map<String, Long> WANTED = new TreeMap<>(Map.of(
            "fs/inotify/max_queued_events", 1_048_576L,
            "fs/inotify/max_user_instances", 1_048_576L,
            "fs/inotify/max_user_watches", 1_048_576L));

    private Tuning() {}

    static void raise(Path sysctls) {
        WANTED.forEach((name, wanted) -> {
            Path file = sysctls.resolve(name);
            try {
                long now = Long.parseLong(Files.readString(file).strip());
                if (now < wanted) {
                    Files.writeString(file, wanted + "\n");
                    LOG.log(
                            System.Logger.Level.INFO,
                            "raised {0} from {1} to {2}, for guests with systemd inside",
                            name.replace('/', '.'),
                            String.valueOf(now),
                            String.valueOf(wanted));
                }
            } catch (IOException | NumberFormatException notAllowed) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "cannot raise {0} to {1}: {2}; more than about sixteen guests with systemd may fail to start",
                        name.replace('/', '.'),
                        String.valueOf(wanted),
                        notAllowed.getMessage());
            }
        });
    }
}
