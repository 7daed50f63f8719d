package berth.driver.lxc;

import berth.host.Errno;
import berth.host.file.Beneath;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What a guest has said on its console: LXC's monitor writes it down, in a file of 128 KiB and the one before. Both are opened
 * from their directory without following any link, so that a link in their place shows nothing of the host.
 */
record ConsoleLog(Path directory) {
    /** What {@code lxc.console.size} is with {@code auto} (lxc.container.conf(5)). */
    static final int MOST = 128 * 1024;

    /** The last of it, at most {@link #MOST} bytes; empty when nothing was said. */
    byte[] newest() {
        var all = new ByteArrayOutputStream();
        try (Beneath logs = Beneath.own(directory)) {
            add(logs, Places.OLD_CONSOLE, all);
            add(logs, Places.CONSOLE, all);
        } catch (Errno none) {
            if (none.number() != Errno.ENOENT) {
                throw none;
            }
        }
        byte[] bytes = all.toByteArray();
        return bytes.length <= MOST ? bytes : Arrays.copyOfRange(bytes, bytes.length - MOST, bytes.length);
    }

    private static void add(Beneath logs, String name, ByteArrayOutputStream all) {
        if (logs.exists(name)) {
            all.writeBytes(logs.read(name, 2 * MOST));
        }
    }

    /** Empties it; LXC goes on writing to the same file, behind what is there. */
    void clear() {
        try (Beneath logs = Beneath.own(directory)) {
            logs.unlink(Places.OLD_CONSOLE);
            logs.writeInto(Places.CONSOLE, false, _ -> {});
        } catch (Errno none) {
            if (none.number() != Errno.ENOENT) {
                throw none;
            }
        }
    }
}
