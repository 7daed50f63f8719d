package berth.plan;

import berth.model.AddressPools;
import berth.model.Cidr;
import berth.model.Effective;
import berth.model.InstanceName;
import berth.model.NetworkName;
import berth.model.PoolName;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.Refused;
import berth.model.Size;
import berth.model.wanted.Finding;
import berth.model.wanted.GuestFile;
import berth.model.wanted.GuestSystem;
import berth.model.wanted.Origin;
import berth.model.wanted.Spec;
import berth.model.wanted.WantedImage;
import berth.model.wanted.WantedInstance;
import berth.model.wanted.WantedNetwork;
import berth.model.wanted.WantedPool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Everything the host must have or must not have for the site to be possible, found before anything is touched. */
final class HostCheck {
    private static final List<String> FAMILIES = List.of("ipv4.address", "ipv6.address");
    private static final int SHORTEST_FINGERPRINT = 12;

    private final Spec spec;
    private final World world;
    private final Map<ProfileName, Profile> profiles;
    private final Map<InstanceName, Effective> effective = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    /** @param profiles as they will be */
    HostCheck(Spec spec, World world, Map<ProfileName, Profile> profiles) {
        this.spec = spec;
        this.world = world;
        this.profiles = profiles;
    }

    List<Finding> findings() {
        spec.pools().values().forEach(this::pool);
        spec.networks().values().forEach(this::network);
        spec.images().values().forEach(this::image);
        spec.instances().values().forEach(this::guest);
        addresses();
        return findings;
    }

    private void error(Origin at, String path, String text) {
        findings.add(new Finding(true, spec.origin(path, at), path, text));
    }

    private void pool(WantedPool pool) {
        String path = "pools." + pool.name();
        if (!world.host().poolDrivers().contains(pool.driver())) {
            error(
                    pool.origin(),
                    path + ".driver",
                    pool.driver() + " cannot be used on this host; there are "
                            + world.host().poolDrivers().stream().sorted().toList());
        }
        String size = pool.config().get("size");
        if (size != null
                && !world.pools().containsKey(pool.name())
                && world.host().freeBytes().isPresent()) {
            long free = world.host().freeBytes().getAsLong();
            try {
                if (Size.bytes(size) > free) {
                    error(
                            pool.origin(),
                            path + ".config.size",
                            size + " is more than the host has free: " + (free >> 20) + "MiB");
                }
            } catch (Refused notASize) {
                error(pool.origin(), path + ".config.size", notASize.problem().text());
            }
        }
    }

    private void network(WantedNetwork network) {
        String path = "networks." + network.name();
        boolean fresh = !world.networks().containsKey(network.name());
        if (fresh && world.host().interfaces().contains(network.name().text())) {
            error(network.origin(), path, "the host has an interface of that name already; choose another");
        }
        for (String family : FAMILIES) {
            if (fresh) {
                pools(network, family, path);
            }
            Cidr subnet = Cidr.of(network.config().getOrDefault(family, "")).orElse(null);
            if (subnet == null) {
                continue;
            }
            if (fresh && world.host().subnets().stream().anyMatch(subnet::overlaps)) {
                error(
                        network.origin(),
                        path + ".config." + family,
                        network.config().get(family) + " overlaps with a network of the host");
            }
            world.networks().values().stream()
                    .filter(it -> !it.name().equals(network.name())
                            && !spec.networks().containsKey(it.name()))
                    .filter(it -> Cidr.of(it.config().getOrDefault(family, ""))
                            .filter(subnet::overlaps)
                            .isPresent())
                    .forEach(it -> error(
                            network.origin(),
                            path + ".config." + family,
                            network.config().get(family) + " overlaps with network " + it.name() + " ("
                                    + it.config().get(family) + ")"));
        }
    }

    /** Of several subnets that a network may have one must be free. */
    private void pools(WantedNetwork network, String family, String path) {
        List<String> pools = AddressPools.of(network.config(), family.replace(".address", ""));
        boolean free = pools.isEmpty()
                || pools.contains("auto")
                || pools.stream().flatMap(it -> Cidr.of(it).stream()).anyMatch(this::isFree);
        if (!free) {
            error(
                    network.origin(),
                    path + ".config." + family,
                    "none of " + String.join(", ", pools)
                            + " is free: all overlap with networks of the host; write another one into addrPool");
        }
    }

    private boolean isFree(Cidr subnet) {
        return world.host().subnets().stream().noneMatch(subnet::overlaps)
                && world.networks().values().stream()
                        .flatMap(it -> FAMILIES.stream()
                                .flatMap(family -> Cidr.of(it.config().getOrDefault(family, "")).stream()))
                        .noneMatch(subnet::overlaps);
    }

    private void image(WantedImage image) {
        String path = "images." + image.name();
        switch (image.source()) {
            case WantedImage.Source.Build build -> {
                if (!world.host().canBuildImages() && !world.aliases().containsKey(image.name())) {
                    error(
                            image.origin(),
                            path + ".build",
                            "mmdebstrap is not installed on this host; apt install mmdebstrap");
                }
                build.files().forEach(file -> file(file, path + ".files." + file.path(), image.origin()));
            }
            case WantedImage.Source.Tarball(String tarball) -> {
                if (!world.host().files().containsKey(tarball)) {
                    error(image.origin(), path + ".source", tarball + " is no file on this host that can be read");
                }
            }
            case WantedImage.Source.Existing(String name) -> {
                if (!exists(name)) {
                    error(image.origin(), path + ".source", noImage(name));
                }
            }
        }
    }

    private void file(GuestFile file, String path, Origin at) {
        if (file.content() instanceof GuestFile.Content.FromHost(String source)
                && !world.host().files().containsKey(source)) {
            error(at, path, source + " is no file on this host that can be read");
        }
    }

