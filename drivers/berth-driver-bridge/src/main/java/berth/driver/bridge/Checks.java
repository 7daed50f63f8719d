package berth.driver.bridge;

import berth.model.Quoted;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What a value of a key may be: each check answers with what is wrong, or with nothing. A value that passes holds nothing
 * that could end an argument or a line of the programs it is handed to.
 */
final class Checks {
    private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?");
    private static final Pattern EXPIRY = Pattern.compile("[1-9][0-9]{0,8}[smhdw]?|infinite");
    private static final Pattern INTERFACE = Pattern.compile("(?!\\.\\.?$)[a-zA-Z0-9_.-]{1,15}");

    private Checks() {}

    /** Looks at a value; empty when it is good. */
    interface Check extends Function<String, Optional<String>> {}

    static Optional<String> bool(String value) {
        return switch (value.toLowerCase(java.util.Locale.ROOT)) {
            case "true", "false", "1", "0", "yes", "no", "on", "off" -> Optional.empty();
            default -> Optional.of("Invalid value for a boolean " + Quoted.of(value));
        };
    }

    static Check number(int least, int most) {
        return value -> {
            if (!value.matches("[0-9]{1,9}")) {
                return Optional.of("Invalid value for an integer " + Quoted.of(value));
            }
            int number = Integer.parseInt(value);
            return number < least || number > most
                    ? Optional.of("Value isn't within valid range. Must be between " + least + " and " + most)
                    : Optional.empty();
        };
    }

    static Check oneOf(String... allowed) {
        return value -> List.of(allowed).contains(value)
                ? Optional.empty()
                : Optional.of(
                        "Invalid value " + Quoted.of(value) + " (not one of [" + String.join(", ", allowed) + "])");
    }

    static Optional<String> mac(String value) {
        if (!MAC.matcher(value).matches()) {
            return Optional.of("Invalid MAC address " + Quoted.of(value));
        }
        boolean group = (Integer.parseInt(value.substring(0, 2), 16) & 1) == 1;
        return group ? Optional.of("Multicast MAC address " + Quoted.of(value)) : Optional.empty();
    }

    /** The host's own address on the bridge. */
    static Check bridgeAddress(boolean v6) {
        return value -> {
            if (value.equals("none") || value.equals("auto")) {
                return Optional.empty();
            }
            Optional<Cidr> cidr = Cidr.of(value).filter(it -> it.isV6() == v6);
            if (cidr.isEmpty()) {
                return Optional.of("invalid CIDR address: " + shown(value));
            }
            Cidr address = cidr.get();
            InetAddress ip = address.address();
            boolean special = ip.isLoopbackAddress() || ip.isMulticastAddress() || ip.isAnyLocalAddress();
            boolean edge = address.prefix() < (v6 ? 127 : 31)
                    && (ip.equals(address.first()) || !v6 && ip.equals(address.last()));
            return special || edge
                    ? Optional.of("Not a usable IPv" + (v6 ? 6 : 4) + " address " + Quoted.of(value))
                    : Optional.empty();
        };
    }

    static Check ip(boolean v6) {
        return value ->
                Cidr.ip(value).filter(it -> it instanceof Inet6Address == v6).isPresent()
                        ? Optional.empty()
                        : Optional.of("Not an IPv" + (v6 ? 6 : 4) + " address " + Quoted.of(value));
    }

    static Check networks(boolean v6) {
        return value -> words(value).stream()
                .filter(it -> Cidr.of(it)
                        .filter(cidr -> cidr.isV6() == v6 && cidr.address().equals(cidr.first()))
                        .isEmpty())
                .findFirst()
                .map(it -> "Not an IPv" + (v6 ? 6 : 4) + " network " + Quoted.of(it));
    }

    static Check ranges(boolean v6) {
        return value -> words(value).stream()
                .filter(it -> Range.of(it).filter(range -> range.isV6() == v6).isEmpty())
                .findFirst()
                .map(it -> "Invalid IP range " + Quoted.of(it));
    }

    static Optional<String> expiry(String value) {
        return EXPIRY.matcher(value).matches()
                ? Optional.empty()
                : Optional.of("Invalid lease time " + Quoted.of(value));
    }

    static Optional<String> domain(String value) {
        boolean good = value.length() <= 253;
        for (String label : value.split("\\.", -1)) {
            good = good && LABEL.matcher(label).matches();
        }
        return good ? Optional.empty() : Optional.of("Invalid domain name " + Quoted.of(value));
    }

    static Optional<String> domains(String value) {
        return words(value).stream()
                .map(Checks::domain)
                .flatMap(Optional::stream)
                .findFirst();
    }

    static Optional<String> interfaces(String value) {
        return words(value).stream()
                .filter(it -> !INTERFACE.matcher(it).matches())
                .findFirst()
                .map(it -> "Invalid interface name " + Quoted.of(it));
    }

    /** Lines of dnsmasq's own configuration: whoever may set them may do what dnsmasq may. */
    static Optional<String> lines(String value) {
        return value.chars().anyMatch(it -> Character.isISOControl(it) && it != '\n' && it != '\t')
                ? Optional.of("Holds control characters")
                : Optional.empty();
    }

    static Optional<String> any(String value) {
        return Optional.empty();
    }

    /** The items of a list, without the spaces around them. */
    static List<String> words(String value) {
        var words = new ArrayList<String>();
        for (String word : value.split(",", -1)) {
            words.add(word.strip());
        }
        return words;
    }

    /** As LXD shows it, without quotes; hostile text is quoted. */
    private static String shown(String value) {
        return value.matches("[\\x21-\\x7e]{1,80}") ? value : Quoted.of(value);
    }

    /** Addresses from the first to the last, both included. */
    record Range(InetAddress first, InetAddress last) {
        static Optional<Range> of(String text) {
            String[] ends = text.split("-", -1);
            if (ends.length != 2) {
                return Optional.empty();
            }
            var first = Cidr.ip(ends[0].strip());
            var last = Cidr.ip(ends[1].strip());
            if (first.isEmpty()
                    || last.isEmpty()
                    || first.get().getClass() != last.get().getClass()) {
                return Optional.empty();
            }
            return Cidr.compare(first.get(), last.get()) > 0
                    ? Optional.empty()
                    : Optional.of(new Range(first.get(), last.get()));
        }

        boolean isV6() {
            return first instanceof Inet6Address;
        }
    }
}
