package berth.engine.device;

import org.jspecify.annotations.Nullable;

/**
 * What happens to one device of a running guest: it comes (nothing before), goes (nothing after) or changes while it stays.
 */
public record Move(@Nullable Device before, @Nullable Device after) {}
