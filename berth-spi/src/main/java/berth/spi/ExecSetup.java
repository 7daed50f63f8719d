package berth.spi;

import java.util.List;
import java.util.Map;

/**
 * A command to run inside.
 *
 * @param command program and arguments; the program is looked up in the guest's PATH
 * @param environment complete; nothing of the daemon's own is passed on
 * @param user id inside
 * @param group id inside
 * @param directory where it starts; ignored silently when it is not there (LXD's habit)
 * @param terminal true for one pty on 0, 1 and 2; false for three pipes
 * @param width columns, 0 = unknown
 * @param height rows, 0 = unknown
 */
public record ExecSetup(
        List<String> command,
        Map<String, String> environment,
        long user,
        long group,
        String directory,
        boolean terminal,
        int width,
        int height) {}
