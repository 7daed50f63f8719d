package berth.driver.lxc;

import berth.host.process.MemoryFile;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;

/** Commands taken inside by {@code lxc-attach}. */
@Tag("host")
final class LxcExecTest extends CommandsInsideContract {
    @Override
    Optional<MemoryFile> own(Path directory) {
        return Optional.empty();
    }
}
