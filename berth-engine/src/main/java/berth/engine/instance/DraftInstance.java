package berth.engine.instance;

import berth.engine.device.CheckDevices;
import berth.engine.image.ImageContents;
import berth.engine.record.Shelves;
import berth.model.Effective;
import berth.model.Image;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.InstanceOptions;
import berth.model.Kind;
import berth.model.PoolName;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Settings;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** From what somebody wants to an instance with every choice made and checked; touches nothing. */
public final class DraftInstance {
    private final Shelves shelves;
    private final ImageContents images;
    private final CheckDevices checkDevices;
    private final IdRanges ids;
    private final Clock clock;
    private final RandomGenerator random;
    private final String hostArchitecture;

    /** Drafts against what is there. */
    public DraftInstance(
            Shelves shelves,
            ImageContents images,
            CheckDevices checkDevices,
            IdRanges ids,
            Clock clock,
            RandomGenerator random,
            String hostArchitecture) {
        this.shelves = shelves;
        this.images = images;
        this.checkDevices = checkDevices;
        this.ids = ids;
        this.clock = clock;
        this.random = random;
        this.hostArchitecture = hostArchitecture;
    }

    /** The instance, with id, name, pool and generated keys; refuses what cannot be. */
    public Instance draft(InstanceDraft asked) {
        InstanceDraft wanted = asked.origin() instanceof Origin.OfInstance origin ? inherited(asked, origin) : asked;
        @Nullable
        Image image = wanted.origin() instanceof Origin.OfImage(var project, var fingerprint)
                ? images.require(project, fingerprint)
                : null;
        InstanceName name = wanted.name() != null
                ? wanted.name()
                : PetName.choose(
                        random, it -> shelves.instance(wanted.project(), it).isPresent());
        List<Profile> profiles = profiles(wanted, image);
        var effective = checked(wanted.kind(), profiles, wanted.config(), wanted.devices());
        checkDevices.presence(effective, Map.of());
        return new Instance(
                UUID.randomUUID(),
                wanted.project(),
                name,
                wanted.kind(),
                architecture(wanted, image),
                wanted.ephemeral(),
                wanted.description(),
                profiles.stream().map(Profile::name).toList(),
                config(wanted, image, effective),
                wanted.devices(),
                clock.instant(),
                Instant.EPOCH,
                pool(effective),
                wanted.declared());
    }

    /** Refuses settings that no instance may have; profiles that are not here are left out. */
    void check(
            ProjectName project,
            Kind kind,
            List<ProfileName> profiles,
            SortedMap<String, String> config,
            SortedMap<String, SortedMap<String, String>> devices) {
        checked(kind, shelves.profiles(project, profiles), config, devices);
    }

    private Effective checked(
            Kind kind,
            List<Profile> profiles,
            SortedMap<String, String> config,
            SortedMap<String, SortedMap<String, String>> devices) {
        InstanceOptions.check(kind, config);
        var effective = Effective.of(profiles, config, devices);
        ids.check(effective.config());
        checkDevices.instance(effective);
        return effective;
    }

    /** A copy is like its original, but for what was said. Of what Berth noted down only the image comes along. */
    private InstanceDraft inherited(InstanceDraft wanted, Origin.OfInstance origin) {
        Instance original = original(origin);
        var config = new TreeMap<>(original.config());
        config.keySet().removeIf(it -> it.startsWith("volatile.") && !it.equals("volatile.base_image"));
        config.putAll(wanted.config());
        var devices = new TreeMap<>(original.devices());
        devices.putAll(wanted.devices());
        return new InstanceDraft(
                wanted.project(),
                wanted.name(),
                wanted.kind(),
                wanted.architecture().isEmpty() ? original.architecture() : wanted.architecture(),
                wanted.ephemeral(),
                wanted.description().isEmpty() ? original.description() : wanted.description(),
                wanted.profiles() == null ? original.profiles() : wanted.profiles(),
                Settings.copyOf(config),
                Settings.devices(devices),
                origin,
                wanted.declared());
    }

    private Instance original(Origin.OfInstance origin) {
        Instance now = shelves.instance(origin.project(), origin.name())
                .orElseThrow(() -> Refused.missing("Instance not found"));
        String snapshot = origin.snapshot();
        return snapshot == null
                ? now
                : shelves.snapshots()
                        .find(now.id() + "/" + snapshot)
                        .orElseThrow(() -> Refused.missing("Instance snapshot not found"))
                        .instance();
    }

