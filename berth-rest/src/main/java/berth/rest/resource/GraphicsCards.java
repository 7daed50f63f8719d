package berth.rest.resource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Graphics cards: those with nodes for programs to draw by, and others on PCI that are display controllers. */
final class GraphicsCards {
    private static final int DISPLAY = 0x03;
    private final Sys sys;
    private final Set<Path> met = new HashSet<>();

    private GraphicsCards(Sys sys) {
        this.sys = sys;
    }

    static Map<String, @Nullable Object> read(Sys sys) {
        return Facts.counted("cards", new GraphicsCards(sys).all());
    }

    private List<Object> all() {
        var cards = new ArrayList<>();
        for (Path one : Sys.entries(sys.at("/sys/class/drm"))) {
            Path device = Sys.real(one.resolve("device")).orElse(null);
            if (device != null && Sys.name(one).matches("card[0-9]+") && met.add(device)) {
                cards.add(card(one, device));
            }
        }
        for (PciDevice device : PciDevice.all(sys)) {
            if (device.kind() == DISPLAY && !device.virtual() && met.add(device.path())) {
                var facts = new Facts();
                onPci(facts, device);
                cards.add(facts.done());
            }
        }
        return cards;
    }

    private Map<String, @Nullable Object> card(Path one, Path device) {
        var facts = new Facts();
        var pci = PciDevice.above(sys, device);
        pci.ifPresent(it -> met.add(it.path()));
        if (pci.isPresent()) {
            pci.get().driver(facts, false);
        } else {
            Path driver = device.resolve("driver");
            facts.unlessNone("driver", Sys.driver(driver)).unlessNone("driver_version", sys.driverVersion(driver));
        }
        facts.with("drm", nodes(one, device));
        pci.ifPresentOrElse(
                it -> {
                    facts.unlessNone("sriov", it.parts(List.of()));
                    rest(facts, it);
                },
                () -> facts.with("numa_node", 0));
        UsbDevice.addresses(UsbDevice.above(sys, device)).forEach(it -> facts.with("usb_address", it));
        return facts.done();
    }

    private static void onPci(Facts facts, PciDevice device) {
        device.driver(facts, false);
        rest(facts, device);
    }

    private static void rest(Facts facts, PciDevice device) {
        facts.unlessNone("mdev", types(device.path()));
        facts.with("numa_node", device.node()).with("pci_address", device.address());
        device.names(facts, false);
    }

    private static Map<String, @Nullable Object> nodes(Path card, Path device) {
        var facts = new Facts()
                .with("id", Sys.number(Sys.name(card).substring(4)))
                .with("card_name", Sys.name(card))
                .with("card_device", Sys.text(card.resolve("dev")));
        for (Path node : Sys.entries(device.resolve("drm"))) {
            String name = Sys.name(node);
            if (name.startsWith("controlD")) {
                facts.with("control_name", name).with("control_device", Sys.text(node.resolve("dev")));
            } else if (name.startsWith("renderD")) {
                facts.with("render_name", name).with("render_device", Sys.text(node.resolve("dev")));
            }
        }
        return facts.done();
    }

    /** The kinds of mediated devices it can be divided into. */
    private static Map<String, Object> types(Path device) {
        var types = new TreeMap<String, Object>();
        for (Path type : Sys.entries(device.resolve("mdev_supported_types"))) {
            types.put(
                    Sys.name(type),
                    new Facts()
                            .with("api", Sys.text(type.resolve("device_api")))
                            .with("available", Sys.number(type.resolve("available_instances")))
                            .unlessNone("name", Sys.text(type.resolve("name")))
                            .unlessNone("description", Sys.text(type.resolve("description")))
                            .with(
                                    "devices",
                                    Sys.entries(type.resolve("devices")).stream()
                                            .map(Sys::name)
                                            .toList())
                            .done());
        }
        return types;
    }
}
