package berth.engine.apply;

import berth.engine.driver.Drivers;
import berth.engine.instance.Instances;
import berth.engine.nix.NixStore;
import berth.engine.record.Shelves;
import berth.host.Program;
import berth.model.Fingerprint;
import berth.model.Image;
import berth.model.ImageAlias;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.InstanceOptions;
import berth.model.Network;
import berth.model.NetworkName;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.StorePath;
import berth.model.wanted.GuestFile;
import berth.model.wanted.GuestSystem;
import berth.model.wanted.Spec;
import berth.model.wanted.WantedImage;
import berth.plan.Skill;
import berth.plan.World;
import berth.spi.Store;
import berth.spi.Usage;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the world that a plan is made against. */
final class Worlds {
    private static final Set<Skill> SKILLS = Set.of(
            Skill.LIMITS,
            Skill.FILES,
            Skill.MOUNT_HOTPLUG,
            Skill.DEVICE_HOTPLUG,
            Skill.NIC_HOTPLUG,
            Skill.NIC_SETTINGS,
            Skill.ROOT_GROW);

    private static final ProjectName PROJECT = new ProjectName("default");
    private static final String NOT_BUILT = "it has to be built before; berth does so where nix-build and nixpkgs are"
            + ", or write path: with what was built";

    private final Store store;
    private final Shelves shelves;
    private final Drivers drivers;
    private final Instances instances;
    private final NixStore nix;
    private final Path state;

    Worlds(Store store, Shelves shelves, Drivers drivers, Instances instances, NixStore nix, Path state) {
        this.nix = nix;
        this.store = store;
        this.shelves = shelves;
        this.drivers = drivers;
        this.instances = instances;
        this.state = state;
    }

    /**
     * Everything there is, and what the site's files of the host are like.
     *
     * @param systems paths of the Nix store that guests are to run, by their names; others are looked up
     */
    World now(Spec wanted, Map<String, String> systems) {
        var profiles = new TreeMap<ProfileName, Profile>();
        shelves.profiles().under(PROJECT + "/").forEach(it -> profiles.put(it.name(), it));
        var guests = new TreeMap<InstanceName, World.Existing>();
        shelves.instances().under(PROJECT + "/").forEach(it -> guests.put(it.name(), existing(it)));
        var fingerprints = new TreeSet<Fingerprint>();
        shelves.images().under(PROJECT + "/").stream().map(Image::fingerprint).forEach(fingerprints::add);
        return new World(
                store.revision(),
                by(shelves.pools().all(), Pool::name, new TreeMap<PoolName, Pool>()),
                by(shelves.networks().all(), Network::name, new TreeMap<NetworkName, Network>()),
                by(shelves.aliases().under(PROJECT + "/"), ImageAlias::name, new TreeMap<String, ImageAlias>()),
                fingerprints,
                profiles,
                guests,
                host(wanted, systems));
    }

    private static <K, V> SortedMap<K, V> by(List<V> values, Function<V, K> key, SortedMap<K, V> map) {
        values.forEach(it -> map.put(key.apply(it), it));
        return map;
    }

    private World.Existing existing(Instance instance) {
        OptionalLong memory = instances
                .usage(instance)
                .map(Usage::memory)
                .filter(it -> it >= 0)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
        return new World.Existing(instance, instances.status(instance), memory, pending(instance));
    }

    /** What an instance has been given and does not run yet. */
    SortedSet<String> pending(Instance instance) {
        boolean waits = instances.status(instance).alive()
                && NixStore.of(instance)
                        .filter(it ->
                                nix.running(instance.id()).filter(it::equals).isEmpty())
                        .isPresent();
        return waits ? new TreeSet<>(List.of(InstanceOptions.SYSTEM)) : new TreeSet<>();
    }

    private World.Host host(Spec wanted, Map<String, String> systems) {
        return new World.Host(
                interfaces(),
                List.of(),
                files(wanted),
                new HashSet<>(drivers.storage().keySet()),
                SKILLS,
                Program.find("mmdebstrap").isPresent(),
                free(),
                withoutEffect(),
                systems(wanted, systems),
                new World.Daemon(shelves.settings().config(), shelves.settings().declared()),
                wanted.hosts().isEmpty() ? Set.of() : names());
    }

