package berth.spec;

import berth.model.Cidr;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Size;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a key takes: brings a text to its one normal spelling, or refuses it saying what to write. */
@FunctionalInterface
interface Value {
    String normal(String text);

    List<String> UNITS = List.of("EiB", "PiB", "TiB", "GiB", "MiB", "KiB");

    Value TEXT = text -> text;
    Value BOOL = text -> switch (text.toLowerCase(Locale.ROOT)) {
        case "true", "yes", "on", "1" -> "true";
        case "false", "no", "off", "0" -> "false";
        default -> throw Refused.invalid(Quoted.of(text) + " is neither true nor false");
    };
    Value INT = range(Long.MIN_VALUE, Long.MAX_VALUE);
    Value UINT = range(0, 0xFFFF_FFFFL);
    Value SIZE = Value::size;
    Value MEMORY = text -> {
        if (text.endsWith("%")) {
            return range(1, 100).normal(text.substring(0, text.length() - 1)) + "%";
        }
        String size = size(text);
        if (Size.bytes(size) == 0) {
            throw Refused.invalid("no memory at all; write for instance 512MiB");
        }
        return size;
    };
    Value CPUS = Value::cpus;
    Value MAC = pattern("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}", "a hardware address such as 00:16:3e:01:02:03");
    Value IFACE = pattern("(?!\\.\\.?$)[a-zA-Z0-9_.-]{1,15}", "an interface name: 1 to 15 of letters, digits, . _ -");
    Value V4 = address(32);
    Value V6 = address(128);
    /** Addresses of one interface, each with or without the length of its network's prefix. */
    Value V4_OWN = list(own(32));

    Value V6_OWN = list(own(128));
    Value V4_NET = network(32, "10.20.30.1/24");
    Value V6_NET = network(128, "fd42:1::1/64");
    Value RATE = pattern("[0-9]+([kMGTPE]?bit|[kKMGTPE]i?bit|[kMGT]?iops)?", "a rate such as 10Mbit");
    Value IO_RATE = pattern("[0-9]+([kKMGT]i?B|iops)", "a rate such as 20MiB or 500iops");
    Value ABSOLUTE = text -> absolute(text);

    /** One of these words. */
    static Value oneOf(String... words) {
        return text -> {
            if (!Arrays.asList(words).contains(text)) {
                throw Refused.invalid(Quoted.of(text) + " is not one of " + String.join(", ", words));
            }
            return text;
        };
    }

    /** A whole number, both ends included. */
    static Value range(long least, long most) {
        return text -> {
            if (!text.matches("-?[0-9]{1,18}")) {
                throw Refused.invalid(Quoted.of(text) + " is not a whole number");
            }
            long number = Long.parseLong(text);
            if (number < least || number > most) {
                throw Refused.invalid(number + " is not within " + least + " to " + most);
            }
            return String.valueOf(number);
        };
    }

    /** What a pattern allows. */
    static Value pattern(String rule, String what) {
        var pattern = Pattern.compile(rule);
        return text -> {
            if (!pattern.matcher(text).matches()) {
                throw Refused.invalid(Quoted.of(text) + " is not " + what);
            }
            return text;
        };
    }

    /** One of some words, or else the other value. */
    static Value wordOr(List<String> words, Value other) {
        return text -> words.contains(text) ? text : other.normal(text);
    }

    /** A list with commas between. */
    static Value list(Value each) {
        return text -> String.join(
                ",",
                Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .map(each::normal)
                        .toList());
    }

    private static Value own(int bits) {
        return text -> Cidr.of(text)
                .filter(it -> it.bits() == bits && it.prefix() > 0 && !it.isNetwork())
                .map(it -> text.toLowerCase(Locale.ROOT))
                .orElseGet(() -> address(bits).normal(text));
    }

    private static Value address(int bits) {
        String what = bits == 32 ? "an IPv4 address" : "an IPv6 address";
        return text -> Cidr.address(text)
                .filter(it -> it.bits() == bits)
                .map(it -> text.toLowerCase(Locale.ROOT))
                .orElseThrow(() -> Refused.invalid(Quoted.of(text) + " is not " + what
                        + (text.contains("/") ? "; leave out the /" + text.substring(text.indexOf('/') + 1) : "")));
    }

    private static Value network(int bits, String example) {
        return text -> Cidr.of(text)
                .filter(it -> it.bits() == bits)
                .map(it -> text.toLowerCase(Locale.ROOT))
                .orElseThrow(() -> Refused.invalid(
                        Quoted.of(text) + " is not an address with its prefix length; write for instance " + example));
    }

    private static String size(String text) {
        if (text.matches("[0-9]+(\\.[0-9]+)?") && !text.equals("0")) {
            throw Refused.invalid(text + " has no unit: write " + text + "GiB, or " + text + "MiB");
        }
        long bytes = Size.bytes(text);
        for (int i = 0; i < UNITS.size(); i++) {
            long unit = 1L << (10 * (UNITS.size() - i));
            if (bytes >= unit && bytes % unit == 0) {
                return bytes / unit + UNITS.get(i);
            }
        }
        return bytes + "B";
    }

    private static String cpus(String text) {
        if (!text.matches("[0-9]{1,4}(-[0-9]{1,4})?(,[0-9]{1,4}(-[0-9]{1,4})?)*") || text.matches("0+")) {
            throw Refused.invalid(Quoted.of(text) + " is neither a number of CPUs nor a set such as 0-3,7");
        }
        var seen = new java.util.BitSet();
        for (String part : text.contains(",") || text.contains("-") ? text.split(",") : new String[0]) {
            int dash = part.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
            if (last < first) {
                throw Refused.invalid(part + " runs backwards");
            }
            if (seen.nextSetBit(first) >= 0 && seen.nextSetBit(first) <= last) {
                throw Refused.invalid("CPU " + seen.nextSetBit(first) + " is named twice in " + text);
            }
            seen.set(first, last + 1);
        }
        return text;
    }

    private static String absolute(String text) {
        if (!text.startsWith("/") || text.length() > 4096 || text.contains("\n") || (text + "/").contains("/../")) {
            throw Refused.invalid(Quoted.of(text) + " is not an absolute path without ..");
        }
        return text;
    }
}
