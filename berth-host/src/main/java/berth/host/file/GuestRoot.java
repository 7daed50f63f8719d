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
 * @param ids the guest's ids, and what they are outside
 */
public record GuestRoot(Beneath inside, IdExtents ids) implements AutoCloseable {
    /**
     * Opens it; ESRCH when that very process is gone, even if another one has its number by now.
     *
     * @param startTicks field 22 of {@code /proc/PID/stat}
     */
    public static GuestRoot of(long pid, long startTicks) {
        Path process = Path.of("/proc", Long.toString(pid));
        Beneath inside = Beneath.guestOf(pid);
        try {
            IdExtents ids = IdExtents.read(
                    Files.readString(process.resolve("uid_map")), Files.readString(process.resolve("gid_map")));
            boolean same = ProcessStat.of(pid)
                    .filter(it -> it.startTicks() == startTicks)
                    .isPresent();
            boolean root = IdExtents.shown(ids.users(), 0).isPresent()
                    && IdExtents.shown(ids.groups(), 0).isPresent();
            if (!same || !root) {
                throw new Errno("open the root of process " + pid, Errno.ESRCH);
            }
            return new GuestRoot(inside, ids);
        } catch (IOException gone) {
            inside.close();
            throw new UncheckedIOException("open the root of process " + pid + ": " + gone.getMessage(), gone);
        } catch (RuntimeException failed) {
            inside.close();
            throw failed;
        }
    }

    /** The host's id for the user 0 of the guest. */
    public long rootUser() {
        return IdExtents.shown(ids.users(), 0).orElseThrow();
    }

    /** The host's id for the group 0 of the guest. */
    public long rootGroup() {
        return IdExtents.shown(ids.groups(), 0).orElseThrow();
    }

    @Override
    public void close() {
        inside.close();
    }
}
