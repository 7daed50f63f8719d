package berth.host.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Device nodes of this host's USB devices, as the kernel tells of them in {@code /sys}. */
public final class UsbNodes {
    private static final Path SYS = Path.of("/sys");

    private UsbNodes() {}

    /**
     * A node.
     *
     * @param vendor four hex digits of the device's maker
     * @param product four hex digits of what it is
     * @param node its path on the host
     */
    public record Found(String vendor, String product, String node, DeviceNodes.Numbers numbers) {}

    /** The devices themselves, {@code /dev/bus/usb/BBB/DDD}. */
    public static List<Found> raw() {
        return children(SYS.resolve("bus/usb/devices")).stream()
                .filter(it -> Files.exists(it.resolve("idVendor")))
                .flatMap(it -> found(it, it, false).stream())
                .toList();
    }

    /** What drivers have made of them: serial lines, disks, input devices. */
    public static List<Found> ofDrivers() {
        var all = new ArrayList<Found>();
        for (boolean block : List.of(false, true)) {
            for (Path node : children(SYS.resolve(block ? "dev/block" : "dev/char"))) {
                usbDevice(node)
                        .filter(it -> !it.equals(real(node)))
                        .flatMap(it -> found(it, node, block))
                        .ifPresent(all::add);
            }
        }
        return List.copyOf(all);
    }

    /** The USB device that a node's device is part of. */
    private static Optional<Path> usbDevice(Path node) {
        for (Path at = real(node); at != null && at.startsWith(SYS); at = at.getParent()) {
            if (Files.exists(at.resolve("idVendor"))) {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }

    private static Optional<Found> found(Path device, Path node, boolean block) {
        String[] numbers = text(node.resolve("dev")).split(":");
        String name = text(node.resolve("uevent"))
                .lines()
                .filter(it -> it.startsWith("DEVNAME="))
                .map(it -> it.substring("DEVNAME=".length()))
                .findFirst()
                .orElse("");
        if (numbers.length != 2 || !name.matches("[A-Za-z0-9/_.:-]+") || name.contains("..")) {
            return Optional.empty();
        }
        return Optional.of(new Found(
                text(device.resolve("idVendor")),
                text(device.resolve("idProduct")),
                "/dev/" + name,
                new DeviceNodes.Numbers(block, Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]))));
    }

    private static Path real(Path link) {
        try {
            return link.toRealPath();
        } catch (IOException gone) {
            return link;
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException gone) {
            return "";
        }
    }

    private static List<Path> children(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.sorted().toList();
        } catch (IOException none) {
            return List.of();
        }
    }
}
