package berth.rest.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A host made of files: two sockets, two NUMA nodes, cards and disks on PCI and USB. */
class HostResourcesTest {
    private static final String NIC = "/sys/devices/pci0000:00/0000:00:1f.6";
    private static final String SATA = "/sys/devices/pci0000:00/0000:00:17.0";
    private static final String VGA = "/sys/devices/pci0000:00/0000:00:02.0";
    private static final String XHCI = "/sys/devices/pci0000:00/0000:00:14.0";
    private static final String STICK = XHCI + "/usb1/1-4";

    @TempDir
    Path temporary;

    private Path root;

    @BeforeEach
    void build() throws IOException {
        root = temporary.toRealPath();
    }

    private void put(String path, String text) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }

    private void link(String path, String to) throws IOException {
        Path link = root.resolve(path.substring(1));
        Files.createDirectories(link.getParent());
        Files.createDirectories(root.resolve(to.substring(1)));
        Files.createSymbolicLink(link, root.resolve(to.substring(1)));
    }

    private JsonNode read() {
        return JsonMapper.builder().build().valueToTree(HostResources.read(root));
    }

    private void pci(String at, String kind, String vendor, String product) throws IOException {
        put(at + "/class", kind);
        put(at + "/vendor", vendor);
        put(at + "/device", product);
        put(at + "/numa_node", "1");
        link("/sys/bus/pci/devices/" + at.substring(at.lastIndexOf('/') + 1), at);
    }

    @Test
    void counts_sockets_dies_cores_and_threads_and_knows_what_is_switched_off() throws IOException {
        var info = new StringBuilder();
        for (int cpu = 0; cpu < 8; cpu++) {
            String at = "/sys/devices/system/cpu/cpu" + cpu;
            put(at + "/topology/physical_package_id", "" + cpu / 4);
            put(at + "/topology/die_id", "" + cpu / 2 % 2);
            put(at + "/topology/core_id", "" + cpu / 2 % 2);
            Files.createDirectories(root.resolve((at + "/node" + cpu / 4).substring(1)));
            if (cpu != 0) {
                put(at + "/online", cpu == 7 ? "0" : "1");
            }
            put(at + "/cache/index0/level", "1");
            put(at + "/cache/index0/type", "Data");
            put(at + "/cache/index0/size", "48K");
            put(at + "/cpufreq/scaling_cur_freq", "2000000");
            put(at + "/cpufreq/cpuinfo_min_freq", "800000");
            put(at + "/cpufreq/cpuinfo_max_freq", "4000000");
            if (cpu != 7) {
                info.append("processor\t: " + cpu + "\nvendor_id\t: Maker\nmodel name\t: Fast\n\n");
            }
        }
        put("/sys/devices/system/cpu/isolated", "2-3,6");
        put("/proc/cpuinfo", info.toString());
        JsonNode cpu = read().path("cpu");
        assertThat(cpu.path("total").asInt()).isEqualTo(8);
        assertThat(cpu.path("sockets")).hasSize(2);
        JsonNode second = cpu.path("sockets").path(1);
        assertThat(second.path("name").asString()).isEqualTo("Fast");
        assertThat(second.path("vendor").asString()).isEqualTo("Maker");
        assertThat(second.path("frequency").asInt()).isEqualTo(2000);
        assertThat(second.path("frequency_minimum").asInt()).isEqualTo(800);
        assertThat(second.path("frequency_turbo").asInt()).isEqualTo(4000);
        assertThat(second.path("cache").toString()).isEqualTo("[{\"level\":1,\"type\":\"Data\",\"size\":49152}]");
        assertThat(second.path("cores")).hasSize(2);
        assertThat(second.path("cores").path(1).path("die").asInt()).isEqualTo(1);
        assertThat(second.path("cores").path(1).path("threads").toString())
                .isEqualTo("[{\"id\":6,\"numa_node\":1,\"thread\":0,\"online\":true,\"isolated\":true},"
                        + "{\"id\":7,\"numa_node\":1,\"thread\":1,\"online\":false,\"isolated\":false}]");
    }

    @Test
    void tells_memory_and_huge_pages_node_by_node() throws IOException {
        put("/proc/meminfo", """
                MemTotal:       4000 kB
                MemAvailable:   1000 kB
                HugePages_Total:       3
                HugePages_Free:        1
                Hugepagesize:       2048 kB""");
        put("/sys/devices/system/memory/block_size_bytes", "200000");
        for (int block = 0; block < 3; block++) {
            put("/sys/devices/system/memory/memory" + block + "/online", block == 2 ? "0" : "1");
            link("/sys/devices/system/node/node0/memory" + block, "/sys/devices/system/memory/memory" + block);
        }
        put("/sys/devices/system/node/node0/meminfo", """
                Node 0 MemUsed:       3000 kB
                Node 0 HugePages_Total:     3
                Node 0 HugePages_Free:      1""");
        JsonNode memory = read().path("memory");
        assertThat(memory.path("total").asLong()).isEqualTo(2 * 0x200000);
        assertThat(memory.path("used").asLong()).isEqualTo(3000 * 1024);
        assertThat(memory.path("hugepages_size").asLong()).isEqualTo(2048 * 1024);
        assertThat(memory.path("hugepages_total").asLong()).isEqualTo(3 * 2048 * 1024);
        assertThat(memory.path("hugepages_used").asLong()).isEqualTo(2 * 2048 * 1024);
        assertThat(memory.path("nodes").toString())
                .isEqualTo("[{\"numa_node\":0,\"hugepages_used\":4194304,\"hugepages_total\":6291456,"
                        + "\"used\":3072000,\"total\":4194304}]");
    }

    @Test
    void finds_the_card_of_an_interface_and_what_it_is_called() throws IOException {
        pci(NIC, "0x020000", "0x8086", "0x15bb");
        link(NIC + "/driver", "/sys/bus/pci/drivers/e1000e");
        put("/sys/module/e1000e/version", "3.2");
        link("/sys/bus/pci/drivers/e1000e/module", "/sys/module/e1000e");
        put(
                "/usr/share/misc/pci.ids",
                "# a list\n8086  Intel Corporation\n\t15bb  I219-LM\n\t\t1 2  sub\nC 02  Network");
        put("/sys/class/net/eno1/address", "00:16:3e:00:00:01");
        put("/sys/class/net/eno1/dev_port", "0");
        put("/sys/class/net/eno1/carrier", "1");
        put("/sys/class/net/eno1/speed", "1000");
        put("/sys/class/net/eno1/duplex", "full");
        link("/sys/class/net/eno1/device", NIC);
        Files.createDirectories(root.resolve("sys/class/net/lo"));
        assertThat(read().path("network").toString())
                .isEqualTo("{\"cards\":[{\"driver\":\"e1000e\",\"driver_version\":\"3.2\",\"ports\":[{\"id\":\"eno1\","
                        + "\"address\":\"00:16:3e:00:00:01\",\"port\":0,\"protocol\":\"ethernet\",\"auto_negotiation\":false,"
                        + "\"link_detected\":true,\"link_speed\":1000,\"link_duplex\":\"full\"}],\"numa_node\":1,"
                        + "\"pci_address\":\"0000:00:1f.6\",\"vendor\":\"Intel Corporation\",\"vendor_id\":\"8086\","
                        + "\"product\":\"I219-LM\",\"product_id\":\"15bb\"}],\"total\":1}");
    }

    @Test
    void lists_disks_with_partitions_and_leaves_out_what_is_none() throws IOException {
        pci(SATA, "0x010601", "0x8086", "0xa352");
        String disk = SATA + "/ata1/host0/target0:0:0/0:0:0:0/block/sda";
        link("/sys/block/sda", disk);
        link(disk + "/device", SATA + "/ata1/host0/target0:0:0/0:0:0:0");
        put(SATA + "/ata1/host0/target0:0:0/0:0:0:0/model", "Disk 1");
        put(SATA + "/ata1/host0/target0:0:0/0:0:0:0/rev", "2.0");
        put(disk + "/dev", "8:0");
        put(disk + "/size", "2048");
        put(disk + "/ro", "0");
        put(disk + "/removable", "0");
        put(disk + "/queue/rotational", "1");
        put(disk + "/queue/physical_block_size", "4096");
        for (int number : new int[] {10, 2}) {
            put(disk + "/sda" + number + "/partition", "" + number);
            put(disk + "/sda" + number + "/dev", "8:" + number);
            put(disk + "/sda" + number + "/size", "1024");
            put(disk + "/sda" + number + "/ro", "1");
        }
        put("/dev/sda", "");
        put("/run/udev/data/b8:0", "S:disk/by-id/ata-Disk_1\nE:ID_SERIAL_SHORT=S1");
        Files.createDirectories(root.resolve("dev/disk/by-id"));
        Files.createSymbolicLink(root.resolve("dev/disk/by-id/wwn-0x1"), root.resolve("dev/sda"));
        Files.createSymbolicLink(root.resolve("dev/disk/by-id/ata-Disk_1"), root.resolve("dev/sda"));
        link("/sys/block/loop0", "/sys/devices/virtual/block/loop0");
        JsonNode storage = read().path("storage");
        assertThat(storage.path("total").asInt()).isEqualTo(1);
        JsonNode sda = storage.path("disks").path(0);
        assertThat(sda.toString())
                .startsWith(
                        "{\"id\":\"sda\",\"device\":\"8:0\",\"model\":\"Disk 1\",\"type\":\"sata\",\"read_only\":false,"
                                + "\"size\":1048576,\"removable\":false,\"numa_node\":1,\"block_size\":4096,"
                                + "\"firmware_version\":\"2.0\",\"rpm\":1,\"serial\":\"S1\",\"device_id\":\"ata-Disk_1\",\"partitions\":[{\"id\":\"sda2\"")
                .endsWith("\"pci_address\":\"0000:00:17.0\"}");
        assertThat(sda.path("partitions").path(1).toString())
                .isEqualTo(
                        "{\"id\":\"sda10\",\"device\":\"8:10\",\"read_only\":true,\"size\":524288,\"partition\":10}");
    }

    @Test
    void lists_graphics_cards_with_their_nodes_once() throws IOException {
        pci(VGA, "0x030000", "0x8086", "0x3e9b");
        put(VGA + "/drm/card0/dev", "226:0");
        put(VGA + "/drm/renderD128/dev", "226:128");
        link("/sys/class/drm/card0", VGA + "/drm/card0");
        link(VGA + "/drm/card0/device", VGA);
        link("/sys/class/drm/renderD128", VGA + "/drm/renderD128");
        link(VGA + "/drm/renderD128/device", VGA);
        pci("/sys/devices/pci0000:00/0000:00:05.0", "0x038000", "0x10de", "0x1eb8");
        assertThat(read().path("gpu").toString())
                .isEqualTo("{\"cards\":[{\"drm\":{\"id\":0,\"card_name\":\"card0\",\"card_device\":\"226:0\","
                        + "\"render_name\":\"renderD128\",\"render_device\":\"226:128\"},\"numa_node\":1,"
                        + "\"pci_address\":\"0000:00:02.0\",\"vendor_id\":\"8086\",\"product_id\":\"3e9b\"},"
                        + "{\"numa_node\":1,\"pci_address\":\"0000:00:05.0\",\"vendor_id\":\"10de\",\"product_id\":\"1eb8\"}],"
                        + "\"total\":2}");
    }

    @Test
    void lists_what_is_plugged_into_usb_but_no_hubs() throws IOException {
        link("/sys/bus/usb/devices/usb1", XHCI + "/usb1");
        put(XHCI + "/usb1/busnum", "1");
        put(XHCI + "/usb1/bDeviceClass", "09");
        link("/sys/bus/usb/devices/1-4", STICK);
        put(STICK + "/busnum", "1");
        put(STICK + "/devnum", "7");
        put(STICK + "/bDeviceClass", "00");
        put(STICK + "/idVendor", "0951");
        put(STICK + "/idProduct", "1666");
        put(STICK + "/manufacturer", "Kingston");
        put(STICK + "/speed", "480");
        put(STICK + "/1-4:1.0/bInterfaceNumber", "00");
        put(STICK + "/1-4:1.0/bInterfaceClass", "08");
        put(STICK + "/1-4:1.0/bInterfaceSubClass", "06");
        assertThat(read().path("usb").toString())
                .isEqualTo(
                        "{\"devices\":[{\"bus_address\":1,\"device_address\":7,\"interfaces\":[{\"class\":\"Mass Storage\","
                                + "\"class_id\":8,\"driver\":\"\",\"driver_version\":\"\",\"number\":0,\"subclass\":\"\",\"subclass_id\":6}],"
                                + "\"vendor\":\"Kingston\",\"vendor_id\":\"0951\",\"product\":\"\",\"product_id\":\"1666\",\"speed\":480.0}],"
                                + "\"total\":1}");
    }

    @Test
    void reads_what_a_device_says_of_itself_and_no_further_than_it_says() {
        byte[] vpd = "\u0082\u0004\u0000Card\u0090\n\u0000PN\u0003abcRV\u0001xx".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(PciDevice.vpd(vpd)).isEqualTo(Map.of("product_name", "Card", "entries", Map.of("PN", "abc")));
        for (int length = 0; length < vpd.length; length++) {
            PciDevice.vpd(java.util.Arrays.copyOf(vpd, length));
        }
    }

    @Test
    void knows_whether_it_is_a_machine_or_in_one() throws IOException {
        put("/sys/class/dmi/id/sys_vendor", "Maker");
        put("/sys/class/dmi/id/chassis_type", "23");
        JsonNode system = read().path("system");
        assertThat(system.path("type").asString()).isEqualTo("physical");
        assertThat(system.path("vendor").asString()).isEqualTo("Maker");
        assertThat(system.path("chassis").path("type").asString()).isEqualTo("Rack Mount Chassis");
        put("/proc/cpuinfo", "flags\t\t: fpu hypervisor sse");
        assertThat(read().path("system").path("type").asString()).isEqualTo("virtual-machine");
        put("/run/systemd/container", "podman");
        assertThat(read().path("system").path("type").asString()).isEqualTo("container");
    }

    @Test
    void a_host_that_shows_nothing_has_nothing() {
        JsonNode all = read();
        assertThat(all.path("gpu").toString()).isEqualTo("{\"cards\":[],\"total\":0}");
        assertThat(all.path("pci").toString()).isEqualTo("{\"devices\":[],\"total\":0}");
        assertThat(all.path("system").path("firmware").isNull()).isTrue();
    }
}
