package berth.plan;

import berth.model.Cidr;
import berth.model.Declared;
import berth.model.Fingerprint;
import berth.model.ImageAlias;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.Network;
import berth.model.NetworkName;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.Status;
import berth.model.wanted.Spec;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is there: everything, not only what the site declares.
 *
 * @param revision of the store that this was read at
 * @param aliases names of images
 */
public record World(
        long revision,
        SortedMap<PoolName, Pool> pools,
        SortedMap<NetworkName, Network> networks,
        SortedMap<String, ImageAlias> aliases,
        SortedSet<Fingerprint> images,
        SortedMap<ProfileName, Profile> profiles,
        SortedMap<InstanceName, Existing> instances,
        Host host) {
    public World {
        pools = Collections.unmodifiableSortedMap(new TreeMap<>(pools));
        networks = Collections.unmodifiableSortedMap(new TreeMap<>(networks));
        aliases = Collections.unmodifiableSortedMap(new TreeMap<>(aliases));
        images = Collections.unmodifiableSortedSet(new TreeSet<>(images));
        profiles = Collections.unmodifiableSortedMap(new TreeMap<>(profiles));
        instances = Collections.unmodifiableSortedMap(new TreeMap<>(instances));
    }

    /** A host with nothing on it. */
    public static World empty(Host host) {
        return new World(
                0,
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeSet<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                host);
    }

    /** What of a site's wishes is not about objects that are here and that nobody declares: those were detached. */
    public Spec withoutUndeclared(Spec wanted) {
        return new Spec(
                wanted.site(),
                owned(wanted.pools(), pools, Pool::declared),
                owned(wanted.networks(), networks, Network::declared),
                owned(wanted.images(), aliases, ImageAlias::declared),
                owned(wanted.profiles(), profiles, Profile::declared),
                owned(wanted.instances(), instances, it -> it.instance().declared()),
                host.daemon().declared() == null ? null : wanted.server(),
                wanted.origins(),
                wanted.kept());
    }

    private static <K, W, V> SortedMap<K, W> owned(
            SortedMap<K, W> wanted, SortedMap<K, V> actual, Function<V, @Nullable Declared> declared) {
        var owned = new TreeMap<>(wanted);
        owned.keySet().removeIf(it -> {
            V there = actual.get(it);
            return there != null && declared.apply(there) == null;
        });
        return owned;
    }

    /**
     * A guest that is there.
     *
     * @param memoryInUse bytes, when it runs and is known
     * @param pending keys that were changed since its last start and wait for the next
     */
    public record Existing(Instance instance, Status status, OptionalLong memoryInUse, SortedSet<String> pending) {
        public Existing {
            pending = Collections.unmodifiableSortedSet(new TreeSet<>(pending));
        }

        /** A guest of which nothing is pending. */
        public static Existing of(Instance instance, Status status) {
            return new Existing(instance, status, OptionalLong.empty(), new TreeSet<>());
        }
    }

    /**
     * What a guest's {@code path} or {@code system-config} is on this host.
     *
     * @param path of the store; empty when there is no system
     * @param wrong why there is none; empty when there is
     */
    public record FoundSystem(String path, String wrong) {
        /** Whether it is there. */
        public boolean there() {
            return !path.isEmpty();
        }
    }

    /**
     * The settings of the daemon itself.
     *
     * @param config keys that differ from their defaults
     * @param declared by which site, if any
     */
    public record Daemon(
            SortedMap<String, String> config, @Nullable Declared declared) {
        /** Nothing is set, by nobody. */
        public static final Daemon UNSET = new Daemon(new TreeMap<>(), null);

        public Daemon {
            config = Collections.unmodifiableSortedMap(new TreeMap<>(config));
        }
    }

    /**
     * Facts about the host itself.
     *
     * @param interfaces names of its network interfaces, Berth's own bridges included
     * @param subnets of its interfaces and routes, without those of Berth's own networks
     * @param files SHA-256 of those files of the host that the site names; one that is missing is not in it
     * @param poolDrivers that can be used here
     * @param canBuildImages whether the distribution's tools to make an image are installed
     * @param freeBytes on the file system of the state directory, when known
     * @param withoutEffect keys of instances that do nothing on this host, each with the reason
     * @param systems what the guests of the site that have a system are to run, by their names
     * @param daemon its own settings
     * @param names by which this host is known: its own, short and long, and its addresses
     */
    public record Host(
            Set<String> interfaces,
            List<Cidr> subnets,
            Map<String, String> files,
            Set<String> poolDrivers,
            Set<Skill> skills,
            boolean canBuildImages,
            OptionalLong freeBytes,
            Map<String, String> withoutEffect,
            Map<InstanceName, FoundSystem> systems,
            Daemon daemon,
            Set<String> names) {
        public Host {
            interfaces = Set.copyOf(interfaces);
            subnets = List.copyOf(subnets);
            files = Map.copyOf(files);
            poolDrivers = Set.copyOf(poolDrivers);
            skills = Set.copyOf(skills);
            withoutEffect = Map.copyOf(withoutEffect);
            systems = Map.copyOf(systems);
            names = Set.copyOf(names);
        }

        /** A host on which every key has its effect, of a site whose guests have no systems. */
        public Host(
                Set<String> interfaces,
                List<Cidr> subnets,
                Map<String, String> files,
                Set<String> poolDrivers,
                Set<Skill> skills,
                boolean canBuildImages,
                OptionalLong freeBytes) {
            this(
                    interfaces,
                    subnets,
                    files,
                    poolDrivers,
                    skills,
                    canBuildImages,
                    freeBytes,
                    Map.of(),
                    Map.of(),
                    Daemon.UNSET,
                    Set.of());
        }
    }
}
