package berth.driver.dir;

import berth.host.file.Mounts;
import berth.spi.StorageDriver;
import berth.spi.StorageDriverContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** The dir driver on whatever file system the machine's temporary directory has. */
@Tag("host")
class DirDriverTest extends StorageDriverContract {
    @Override
    protected StorageDriver driver(Path state) {
        return new DirDriver(state);
    }

    @Override
    protected Map<String, String> config() {
        return Map.of();
    }

    @Override
    protected List<String> leftovers() {
        return Mounts.under(state).stream().map(it -> it.target().toString()).toList();
    }
}
