package berth.model;

/**
 * One key of an instance's configuration.
 *
 * @param key the whole key, or one that ends in {@code *}
 * @param type {@code bool}, {@code int}, {@code size}, {@code string}, {@code blob}, {@code yaml} or {@code json}
 * @param fallback what holds when it is not set, in words
 * @param live whether a change takes effect on a running container at once
 * @param container whether containers have it
 * @param machine whether virtual machines have it
 * @param what it does
 */
public record InstanceOption(
        String key, String type, String fallback, boolean live, boolean container, boolean machine, String what) {}
