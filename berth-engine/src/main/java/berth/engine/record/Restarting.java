package berth.engine.record;

import berth.spi.Life;
import java.time.Instant;
import java.util.UUID;

/**
 * An instance that is being restarted: written down while it is stopped and started again, so that a daemon that dies in
 * between does not leave it stopped.
 *
 * @param id of the instance
 * @param life the one that is to end
 * @param until when whoever restarts it has given up waiting for that
 */
public record Restarting(UUID id, Life life, Instant until) {}
