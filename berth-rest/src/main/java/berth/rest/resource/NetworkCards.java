package berth.rest.resource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Network cards, on PCI and USB, with the interfaces of each that this network namespace has. */
final class NetworkCards {
    private static final int NETWORK = 0x02;
    private final Sys sys;

    private NetworkCards(Sys sys) {
        this.sys = sys;
    }

    static Map<String, @Nullable Object> read(Sys sys) {
        return Facts.counted("cards", new NetworkCards(sys).all());
    }

    private List<Object> all() {
        var ports = new LinkedHashMap<Path, List<Path>>(); // interfaces by the card they are of
        var usb = new LinkedHashMap<Path, UsbDevice>();
        for (Path one : Sys.entries(sys.at("/sys/class/net"))) {
            Optional<Path> device = Sys.real(one.resolve("device"));
            if (device.isEmpty()) {
                continue;
            }
            Optional<UsbDevice> onUsb = UsbDevice.above(sys, device.get());
            Optional<PciDevice> onPci = PciDevice.above(sys, device.get());
            if (onUsb.isPresent()) {
                usb.put(onUsb.get().path(), onUsb.get());
            }
            onUsb.map(UsbDevice::path)
                    .or(() -> onPci.map(PciDevice::path))
                    .ifPresent(it ->
                            ports.computeIfAbsent(it, _ -> new ArrayList<>()).add(one));
        }
        var cards = new ArrayList<>();
        for (PciDevice device : PciDevice.all(sys)) {
            if (device.kind() == NETWORK && !device.virtual()) {
                cards.add(card(device, ports));
            }
        }
        usb.values().forEach(it -> cards.add(card(it, ports.getOrDefault(it.path(), List.of()))));
        return cards;
    }

    private Map<String, @Nullable Object> card(PciDevice device, Map<Path, List<Path>> ports) {
        var facts = new Facts();
        device.driver(facts, false);
        facts.unlessNone("ports", ports(ports.getOrDefault(device.path(), List.of())));
        facts.unlessNone(
                "sriov",
                device.parts(
                        device.virtuals().stream().map(it -> card(it, ports)).toList()));
        facts.with("numa_node", device.node()).with("pci_address", device.address());
        device.names(facts, false);
        return facts.done();
    }

    private Map<String, @Nullable Object> card(UsbDevice device, List<Path> interfaces) {
        Path driver = interfaces.stream()
                .map(it -> it.resolve("device/driver"))
                .findFirst()
                .orElse(device.path().resolve("driver"));
        var facts = new Facts()
                .unlessNone("driver", Sys.driver(driver))
                .unlessNone("driver_version", sys.driverVersion(driver))
                .unlessNone("ports", ports(interfaces))
                .with("numa_node", 0);
        PciDevice.above(sys, device.path()).ifPresent(it -> facts.with("pci_address", it.address()));
        return facts.unlessNone("vendor", Sys.text(device.path().resolve("manufacturer")))
                .unlessNone("vendor_id", Sys.text(device.path().resolve("idVendor")))
                .unlessNone("product", Sys.text(device.path().resolve("product")))
                .unlessNone("product_id", Sys.text(device.path().resolve("idProduct")))
                .with("usb_address", device.address())
                .done();
    }

    private static List<Object> ports(List<Path> interfaces) {
        var ports = new ArrayList<Object>();
        interfaces.stream()
                .sorted(Comparator.comparingLong(it -> Sys.number(it.resolve("dev_port"))))
                .forEach(it -> ports.add(port(it)));
        return ports;
    }

    private static Map<String, @Nullable Object> port(Path one) {
        boolean infiniband = Sys.text(one.resolve("type")).equals("32"); // ARPHRD_INFINIBAND
        String duplex = Sys.text(one.resolve("duplex"));
        return new Facts()
                .with("id", Sys.name(one))
                .unlessNone("address", Sys.text(one.resolve("address")))
                .with("port", Sys.number(one.resolve("dev_port")))
                .with("protocol", infiniband ? "infiniband" : "ethernet")
                .with("auto_negotiation", false)
                .with("link_detected", Sys.text(one.resolve("carrier")).equals("1"))
                .unlessNone("link_speed", Sys.number(one.resolve("speed")))
                .unlessNone("link_duplex", duplex.equals("unknown") ? "" : duplex)
                .unlessNone("infiniband", infiniband ? infiniband(one) : null)
                .done();
    }

    private static Map<String, @Nullable Object> infiniband(Path one) {
        var facts = new Facts();
        for (String[] kind : new String[][] {
            {"infiniband_mad", "issm", "issm"},
            {"infiniband_mad", "umad", "mad"},
            {"infiniband_verbs", "uverbs", "verb"}
        }) {
            for (Path device : Sys.entries(one.resolve("device").resolve(kind[0]))) {
                if (Sys.name(device).startsWith(kind[1])) {
                    facts.unlessNone(kind[2] + "_name", Sys.name(device))
                            .unlessNone(kind[2] + "_device", Sys.text(device.resolve("dev")));
                }
            }
        }
        return Files.exists(one) ? facts.done() : Map.of();
    }
}
