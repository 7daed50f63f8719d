package berth.driver.bridge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** dnsmasq's lease file, read. Its lines: {@code expiry mac address name id}; after a {@code duid} line, of DHCPv6. */
final class LeaseFile {
    private final Path path;

    LeaseFile(Path path) {
        this.path = path;
    }

    /**
     * A lease that dnsmasq handed out.
     *
     * @param hwaddr of IPv6 only known when the client's id holds it, else empty
     * @param hostname empty when it has none
     * @param line as it stands in the file
     */
    record Entry(String hwaddr, String address, String hostname, boolean v6, String line) {}

    List<Entry> entries() {
        var entries = new ArrayList<Entry>();
        for (String line : lines()) {
            String[] words = line.split(" ");
            if (words.length < 5 || Cidr.ip(words[2]).isEmpty()) {
                continue;
            }
            boolean v6 = words[2].indexOf(':') >= 0;
            String hwaddr = v6 ? macOf(words[4]) : words[1].substring(words[1].lastIndexOf('-') + 1);
            String hostname = words[3].equals("*") ? "" : words[3];
            entries.add(new Entry(hwaddr.toLowerCase(Locale.ROOT), words[2], hostname, v6, line));
        }
        return entries;
    }

    /** Those of a card: by its hardware address, and of IPv6 by its name where the client's id does not tell. */
    List<Entry> of(String hwaddr, String hostname) {
        String mac = hwaddr.toLowerCase(Locale.ROOT);
        return entries().stream()
                .filter(it -> it.hwaddr().equals(mac)
                        || it.v6() && it.hwaddr().isEmpty() && it.hostname().equals(hostname))
                .toList();
    }

    /** Takes lines out; only while no dnsmasq has the file open. */
    void remove(List<Entry> gone) throws IOException {
        var left = new ArrayList<>(lines());
        gone.forEach(it -> left.remove(it.line()));
        Files.writeString(path, left.isEmpty() ? "" : String.join("\n", left) + "\n");
    }

    private List<String> lines() {
        try {
            return Files.exists(path) ? Files.readAllLines(path) : List.of();
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** Ids of type LLT (1) and LL (3) over Ethernet end in the address (RFC 8415 section 11). */
    private static String macOf(String duid) {
        String hex = duid.toLowerCase(Locale.ROOT);
        boolean llt = hex.startsWith("00:01:00:01:") && hex.length() == 41;
        boolean ll = hex.startsWith("00:03:00:01:") && hex.length() == 29;
        return llt || ll ? hex.substring(hex.length() - 17) : "";
    }
}
