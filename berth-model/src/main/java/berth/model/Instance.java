package berth.model;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An instance as it is wanted and known: a document of the store. How it is doing right now is not in here.
 *
 * @param id chosen once, kept through renames; undo steps only touch what carries it
 * @param architecture as the kernel names it, for instance {@code x86_64}
 * @param ephemeral deleted when it stops
 * @param profiles names in the order of merging
 * @param config own keys only, {@code volatile.*} included, without the profiles'
 * @param devices own devices only: name to keys
 * @param lastUsedAt when it was last started; the epoch when never
 * @param pool the storage pool that holds its root volume
 * @param declared where it is declared, or null for one made by a REST call
 */
public record Instance(
        UUID id,
        ProjectName project,
        InstanceName name,
        Kind kind,
        String architecture,
        boolean ephemeral,
        String description,
        List<ProfileName> profiles,
        SortedMap<String, String> config,
        SortedMap<String, SortedMap<String, String>> devices,
        Instant createdAt,
        Instant lastUsedAt,
        PoolName pool,
        @Nullable Declared declared) {
    public Instance {
        profiles = List.copyOf(profiles);
        config = Settings.copyOf(config);
        devices = Settings.devices(devices);
    }

    /** The same instance with other own keys. */
    public Instance withConfig(SortedMap<String, String> changed) {
        return but(name, changed, devices, lastUsedAt, pool, declared);
    }

    /** The same instance with one own key set, or unset by an empty value. */
    public Instance with(String key, String value) {
        return withConfig(Settings.with(config, key, value));
    }

    /** The same instance, used just now. */
    public Instance usedAt(Instant when) {
        return but(name, config, devices, when, pool, declared);
    }

    /** The same instance, declared otherwise or by nobody. */
    public Instance declaredBy(@Nullable Declared other) {
        return but(name, config, devices, lastUsedAt, pool, other);
    }

    /**
     * The same instance with its root in another pool.
     *
     * @param own its own devices, which say so where its profiles say otherwise
     */
    public Instance in(PoolName other, SortedMap<String, SortedMap<String, String>> own) {
        return but(name, config, own, lastUsedAt, other, declared);
    }

    /** The same instance under another name. */
    public Instance named(InstanceName other) {
        return but(other, config, devices, lastUsedAt, pool, declared);
    }

    /** The same instance, but for these. */
    private Instance but(
            InstanceName name,
            SortedMap<String, String> config,
            SortedMap<String, SortedMap<String, String>> devices,
            Instant lastUsedAt,
            PoolName pool,
            @Nullable Declared declared) {
        return new Instance(
                id,
                project,
                name,
                kind,
                architecture,
                ephemeral,
                description,
                profiles,
                config,
                devices,
                createdAt,
                lastUsedAt,
                pool,
                declared);
    }
}