    private boolean exists(String image) {
        return world.aliases().containsKey(image)
                || image.matches("[0-9a-f]{" + SHORTEST_FINGERPRINT + ",64}")
                        && world.images().stream()
                                        .filter(it -> it.text().startsWith(image))
                                        .count()
                                == 1;
    }

    private static String noImage(String name) {
        String hint = name.matches("debian/1[23]")
                ? "make it with berth image build " + name + ", or declare one under images: with build: " + name
                : "declare it under images:, or import it with berth image import";
        return "there is no image " + name + " on this host; " + hint;
    }

    private void guest(WantedInstance guest) {
        String path = "instances." + guest.name();
        boolean fresh = !world.instances().containsKey(guest.name());
        GuestSystem system = guest.system();
        World.FoundSystem found = world.host().systems().get(guest.name());
        if (system != null && (found == null || !found.there())) {
            error(
                    guest.origin(),
                    path + "." + system.how().key(),
                    found == null ? "it is not known what it leads to" : found.wrong());
        }
        if (fresh && system == null && !spec.images().containsKey(guest.image()) && !exists(guest.image())) {
            error(guest.origin(), path + ".image", noImage(guest.image()));
        }
        for (ProfileName profile : guest.profiles()) {
            if (!profiles.containsKey(profile)) {
                error(guest.origin(), path + ".profiles", "there is no profile " + profile + ", here or on the host");
            }
        }
        guest.files().forEach(file -> file(file, path + ".guest.files." + file.path(), guest.origin()));
        Effective whole = effective(guest);
        if (Guests.pool(whole.devices()).isEmpty()) {
            error(guest.origin(), path + ".devices", "it has no root disk: no disk with path: / and a pool");
        }
        whole.devices().forEach((name, device) -> device(device, path + ".devices." + name, guest.origin()));
        whole.config().forEach((key, value) -> {
            String why = world.host().withoutEffect().get(key);
            if (why != null && !value.isEmpty()) {
                findings.add(new Finding(
                        false,
                        spec.origin(path + ".config." + key, guest.origin()),
                        path + ".config." + key,
                        key + " has no effect on this host: " + why));
            }
        });
    }

    private void device(Map<String, String> device, String path, Origin at) {
        String type = device.getOrDefault("type", "");
        String pool = device.get("pool");
        if (type.equals("disk") && pool != null && !knowsPool(pool)) {
            error(at, path + ".pool", "there is no pool " + pool + ", here or on the host");
        }
        String network = device.get("network");
        if (type.equals("nic") && network != null && !knowsNetwork(network)) {
            error(at, path + ".network", "there is no network " + network + ", here or on the host");
        }
        String parent = device.get("parent");
        if (type.equals("nic")
                && parent != null
                && !knowsNetwork(parent)
                && !world.host().interfaces().contains(parent)) {
            error(at, path + ".parent", "the host has no interface " + parent);
        }
    }

    private boolean knowsPool(String name) {
        return spec.pools().keySet().stream().map(PoolName::text).anyMatch(name::equals)
                || world.pools().keySet().stream().map(PoolName::text).anyMatch(name::equals);
    }

    private boolean knowsNetwork(String name) {
        return spec.networks().keySet().stream().map(NetworkName::text).anyMatch(name::equals)
                || world.networks().keySet().stream().map(NetworkName::text).anyMatch(name::equals);
    }

    private Effective effective(WantedInstance guest) {
        return effective.computeIfAbsent(
                guest.name(),
                _ -> Effective.of(Guests.known(guest.profiles(), profiles), guest.config(), guest.devices()));
    }

    /** Fixed addresses that guests outside of the file hold, and those that lie outside of a picked subnet. */
    private void addresses() {
        var held = new HashMap<String, String>();
        world.instances().values().stream()
                .filter(it -> !spec.instances().containsKey(it.instance().name()))
                .filter(it -> spec.instances().values().stream()
                        .noneMatch(now -> it.instance().name().equals(now.was())))
                .forEach(it -> fixed(
                        Guests.effective(it.instance(), world),
                        (key, network, address, device) -> held.put(
                                network + " " + address.address(),
                                it.instance().name().text())));
        spec.instances()
                .values()
                .forEach(guest -> fixed(effective(guest), (family, network, address, device) -> {
                    String path = "instances." + guest.name() + ".devices." + device;
                    String holder = held.get(network + " " + address.address());
                    if (holder != null) {
                        error(
                                guest.origin(),
                                path,
                                "its " + family + " on " + network + " is held by " + holder + " already");
                    }
                    world.networks().values().stream()
                            .filter(it -> it.name().text().equals(network))
                            .filter(it -> "auto".equals(asked(it.name(), family)))
                            .map(it -> it.config().getOrDefault(family, ""))
                            .filter(it -> Cidr.of(it)
                                    .filter(subnet -> !subnet.overlaps(address))
                                    .isPresent())
                            .forEach(it -> error(
                                    guest.origin(),
                                    path,
                                    "its " + family + " is not within " + network + ", which picked " + it));
                }));
    }

    private String asked(NetworkName network, String family) {
        WantedNetwork wanted = spec.networks().get(network);
        return wanted == null ? "auto" : wanted.config().getOrDefault(family, "auto");
    }

    private interface Fixed {
        void found(String family, String network, Cidr address, String device);
    }

    private static void fixed(Effective effective, Fixed found) {
        effective.devices().forEach((name, device) -> {
            for (String family : FAMILIES) {
                Cidr.address(device.getOrDefault(family, ""))
                        .filter(it -> "nic".equals(device.get("type")))
                        .ifPresent(it -> found.found(
                                family, device.getOrDefault("network", device.getOrDefault("parent", "")), it, name));
            }
        });
    }
}
