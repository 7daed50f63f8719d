package berth.driver.btrfs;

import berth.host.file.LoopDevice;
import berth.host.file.Mounts;
import berth.spi.StorageDriver;
import berth.spi.StorageDriverContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** The btrfs driver on a file of its own. */
@Tag("host")
class BtrfsDriverTest extends StorageDriverContract {
    @Override
    protected StorageDriver driver(Path state) {
        return new BtrfsDriver(state);
    }

    @Override
    protected Map<String, String> config() {
        return Map.of("size", "300MiB");
    }

    @Override
    protected List<String> leftovers() {
        var left = new ArrayList<>(
                Mounts.under(state).stream().map(it -> it.target().toString()).toList());
        LoopDevice.of(state.resolve("disks/p1.img")).ifPresent(it -> left.add(it.toString()));
        return left;
    }
}
