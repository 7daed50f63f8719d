package berth.driver.lxc;

import berth.host.process.MemoryFile;
import berth.spi.Handle;
import berth.spi.Life;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which program takes a command inside: our own where it does provably the same, {@code lxc-attach} else.
 *
 * @param own our own program, if it can be used on this host
 */
record Attachers(Places places, Optional<MemoryFile> own) {
    /** For one command; with a terminal it is always LXC's, which makes one inside. */
    Attacher of(Handle handle, Groups groups, Life life, boolean terminal) {
        if (own.isPresent() && !terminal) {
            Optional<UsualConf> usual = usual(handle, groups);
            if (usual.isPresent()) {
                return new OwnAttach(own.get().path(), life, groups, usual.get());
            }
        }
        return new LxcAttach(places.lxcPath(), handle.key(), places.conf(handle));
    }

    private Optional<UsualConf> usual(Handle handle, Groups groups) {
        Path policy = places.seccomp(handle);
        try {
            return UsualConf.of(
                    Files.readString(places.conf(handle)),
                    Files.readString(policy),
                    LxcConf.path(policy),
                    groups.payloadName());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