    private List<Profile> profiles(InstanceDraft wanted, @Nullable Image image) {
        List<ProfileName> names = wanted.profiles();
        if (names == null) {
            names = image != null && !image.profiles().isEmpty()
                    ? image.profiles().stream().map(ProfileName::new).toList()
                    : List.of(new ProfileName("default"));
        }
        checkOnce(names);
        return names.stream()
                .map(it -> shelves.profiles()
                        .find(Shelves.key(wanted.project(), it))
                        .orElseThrow(
                                () -> Refused.invalid("Requested profile " + Quoted.of(it.text()) + " doesn't exist")))
                .toList();
    }

    /** Refuses a profile that is there twice: which of the two places counts is not said by anything. */
    static void checkOnce(List<ProfileName> profiles) {
        if (Set.copyOf(profiles).size() < profiles.size()) {
            throw Refused.invalid("Duplicate profile found in request");
        }
    }

    private String architecture(InstanceDraft wanted, @Nullable Image image) {
        String given = wanted.architecture().isEmpty()
                ? (image == null ? hostArchitecture : image.architecture())
                : wanted.architecture();
        String known = switch (given) {
            case "amd64" -> "x86_64";
            case "arm64" -> "aarch64";
            case "i386", "386" -> "i686";
            default -> given;
        };
        if (!known.equals(hostArchitecture) && !(hostArchitecture.equals("x86_64") && known.equals("i686"))) {
            throw Refused.invalid("Requested architecture isn't supported by this host: " + Quoted.of(given));
        }
        return known;
    }

    private SortedMap<String, String> config(InstanceDraft wanted, @Nullable Image image, Effective effective) {
        var config = new TreeMap<>(wanted.config());
        config.values().removeIf(String::isEmpty);
        if (image != null) {
            image.properties().forEach((key, value) -> config.putIfAbsent("image." + key, value));
            config.put("volatile.base_image", image.fingerprint().text());
        }
        config.putIfAbsent(FillTemplates.PENDING, wanted.origin() instanceof Origin.OfInstance ? "copy" : "create");
        config.putIfAbsent("volatile.uuid", UUID.randomUUID().toString());
        if (!config.containsKey(CloudInit.ID)) {
            CloudInit.note(CloudInit.newId(), config);
        }
        config.putIfAbsent("volatile.idmap.base", "0");
        config.putIfAbsent("volatile.last_state.power", "STOPPED");
        nicAddresses(effective.devices(), config);
        return Settings.copyOf(config);
    }

    /** Gives each network card that has none an address from LXD's range, and a name inside, once. */
    void nicChoices(SortedMap<String, SortedMap<String, String>> devices, Map<String, String> config) {
        nicAddresses(devices, config);
        var taken = new HashSet<String>();
        devices.forEach((name, device) -> {
            taken.add(device.getOrDefault("name", ""));
            taken.add(config.getOrDefault("volatile." + name + ".name", ""));
        });
        devices.forEach((name, device) -> {
            String key = "volatile." + name + ".name";
            if (isCard(device) && !device.containsKey("name") && !config.containsKey(key)) {
                int number = 0;
                while (!taken.add("eth" + number)) {
                    number++;
                }
                config.put(key, "eth" + number);
            }
        });
    }

    /** Gives each network card that has no address of its own one from LXD's range, once. */
    void nicAddresses(SortedMap<String, SortedMap<String, String>> devices, Map<String, String> config) {
        devices.forEach((name, device) -> {
            String key = "volatile." + name + ".hwaddr";
            if (isCard(device) && !device.containsKey("hwaddr") && !config.containsKey(key)) {
                config.put(
                        key,
                        String.format(
                                "00:16:3e:%02x:%02x:%02x",
                                random.nextInt(256), random.nextInt(256), random.nextInt(256)));
            }
        });
    }

    /** The host's own network is none. */
    private static boolean isCard(Map<String, String> device) {
        return "nic".equals(device.get("type")) && !"host".equals(device.get("nictype"));
    }

    private static PoolName pool(Effective effective) {
        return CheckDevices.root(effective.devices())
                .map(it -> new PoolName(it.getValue().getOrDefault("pool", "")))
                .orElseThrow(() -> Refused.invalid("Can't find a storage pool for the instance to use"
                        + " (add a root disk to the instance or to a profile of it)"));
    }
}
