package berth.driver.bridge;

import berth.model.Quoted;
import berth.model.Refused;
import berth.spi.NetworkDriver.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The directory that tells dnsmasq of guests' cards: one file with one line for each. */
final class HostEntries {
    private static final Pattern HOSTNAME = Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?");

    /** Dotted names are not read by dnsmasq. */
    private static final String GONE = ".gone-";

    private static final String PART = ".part-";

    private final Path directory;

    HostEntries(Path directory) {
        this.directory = directory;
    }

    /** Makes the entries exactly these, and remembers the others as gone; true when that changed anything. */
    boolean set(BridgeSettings settings, List<Host> hosts) {
        Map<String, String> wanted = new HashMap<>();
        hosts.forEach(it -> wanted.put(file(it), line(settings, it)));
        boolean changed = false;
        try {
            Files.createDirectories(directory);
            try (var there = Files.list(directory)) {
                for (Path path : there.toList()) {
                    String name = path.getFileName().toString();
                    if (name.startsWith(PART)) {
                        Files.delete(path);
                    } else if (!wanted.containsKey(name) && !name.startsWith(GONE)) {
                        setAside(path);
                        changed = true;
                    }
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        for (var entry : wanted.entrySet()) {
            changed |= write(entry.getKey(), entry.getValue());
        }
        return changed;
    }

    /** Writes one entry; true when it was not so already. */
    boolean put(BridgeSettings settings, Host host) {
        return write(file(host), line(settings, host));
    }

    /** Takes one entry away, and remembers it as gone until {@link #forget}; true when there was one. */
    boolean remove(Host host) {
        try {
            setAside(directory.resolve(file(host)));
            return true;
        } catch (NoSuchFileException none) {
            return false;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** One of that name may have gone just before, with another address: each is remembered. */
    private void setAside(Path entry) throws IOException {
        String name = entry.getFileName().toString();
        Path gone = directory.resolve(GONE + name + "~" + hwaddr(entry).replace(":", ""));
        Files.move(entry, gone, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(gone, FileTime.from(Instant.now()));
    }

    private static String hwaddr(Path entry) throws IOException {
        return Files.readString(entry).split("[,\n]", 2)[0];
    }

    /**
     * A card that has gone and is not forgotten.
     *
     * @param file that remembers it
     */
    record Gone(Path file, String hwaddr, Instant since) {}

    /** The cards that have gone and are not forgotten. */
    List<Gone> gone() {
        var gone = new ArrayList<Gone>();
        try (var there = Files.list(directory)) {
            for (Path path : there.toList()) {
                if (path.getFileName().toString().startsWith(GONE)) {
                    gone.add(new Gone(
                            path, hwaddr(path), Files.getLastModifiedTime(path).toInstant()));
                }
            }
        } catch (NoSuchFileException none) {
            return gone;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return gone;
    }

    /** Such a card needs no more looking after. */
    void forget(Gone gone) {
        try {
            Files.deleteIfExists(gone.file());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Whether any of them is of a card of that hardware address. */
    boolean know(String hwaddr) {
        String mac = hwaddr.toLowerCase(java.util.Locale.ROOT);
        try (var there = Files.list(directory)) {
            for (Path path : there.toList()) {
                if (!path.getFileName().toString().startsWith(".")
                        && Files.readString(path).startsWith(mac)) {
                    return true;
                }
            }
            return false;
        } catch (NoSuchFileException goneMeanwhile) {
            return false;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private boolean write(String file, String line) {
        Path path = directory.resolve(file);
        // Dotted names are not read by dnsmasq: it never sees half a file.
        Path part = directory.resolve(PART + file);
        try {
            if (Files.exists(path) && Files.readString(path).equals(line)) {
                return false;
            }
            Files.createDirectories(directory);
            Files.writeString(part, line);
            Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The key, with all that could leave the directory or be skipped by dnsmasq spelled out as {@code %2f}. */
    private static String file(Host host) {
        var name = new StringBuilder();
        for (byte b : host.key().getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
            if (plain || c == '.' && !name.isEmpty()) {
                name.append(c);
            } else {
                name.append(String.format("%%%02x", (int) c));
            }
        }
        return name.toString();
    }

    /** {@code MAC[,v4][,[v6]][,hostname]}; {@code MAC,ignore} keeps a card out of DHCP. */
    static String line(BridgeSettings settings, Host host) {
        if (Checks.mac(host.hwaddr()).isPresent()) {
            throw refused(host, "hwaddr", host.hwaddr());
        }
        var line = new StringBuilder(host.hwaddr().toLowerCase(java.util.Locale.ROOT));
        if ("none".equals(host.ipv4())) {
            return line.append(",ignore\n").toString();
        }
        fixed(host, host.ipv4(), false).ifPresent(it -> line.append(',').append(it));
        fixed(host, host.ipv6(), true)
                .ifPresent(it -> line.append(",[").append(it).append(']'));
        if (!settings.dnsMode().equals("none")) {
            if (!HOSTNAME.matcher(host.hostname()).matches()) {
                throw refused(host, "name", host.hostname());
            }
            line.append(',').append(host.hostname());
        }
        return line.append('\n').toString();
    }

    private static Optional<String> fixed(Host host, @Nullable String address, boolean v6) {
        if (address == null || address.isEmpty() || address.equals("none")) {
            return Optional.empty();
        }
        return Optional.of(Cidr.ip(address)
                .filter(it -> it.getAddress().length == (v6 ? 16 : 4))
                .map(Cidr::text)
                .orElseThrow(() -> refused(host, v6 ? "ipv6.address" : "ipv4.address", address)));
    }

    private static Refused refused(Host host, String what, String value) {
        return Refused.invalid(
                "Invalid " + what + " " + Quoted.of(value) + " of network card " + Quoted.of(host.key()));
    }
}
