package berth.wire;

import org.jspecify.annotations.Nullable;

/**
 * A row of the table that says what a change costs: Berth's own, not LXD's.
 *
 * @param rule {@code A1} to {@code A45}; several rows may share one
 * @param of what the keys belong to: {@code config}, {@code nic_key}, {@code network} and so on
 * @param keys a regular expression that matches whole keys
 * @param container verdict for a running container
 * @param virtualMachine verdict for a running virtual machine
 * @param needs what a driver must be able to do for a verdict of {@code live}; else it is the next dearer one
 */
public record ActivationRule(
        String rule,
        String of,
        String keys,
        String container,
        String virtualMachine,
        @Nullable String needs,
        String why) {}