    private Map<InstanceName, World.FoundSystem> systems(Spec wanted, Map<String, String> given) {
        var found = new TreeMap<InstanceName, World.FoundSystem>();
        wanted.instances().forEach((name, it) -> {
            GuestSystem system = it.system();
            if (system != null) {
                found.put(name, found(name, system, given.get(name.text())));
            }
        });
        return found;
    }

    /** What the guests of a site have been given by now, and what those were to be given that are not there. */
    Map<String, String> given(Spec wanted, Map<String, String> systems) {
        var given = new TreeMap<String, String>();
        wanted.instances().forEach((name, it) -> {
            if (it.system() != null) {
                shelves.instance(PROJECT, name)
                        .flatMap(NixStore::of)
                        .map(StorePath::text)
                        .or(() -> Optional.ofNullable(systems.get(name.text())))
                        .ifPresent(path -> given.put(name.text(), path));
            }
        });
        return given;
    }

    /** A module that nobody has built anew leaves its guest with what it has. */
    private World.FoundSystem found(InstanceName name, GuestSystem system, @Nullable String given) {
        try {
            if (given != null) {
                nix.require(new StorePath(given));
                return new World.FoundSystem(given, "");
            }
            if (system.how() == GuestSystem.How.PATH) {
                return new World.FoundSystem(nix.resolve(system.place()).text(), "");
            }
            return shelves.instance(PROJECT, name)
                    .flatMap(NixStore::of)
                    .map(it -> new World.FoundSystem(it.text(), ""))
                    .orElse(new World.FoundSystem("", NOT_BUILT));
        } catch (Refused wrong) {
            return new World.FoundSystem("", wrong.problem().text());
        }
    }

    private Map<String, String> withoutEffect() {
        var keys = new HashMap<String, String>();
        drivers.instances().values().forEach(it -> keys.putAll(it.withoutEffect()));
        return keys;
    }

    private static Set<String> interfaces() {
        try (Stream<Path> links = Files.list(Path.of("/sys/class/net"))) {
            var names = new HashSet<String>();
            links.forEach(it -> names.add(it.getFileName().toString()));
            return names;
        } catch (IOException unreadable) {
            return Set.of();
        }
    }

    /** Host names and addresses of this machine. */
    private static Set<String> names() {
        var names = new HashSet<String>();
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            names.add(name);
            names.add(name.replaceFirst("\\..*", ""));
            for (var card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                card.inetAddresses()
                        .map(it -> it.getHostAddress().replaceFirst("%.*", ""))
                        .forEach(names::add);
            }
        } catch (IOException unreadable) {
            // Then it is known by what could be read.
        }
        return names;
    }

    private OptionalLong free() {
        try {
            return OptionalLong.of(Files.getFileStore(state).getUsableSpace());
        } catch (IOException unreadable) {
            return OptionalLong.empty();
        }
    }

    private static Map<String, String> files(Spec wanted) {
        var paths = new ArrayList<String>();
        wanted.instances().values().forEach(it -> paths.addAll(fromHost(it.files())));
        wanted.images().values().forEach(it -> {
            switch (it.source()) {
                case WantedImage.Source.Build(var _, var _, var files) -> paths.addAll(fromHost(files));
                case WantedImage.Source.Tarball(var path) -> paths.add(path);
                case WantedImage.Source.Existing(var _) -> {}
            }
        });
        var digests = new HashMap<String, String>();
        for (String path : paths) {
            try {
                digests.put(path, digest(Path.of(path)));
            } catch (IOException missing) {
                // The checks say so.
            }
        }
        return digests;
    }

    private static List<String> fromHost(List<GuestFile> files) {
        return files.stream()
                .map(GuestFile::content)
                .filter(it -> it instanceof GuestFile.Content.FromHost)
                .map(it -> ((GuestFile.Content.FromHost) it).path())
                .toList();
    }

    private static String digest(Path path) throws IOException {
        try (var in = Files.newInputStream(path)) {
            var sha = MessageDigest.getInstance("SHA-256");
            var buffer = new byte[64 * 1024];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
