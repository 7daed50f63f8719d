package berth.rest.resource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that the host has, read anew at each call. */
public final class HostResources {
    /** The parts of system management BIOS type 3, by their numbers from 1 on. */
    private static final List<String> CHASSIS = List.of(
            "Other",
            "Unknown",
            "Desktop",
            "Low Profile Desktop",
            "Pizza Box",
            "Mini Tower",
            "Tower",
            "Portable",
            "Laptop",
            "Notebook",
            "Hand Held",
            "Docking Station",
            "All in One",
            "Sub Notebook",
            "Space-saving",
            "Lunch Box",
            "Main Server Chassis",
            "Expansion Chassis",
            "SubChassis",
            "Bus Expansion Chassis",
            "Peripheral Chassis",
            "RAID Chassis",
            "Rack Mount Chassis",
            "Sealed-case PC",
            "Multi-system chassis",
            "Compact PCI",
            "Advanced TCA",
            "Blade",
            "Blade Enclosure",
            "Tablet",
            "Convertible",
            "Detachable",
            "IoT Gateway",
            "Embedded PC",
            "Mini PC",
            "Stick PC");

    private final Sys sys;

    private HostResources(Sys sys) {
        this.sys = sys;
    }

    /** Reads what this host has. */
    public static Map<String, @Nullable Object> read() {
        return read(Path.of("/"));
    }

    /** Reads what lies below that directory as it lies below {@code /} on a host. */
    static Map<String, @Nullable Object> read(Path root) {
        var sys = new Sys(root);
        return new Facts()
                .with("cpu", Processors.read(sys))
                .with("memory", Memory.read(sys))
                .with("gpu", GraphicsCards.read(sys))
                .with("network", NetworkCards.read(sys))
                .with("storage", Disks.read(sys))
                .with("usb", UsbDevice.read(sys))
                .with("pci", PciDevice.read(sys))
                .with("system", new HostResources(sys).system())
                .done();
    }

    private Map<String, @Nullable Object> system() {
        boolean known = Files.isDirectory(sys.at("/sys/class/dmi/id"));
        return new Facts()
                .with("uuid", dmi("product_uuid"))
                .with("vendor", dmi("sys_vendor"))
                .with("product", dmi("product_name"))
                .with("family", dmi("product_family"))
                .with("version", dmi("product_version"))
                .with("sku", dmi("product_sku"))
                .with("serial", dmi("product_serial"))
                .with("type", kind())
                .with("firmware", known ? firmware() : null)
                .with("chassis", known ? chassis() : null)
                .with("motherboard", known ? motherboard() : null)
                .done();
    }

    private String dmi(String name) {
        return Sys.text(sys.at("/sys/class/dmi/id/" + name));
    }

    private Map<String, @Nullable Object> firmware() {
        return new Facts()
                .with("vendor", dmi("bios_vendor"))
                .with("date", dmi("bios_date"))
                .with("version", dmi("bios_version"))
                .done();
    }

    private Map<String, @Nullable Object> chassis() {
        int number = (int) Sys.number(dmi("chassis_type")) & 0x7F; // the highest bit says whether it has a lock
        return new Facts()
                .with("vendor", dmi("chassis_vendor"))
                .with("type", number > 0 && number <= CHASSIS.size() ? CHASSIS.get(number - 1) : "")
                .with("serial", dmi("chassis_serial"))
                .with("version", dmi("chassis_version"))
                .done();
    }

    private Map<String, @Nullable Object> motherboard() {
        return new Facts()
                .with("vendor", dmi("board_vendor"))
                .with("product", dmi("board_name"))
                .with("serial", dmi("board_serial"))
                .with("version", dmi("board_version"))
                .done();
    }

    /** {@code container}, {@code virtual-machine} or {@code physical}. */
    private String kind() {
        boolean inside = Files.exists(sys.at("/run/systemd/container"))
                || Sys.text(sys.at("/proc/1/environ")).startsWith("container=")
                || Sys.text(sys.at("/proc/1/environ")).contains("\0container=")
                || Files.exists(sys.at("/.dockerenv"))
                || Files.exists(sys.at("/run/.containerenv"));
        if (inside) {
            return "container";
        }
        boolean guest = Sys.lines(sys.at("/proc/cpuinfo")).stream()
                        .anyMatch(it -> it.startsWith("flags") && it.contains(" hypervisor"))
                || Files.exists(sys.at("/sys/hypervisor/type"));
        return guest ? "virtual-machine" : "physical";
    }
}
