package berth.engine.instance;

import berth.engine.driver.Drivers;
import berth.engine.record.Shelves;
import berth.model.Instance;
import berth.model.Network;
import berth.model.Refused;
import berth.model.Settings;
import berth.spi.InstanceSetup;
import berth.spi.NetworkDriver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** From an instance's description to all that a driver's start needs. */
final class Setups {
    private final Shelves shelves;
    private final Drivers drivers;
    private final Instances instances;
    private final Roots roots;

    Setups(Shelves shelves, Drivers drivers, Instances instances, Roots roots) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.instances = instances;
        this.roots = roots;
    }

    InstanceSetup setup(Instance instance, Path root) {
        var effective = instances.effective(instance);
        return new InstanceSetup(
                Instances.handle(instance),
                root,
                roots.idMap(effective.config()),
                effective.config(),
                instance.architecture(),
                nics(instance, effective.devices()),
                mounts(effective.devices()));
    }

    /** A managed network with a card of the instance on it. */
    record Card(Network network, NetworkDriver driver, NetworkDriver.Host host) {}

    /** The cards of an instance on managed networks. */
    List<Card> cards(Instance instance) {
        var cards = new ArrayList<Card>();
        instances.effective(instance).devices().forEach((name, device) -> {
            // A card that a profile brought since the last start has no address yet: no network knows it.
            if (device.containsKey("hwaddr") || instance.config().containsKey("volatile." + name + ".hwaddr")) {
                network(device).ifPresent(it -> cards.add(card(instance, name, device, it)));
            }
        });
        return cards;
    }

    private Card card(Instance instance, String name, Map<String, String> device, Network network) {
        return new Card(
                network,
                drivers.making(network),
                new NetworkDriver.Host(
                        Instances.handle(instance).key() + "." + name,
                        instance.name().text(),
                        hwaddr(instance, name, device),
                        device.get("ipv4.address"),
                        device.get("ipv6.address")));
    }

    /** The managed network that a card is on: named as such, or as the parent of a bridged one. */
    private Optional<Network> network(Map<String, String> device) {
        if (!CheckDevices.is(device, "nic")) {
            return Optional.empty();
        }
        String name = device.containsKey("network")
                ? device.get("network")
                : "bridged".equals(device.get("nictype")) ? device.get("parent") : null;
        return name == null ? Optional.empty() : shelves.networks().find(name);
    }

    private List<InstanceSetup.Nic> nics(Instance instance, SortedMap<String, SortedMap<String, String>> devices) {
        var nics = new ArrayList<InstanceSetup.Nic>();
        Set<String> taken = new HashSet<>();
        devices.values().forEach(it -> taken.add(it.getOrDefault("name", "")));
        devices.forEach((name, device) -> {
            if (!CheckDevices.is(device, "nic")) {
                return;
            }
            String guestName = device.getOrDefault("name", "");
            for (int n = 0; guestName.isEmpty(); n++) {
                guestName = taken.add("eth" + n) ? "eth" + n : "";
            }
            nics.add(new InstanceSetup.Nic(
                    name,
                    device.containsKey("network") ? device.get("network") : device.get("parent"),
                    hostName(instance, name, device),
                    guestName,
                    hwaddr(instance, name, device),
                    mtu(device)));
        });
        return nics;
    }

    private int mtu(Map<String, String> device) {
        String own = device.getOrDefault("mtu", "");
        if (!own.isEmpty()) {
            return Integer.parseInt(own);
        }
        return network(device)
                .map(it -> it.config().getOrDefault("bridge.mtu", ""))
                .filter(it -> !it.isEmpty())
                .map(Integer::parseInt)
                .orElse(0);
    }

    private static String hwaddr(Instance instance, String name, Map<String, String> device) {
        String own = device.getOrDefault("hwaddr", instance.config().getOrDefault("volatile." + name + ".hwaddr", ""));
        if (own.isEmpty()) {
            throw new IllegalStateException("the network card " + name + " of " + instance.name() + " has no address");
        }
        return own.toLowerCase(java.util.Locale.ROOT);
    }

    /** The host end's name follows from the instance's id, so that whoever starts it, now or after a crash, agrees. */
    private static String hostName(Instance instance, String name, Map<String, String> device) {
        String own = device.getOrDefault("host_name", "");
        return own.isEmpty() ? String.format("veth%08x", instance.id().hashCode() * 31 + name.hashCode()) : own;
    }

    private static List<InstanceSetup.Mount> mounts(SortedMap<String, SortedMap<String, String>> devices) {
        return devices.entrySet().stream()
                .filter(it -> CheckDevices.is(it.getValue(), "disk")
                        && !"/".equals(it.getValue().get("path")))
                .sorted((a, b) -> Integer.compare(depth(a.getValue()), depth(b.getValue())))
                .map(it -> mount(it.getKey(), it.getValue()))
                .toList();
    }

    private static int depth(Map<String, String> device) {
        return device.getOrDefault("path", "").split("/").length;
    }

    private static InstanceSetup.Mount mount(String name, Map<String, String> device) {
        boolean optional =
                !Settings.truthy(device.get("required"), true) || Settings.truthy(device.get("optional"), false);
        Path source = Path.of(device.getOrDefault("source", ""));
        if (!optional && !java.nio.file.Files.exists(source)) {
            throw Refused.invalid("Failed to start device \"" + name + "\": Missing source path \"" + source
                    + "\" for disk \"" + name + "\"");
        }
        return new InstanceSetup.Mount(
                name,
                source,
                device.getOrDefault("path", ""),
                Settings.truthy(device.get("readonly"), false),
                Settings.truthy(device.get("recursive"), false),
                Settings.truthy(device.get("shift"), false),
                optional);
    }
}
