package berth.plan;

import berth.model.wanted.DriftPolicy;
import org.jspecify.annotations.Nullable;

/**
 * A key that somebody changed and that is left as it is found, because its policy says so (rule A45).
 *
 * @param declared what the file says, null for a key that it does not have
 * @param found what is
 */
public record Drifted(
        Target target,
        String key,
        @Nullable String declared,
        @Nullable String found,
        DriftPolicy policy) {}
