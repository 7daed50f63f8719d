package berth.driver.lxc;

import berth.spi.Exit;
import berth.spi.Life;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended, by what LXC's monitor writes into its log. Only a parent is told: to everybody else the kernel shows a
 * guest that halts and one that is killed alike (pid_namespaces(7): both die of SIGKILL).
 */
final class ExitLog {
    private static final Pattern ENDED = Pattern.compile("Child <(\\d+)> ended on (signal|error)[^(\\n]*\\((\\d+)\\)");
    private static final int TAIL = 64 * 1024;
    private static final int SIGHUP = 1;
    private static final int SIGINT = 2;
    private static final int SIGKILL = 9;

    private ExitLog() {}

    /**
     * Reads it.
     *
     * @param life which run; null for the last one
     * @param starved whether the kernel had killed processes for want of memory when it ended
     */
    static Exit read(Path log, @Nullable Life life, boolean starved) {
        Matcher ended = ENDED.matcher(tail(log));
        Exit last = new Exit(Exit.Cause.HALTED, ""); // an init that exits with 0 is not worth a line to the monitor
        while (ended.find()) {
            if (life == null || Long.parseLong(ended.group(1)) == life.pid()) {
                last = exit(ended.group(2).equals("signal"), Integer.parseInt(ended.group(3)), starved);
            }
        }
        return last;
    }

    private static Exit exit(boolean signal, int number, boolean starved) {
        if (!signal) {
            return new Exit(Exit.Cause.CRASHED, "PID 1 exited with " + number);
        }
        return switch (number) {
            case SIGHUP, SIGINT -> new Exit(Exit.Cause.HALTED, ""); // reboot(2)
            case SIGKILL ->
                starved
                        ? new Exit(Exit.Cause.OUT_OF_MEMORY, "PID 1 was killed at the memory limit")
                        : new Exit(Exit.Cause.KILLED, "PID 1 was killed by signal 9");
            default -> new Exit(Exit.Cause.CRASHED, "PID 1 died of signal " + number);
        };
    }

    private static String tail(Path log) {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL);
            var bytes = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException none) {
            return "";
        }
    }
}
