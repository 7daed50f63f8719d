package berth.host.file;

import berth.host.Errno;
import berth.host.process.ProcessStat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The root of a running guest as its first process sees it, with all that is mounted there, held open.
 *
 * @param firstId the host's number for the guest's id 0
 * @param ids how many ids the guest has, from 0 on
 */
public record GuestRoot(Beneath inside, long firstId, long ids) implements AutoCloseable {
    /**
     * Opens it; ESRCH when that very process is gone, even if another one has its number by now.
     *
     * @param startTicks field 22 of {@code /proc/PID/stat}
     */
    public static GuestRoot of(long pid, long startTicks) {
        Path process = Path.of("/proc", Long.toString(pid));
        Beneath inside = Beneath.guestOf(pid);
        try {
            String[] first = Files.readString(process.resolve("uid_map"))
                    .strip()
                    .lines()
                    .findFirst()
                    .orElse("")
                    .strip()
                    .split("\\s+");
            boolean same = ProcessStat.of(pid)
                    .filter(it -> it.startTicks() == startTicks)
                    .isPresent();
            if (!same || first.length != 3 || !first[0].equals("0")) {
                throw new Errno("open the root of process " + pid, Errno.ESRCH);
            }
            return new GuestRoot(inside, Long.parseLong(first[1]), Long.parseLong(first[2]));
        } catch (IOException gone) {
            inside.close();
            throw new UncheckedIOException("open the root of process " + pid + ": " + gone.getMessage(), gone);
        } catch (RuntimeException failed) {
            inside.close();
            throw failed;
        }
    }

    @Override
    public void close() {
        inside.close();
    }
}
