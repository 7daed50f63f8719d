package berth.host.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hardware addresses of interfaces that we make on the host. */
public final class OwnHwaddr {
    private OwnHwaddr() {}

    /**
     * The same for the same name on the same machine, so that even a lost configuration leads to it again, and another one on
     * the next machine.
     *
     * @param kind of interface, {@code bridge} for instance
     */
    public static String of(String kind, String name) {
        try {
            Path id = Path.of("/etc/machine-id");
            String machine = Files.isReadable(id) ? Files.readString(id).strip() : "";
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((kind + " " + machine + " " + name).getBytes(StandardCharsets.UTF_8));
            return "00:16:3e:" + HexFormat.ofDelimiter(":").formatHex(hash, 0, 3);
        } catch (IOException | NoSuchAlgorithmException broken) {
            throw new IllegalStateException("cannot derive a MAC address", broken);
        }
    }
}
