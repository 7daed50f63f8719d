package berth.spec;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Names of the host's interfaces that follow from names of guests and zones. The kernel takes 15 bytes. */
final class InterfaceName {
    private static final int LONGEST = 15;
    private static final int TAIL = 4;

    private InterfaceName() {}

    /** The prefix with the name; one that is too long keeps its beginning and is told apart by four digits of its whole. */
    static String of(String prefix, String name) {
        String whole = prefix + name;
        if (whole.length() <= LONGEST) {
            return whole;
        }
        String tail = UUID.nameUUIDFromBytes(whole.getBytes(StandardCharsets.UTF_8))
                .toString()
                .substring(0, TAIL);
        return whole.substring(0, LONGEST - TAIL) + tail;
    }
}
