package berth.rest.resource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A device of the USB. */
record UsbDevice(Sys sys, Path path) {
    private static final int HUB = 9;

    static Map<String, @Nullable Object> read(Sys sys) {
        return Facts.counted(
                "devices",
                Sys.entries(sys.at("/sys/bus/usb/devices")).stream()
                        .filter(it -> Files.exists(it.resolve("busnum")))
                        .filter(it -> Sys.hex(Sys.text(it.resolve("bDeviceClass"))) != HUB)
                        .map(it -> new UsbDevice(sys, it).shown())
                        .toList());
    }

    /** The one that a device of a class belongs to: the first whose path leads to it. */
    static Optional<UsbDevice> above(Sys sys, Path device) {
        for (Path path = device; path != null && path.startsWith(sys.at("/sys")); path = path.getParent()) {
            if (Files.exists(path.resolve("busnum"))) {
                return Optional.of(new UsbDevice(sys, path));
            }
        }
        return Optional.empty();
    }

    /** Bus and device: {@code 1:4}. */
    String address() {
        return Sys.number(path.resolve("busnum")) + ":" + Sys.number(path.resolve("devnum"));
    }

    private Map<String, @Nullable Object> shown() {
        String vendor = Sys.text(path.resolve("idVendor"));
        String product = Sys.text(path.resolve("idProduct"));
        var names = Names.of(sys, "usb.ids");
        var interfaces = new ArrayList<>();
        for (Path one : Sys.entries(path)) {
            if (Files.exists(one.resolve("bInterfaceNumber"))) {
                interfaces.add(shown(one));
            }
        }
        return new Facts()
                .with("bus_address", Sys.number(path.resolve("busnum")))
                .with("device_address", Sys.number(path.resolve("devnum")))
                .with("interfaces", interfaces)
                .with("vendor", first(names.vendor(vendor), Sys.text(path.resolve("manufacturer"))))
                .with("vendor_id", vendor)
                .with("product", first(names.product(vendor, product), Sys.text(path.resolve("product"))))
                .with("product_id", product)
                .with("speed", speed())
                .done();
    }

    /** In Mbit/s: {@code 1.5} and up. */
    private double speed() {
        String text = Sys.text(path.resolve("speed"));
        return text.matches("[0-9]{1,6}(\\.[0-9]{1,3})?") ? Double.parseDouble(text) : 0;
    }

    private Map<String, @Nullable Object> shown(Path one) {
        long kind = Sys.hex(Sys.text(one.resolve("bInterfaceClass")));
        return new Facts()
                .with("class", named((int) kind))
                .with("class_id", kind)
                .with("driver", Sys.driver(one.resolve("driver")))
                .with("driver_version", sys.driverVersion(one.resolve("driver")))
                .with("number", Sys.hex(Sys.text(one.resolve("bInterfaceNumber"))))
                .with("subclass", "")
                .with("subclass_id", Sys.hex(Sys.text(one.resolve("bInterfaceSubClass"))))
                .done();
    }

    private static String first(String one, String other) {
        return one.isEmpty() ? other : one;
    }

    /** Base classes, as usb.org numbers them. */
    private static String named(int kind) {
        return switch (kind) {
            case 0x01 -> "Audio";
            case 0x02 -> "Communications";
            case 0x03 -> "Human Interface Device";
            case 0x05 -> "Physical Interface Device";
            case 0x06 -> "Imaging";
            case 0x07 -> "Printer";
            case 0x08 -> "Mass Storage";
            case 0x09 -> "Hub";
            case 0x0a -> "CDC Data";
            case 0x0b -> "Chip/SmartCard";
            case 0x0d -> "Content Security";
            case 0x0e -> "Video";
            case 0x0f -> "Personal Healthcare";
            case 0xdc -> "Diagnostic";
            case 0xe0 -> "Wireless";
            case 0xef -> "Miscellaneous Device";
            case 0xfe -> "Application Specific Interface";
            case 0xff -> "Vendor Specific Class";
            default -> "";
        };
    }

    /** Those of a list that have an address. */
    static List<String> addresses(Optional<UsbDevice> device) {
        return device.map(it -> List.of(it.address())).orElse(List.of());
    }
}
