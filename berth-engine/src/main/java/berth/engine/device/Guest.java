package berth.engine.device;

import berth.spi.InstanceDriver;
import berth.spi.Life;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An instance as it runs.
 *
 * @param life which run of it there is at the time it is asked; empty while it is stopped
 */
public record Guest(InstanceDriver driver, Supplier<Optional<Life>> life) {}
