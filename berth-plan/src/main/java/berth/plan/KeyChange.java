package berth.plan;

import org.jspecify.annotations.Nullable;

/**
 * One key and what becomes of it.
 *
 * @param key as LXD spells it ({@code limits.memory}), or {@code devices.eth0.mtu}, {@code files./etc/motd}, {@code power}
 * @param from null when it is not set
 * @param to null when it is taken away
 * @param rule the id that {@code explain} prints
 * @param why one clause for a person
 */
public record KeyChange(
        String key,
        @Nullable String from,
        @Nullable String to,
        Verdict verdict,
        String rule,
        String why,
        Cause cause) {}
