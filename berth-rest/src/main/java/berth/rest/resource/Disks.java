package berth.rest.resource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Disks and their partitions; not what is made of files, memory or other disks, nor drives for discs. */
final class Disks {
    private static final Pattern NOT_A_DISK = Pattern.compile("(loop|ram|zram|dm-|md|sr|nbd|fd).*");
    private static final int SECTOR = 512;
    private final Sys sys;

    private Disks(Sys sys) {
        this.sys = sys;
    }

    static Map<String, @Nullable Object> read(Sys sys) {
        return Facts.counted("disks", new Disks(sys).all());
    }

    private List<Object> all() {
        var disks = new ArrayList<>();
        for (Path disk : Sys.entries(sys.at("/sys/block"))) {
            Optional<Path> device = Sys.real(disk.resolve("device"));
            if (device.isPresent() && !NOT_A_DISK.matcher(Sys.name(disk)).matches()) {
                disks.add(disk(disk, device.get()));
            }
        }
        return disks;
    }

    private Map<String, @Nullable Object> disk(Path disk, Path device) {
        String name = Sys.name(disk);
        var pci = PciDevice.above(sys, device);
        String firmware = Sys.text(device.resolve("firmware_rev"));
        String serial = udev(disk, "ID_SERIAL_SHORT");
        String wwn = Sys.text(disk.resolve("wwid"));
        var facts = new Facts()
                .with("id", name)
                .with("device", Sys.text(disk.resolve("dev")))
                .unlessNone("model", Sys.text(device.resolve("model")))
                .unlessNone("type", kind(device))
                .with("read_only", Sys.number(disk.resolve("ro")) == 1)
                .with("size", Sys.number(disk.resolve("size")) * SECTOR)
                .with("removable", Sys.number(disk.resolve("removable")) == 1)
                .unlessNone("wwn", wwn.isEmpty() ? Sys.text(device.resolve("wwid")) : wwn)
                .with("numa_node", pci.map(PciDevice::node).orElse(0L))
                .unlessNone("device_path", link("by-path", name))
                .with("block_size", Sys.number(disk.resolve("queue/physical_block_size")))
                .unlessNone("firmware_version", firmware.isEmpty() ? Sys.text(device.resolve("rev")) : firmware)
                .with("rpm", Sys.number(disk.resolve("queue/rotational")))
                .unlessNone("serial", serial.isEmpty() ? Sys.text(device.resolve("serial")) : serial)
                .with("device_id", link("by-id", name))
                .with("partitions", partitions(disk));
        pci.ifPresent(it -> facts.with("pci_address", it.address()));
        UsbDevice.addresses(UsbDevice.above(sys, device)).forEach(it -> facts.with("usb_address", it));
        return facts.done();
    }

    /** How it is connected. */
    private static String kind(Path device) {
        String path = device.toString();
        if (path.contains("/usb")) {
            return "usb";
        }
        if (path.contains("/ata")) {
            return "sata";
        }
        return Sys.target(device.resolve("subsystem")).orElse("");
    }

    /** What udev noted down of a disk. */
    private String udev(Path disk, String key) {
        return Sys.lines(sys.at("/run/udev/data/b" + Sys.text(disk.resolve("dev")))).stream()
                .filter(it -> it.startsWith("E:" + key + "="))
                .map(it -> it.substring(it.indexOf('=') + 1))
                .findFirst()
                .orElse("");
    }

    /** The name that udev gives it in a directory of {@code /dev/disk}. */
    private String link(String directory, String disk) {
        return Sys.entries(sys.at("/dev/disk/" + directory)).stream()
                .filter(it -> Sys.target(it).filter(disk::equals).isPresent())
                .map(Sys::name)
                .min(Comparator.comparing((String it) -> it.startsWith("wwn-")).thenComparing(it -> it))
                .orElse("");
    }

    private static List<Object> partitions(Path disk) {
        var partitions = new ArrayList<Object>();
        Sys.entries(disk).stream()
                .filter(it -> Files.exists(it.resolve("partition")))
                .sorted(Comparator.comparingLong(it -> Sys.number(it.resolve("partition"))))
                .forEach(it -> partitions.add(new Facts()
                        .with("id", Sys.name(it))
                        .with("device", Sys.text(it.resolve("dev")))
                        .with("read_only", Sys.number(it.resolve("ro")) == 1)
                        .with("size", Sys.number(it.resolve("size")) * SECTOR)
                        .with("partition", Sys.number(it.resolve("partition")))
                        .done()));
        return partitions;
    }
}
