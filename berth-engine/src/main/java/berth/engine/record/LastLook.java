package berth.engine.record;

import java.time.Instant;

/**
 * When the clock of snapshots was looked at last: the next daemon goes on from there.
 *
 * @param at what came due until then was seen to
 */
public record LastLook(Instant at) {}
