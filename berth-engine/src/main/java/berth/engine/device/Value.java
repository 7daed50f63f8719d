package berth.engine.device;

import berth.model.Cidr;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Size;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a key of a device may be set to; refuses in LXD's words. */
@FunctionalInterface
interface Value {
    /** Throws {@link Wrong} with the reason. The text is not empty. */
    void check(String text);

    Value TEXT = text -> {};
    Value BOOL = text -> {
        if (!Set.of("true", "false", "1", "0", "yes", "no", "on", "off").contains(text.toLowerCase(Locale.ROOT))) {
            throw new Wrong("Invalid value for a boolean " + Quoted.of(text));
        }
    };
    Value ID = matching("[0-9]{1,9}|[1-3][0-9]{9}|4[01][0-9]{8}", "Invalid value for a UNIX ID");
    Value MODE = matching("[0-7]{3,4}", "Invalid value for an octal file mode");
    Value NUMBER = matching("[0-9]{1,7}", "Invalid value for a UNIX device number");
    Value HEX = matching("[0-9a-f]{4}", "Invalid value, must be four lower case hex characters");
    Value MAC = matching(
            "(?i)[0-9a-f]{2}(:[0-9a-f]{2}){5}", "Invalid MAC address, must be 6 bytes of hex separated by colons");
    Value UINT32 = text -> {
        if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) > 0xFFFF_FFFFL) {
            throw new Wrong("Invalid value for uint32 " + Quoted.of(text) + ": strconv.ParseUint: parsing "
                    + Quoted.of(text) + ": invalid syntax");
        }
    };
    Value IN_DEV = text -> {
        if (!text.startsWith("/dev/") || List.of(text.split("/")).contains("..")) {
            throw new Wrong("Path needs to be in /dev");
        }
    };
    Value INTERFACE = text -> {
        if (text.length() > 15) {
            throw new Wrong("Network interface is too long (maximum 15 characters)");
        }
        if (text.length() < 2) {
            throw new Wrong("Network interface is too short (minimum 2 characters)");
        }
        if (text.equals("..") || !text.matches("[-_a-zA-Z0-9.]+") || text.startsWith("-")) {
            throw new Wrong("Network interface contains invalid characters");
        }
    };
    Value MTU = text -> {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) < 1280 || Integer.parseInt(text) > 16_384) {
            throw new Wrong("Out of MTU range (1280-16384) " + Quoted.of(text));
        }
    };
    Value VLAN = text -> {
        if (!text.matches("[0-9]{1,9}")) {
            throw new Wrong("Invalid VLAN ID " + Quoted.of(text));
        }
        if (Integer.parseInt(text) > 4094) {
            throw new Wrong("Out of VLAN ID range (0-4094) " + Quoted.of(text));
        }
    };
    /** One or a range of them. */
    Value VLANS = text -> {
        String[] ends = text.split("-", 2);
        VLAN.check(ends[0]);
        VLAN.check(ends[ends.length - 1]);
    };

    Value SIZE = text -> {
        try {
            Size.bytes(text);
        } catch (Refused refused) {
            throw new Wrong(refused.problem().text());
        }
    };
    Value V4_ADDRESS = address(32);
    Value V6_ADDRESS = address(128);
    /** Addresses of one interface, each with or without the length of its network's prefix. */
    Value V4_OWN = each(own(32));

    Value V6_OWN = each(own(128));
    Value V4_ADDRESSES = each(V4_ADDRESS);
    Value V6_ADDRESSES = each(V6_ADDRESS);
    Value V4_NETWORKS = each(network(32));
    Value V6_NETWORKS = each(network(128));

    /** Text of a form. */
    static Value matching(String pattern, String otherwise) {
        var form = Pattern.compile(pattern);
        return text -> {
            if (!form.matcher(text).matches()) {
                throw new Wrong(otherwise);
            }
        };
    }

    /** One of those words. */
    static Value oneOf(String... words) {
        return text -> {
            if (!List.of(words).contains(text)) {
                throw new Wrong("Must be one of: " + String.join(", ", words));
            }
        };
    }

    /** That word, or what the other takes. */
    static Value wordOr(String word, Value other) {
        return text -> {
            if (!text.equals(word)) {
                other.check(text);
            }
        };
    }

    /** A list with commas between. */
    static Value each(Value one) {
        return text -> items(text).forEach(item -> {
            try {
                one.check(item);
            } catch (Wrong wrong) {
                throw new Wrong("Item " + Quoted.of(item) + ": " + wrong.why());
            }
        });
    }

    /** The items of a list. */
    static List<String> items(String text) {
        return List.of(text.split(",", -1)).stream()
                .map(it -> it.replaceAll("^ +| +$", ""))
                .toList();
    }

    private static Value address(int bits) {
        String family = bits == 32 ? "IPv4" : "IPv6";
        return text -> {
            if (Cidr.address(text).filter(it -> it.bits() == bits).isEmpty()) {
                throw new Wrong("Not an " + family + " address " + Quoted.of(text));
            }
        };
    }

    private static Value own(int bits) {
        Value alone = address(bits);
        return text -> {
            boolean well = Cidr.of(text)
                    .filter(it -> it.bits() == bits && it.prefix() > 0 && !it.isNetwork())
                    .isPresent();
            if (!well) {
                alone.check(text);
            }
        };
    }

    private static Value network(int bits) {
        String family = bits == 32 ? "IPv4" : "IPv6";
        return text -> {
            Optional<Cidr> found = Cidr.of(text);
            if (found.isEmpty()) {
                throw new Wrong("invalid CIDR address: " + text);
            }
            if (found.get().bits() != bits) {
                throw new Wrong("Not an " + family + " network " + Quoted.of(text));
            }
            boolean host = found.get().prefix() < bits
                    && found.get().address().signum() != 0
                    && found.get().address().getLowestSetBit()
                            < bits - found.get().prefix();
            if (host) {
                throw new Wrong("Not an " + family + " network address " + Quoted.of(text));
            }
        };
    }
}
