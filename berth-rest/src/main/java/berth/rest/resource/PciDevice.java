package berth.rest.resource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A device of the PCI bus. */
record PciDevice(Sys sys, Path path) {
    private static final Pattern ADDRESS = Pattern.compile("[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-9a-f]");
    private static final int MOST_VPD = 32 * 1024;

    static List<PciDevice> all(Sys sys) {
        return Sys.entries(sys.at("/sys/bus/pci/devices")).stream()
                .flatMap(it -> Sys.real(it).stream())
                .map(it -> new PciDevice(sys, it))
                .toList();
    }

    /** The one that a device of a class belongs to: the last that its path leads through. */
    static Optional<PciDevice> above(Sys sys, Path device) {
        for (Path path = device; path != null; path = path.getParent()) {
            if (ADDRESS.matcher(Sys.name(path)).matches()) {
                return Optional.of(new PciDevice(sys, path));
            }
        }
        return Optional.empty();
    }

    static Map<String, @Nullable Object> read(Sys sys) {
        return Facts.counted("devices", all(sys).stream().map(PciDevice::shown).toList());
    }

    String address() {
        return Sys.name(path);
    }

    /** Its class: {@code 0x020000} for instance. */
    long kind() {
        return Sys.number(path.resolve("class")) >> 16;
    }

    long node() {
        return Sys.number(path.resolve("numa_node"));
    }

    /** Whether it is a part of another one that can be shared out. */
    boolean virtual() {
        return Files.exists(path.resolve("physfn"));
    }

    private Map<String, @Nullable Object> shown() {
        var facts = new Facts();
        driver(facts, true);
        facts.with("numa_node", node()).with("pci_address", address());
        names(facts, true);
        return facts.with(
                        "iommu_group",
                        Sys.target(path.resolve("iommu_group")).map(Sys::number).orElse(0L))
                .with("vpd", vpd())
                .done();
    }

    /** Says which driver it has; LXD leaves it out of a card that has none. */
    void driver(Facts facts, boolean always) {
        say(facts, always, "driver", Sys.driver(path.resolve("driver")));
        say(facts, always, "driver_version", sys.driverVersion(path.resolve("driver")));
    }

    void names(Facts facts, boolean always) {
        String vendor = Sys.id(path.resolve("vendor"));
        String product = Sys.id(path.resolve("device"));
        var names = Names.of(sys, "pci.ids");
        say(facts, always, "vendor", names.vendor(vendor));
        say(facts, always, "vendor_id", vendor);
        say(facts, always, "product", names.product(vendor, product));
        say(facts, always, "product_id", product);
    }

    private static void say(Facts facts, boolean always, String key, String value) {
        if (always) {
            facts.with(key, value);
        } else {
            facts.unlessNone(key, value);
        }
    }

    /** How many parts of it can be handed out, and those there are; null where it has none. */
    @Nullable
    Map<String, @Nullable Object> parts(List<?> shown) {
        long most = Sys.number(path.resolve("sriov_totalvfs"));
        return most == 0
                ? null
                : new Facts()
                        .with("current_vfs", Sys.number(path.resolve("sriov_numvfs")))
                        .with("maximum_vfs", most)
                        .with("vfs", shown)
                        .done();
    }

    /** The parts there are now. */
    List<PciDevice> virtuals() {
        return Sys.entries(path).stream()
                .filter(it -> Sys.name(it).matches("virtfn[0-9]+"))
                .flatMap(it -> Sys.real(it).stream())
                .map(it -> new PciDevice(sys, it))
                .toList();
    }

    /** What the device says of itself: a product's name, and entries of two letters. */
    private Map<String, @Nullable Object> vpd() {
        try {
            Path file = path.resolve("vpd");
            if (!Files.isReadable(file)) {
                return new Facts().done();
            }
            try (var in = Files.newInputStream(file)) {
                return vpd(in.readNBytes(MOST_VPD));
            }
        } catch (IOException unreadable) {
            return new Facts().done();
        }
    }

    /** Reads large resources: a tag, two bytes of length, content (PCI local bus specification, appendix I). */
    static Map<String, @Nullable Object> vpd(byte[] bytes) {
        String name = "";
        var entries = new TreeMap<String, String>();
        int at = 0;
        while (at + 3 <= bytes.length && (bytes[at] & 0x80) != 0) {
            int length = (bytes[at + 1] & 0xFF) | (bytes[at + 2] & 0xFF) << 8;
            byte[] content = Arrays.copyOfRange(bytes, at + 3, Math.min(bytes.length, at + 3 + length));
            switch (bytes[at] & 0xFF) {
                case 0x82 -> name = text(content, 0, content.length);
                case 0x90 -> entries(content, entries);
                default -> {}
            }
            at += 3 + length;
        }
        return new Facts()
                .unlessNone("product_name", name)
                .unlessNone("entries", entries)
                .done();
    }

    private static void entries(byte[] content, Map<String, String> entries) {
        int at = 0;
        while (at + 3 <= content.length) {
            String key = text(content, at, 2);
            int length = content[at + 2] & 0xFF;
            if (!key.equals("RV")) { // a checksum, and what is left over
                entries.put(key, text(content, at + 3, Math.min(length, content.length - at - 3)));
            }
            at += 3 + length;
        }
    }

    private static String text(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.ISO_8859_1)
                .replaceAll("\\p{Cntrl}", "")
                .strip();
    }
}
