package berth.cli;

import berth.client.Json;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A word behind {@code berth list}: the beginning of a name (or a regular expression for it), or {@code key=value}.
 *
 * @param key empty for the name
 */
record Filter(String key, String value) {
    static List<Filter> all(List<String> words) throws Usage {
        var filters = new ArrayList<Filter>();
        for (String word : words) {
            if (word.isEmpty() || word.equals("local:")) {
                continue;
            }
            int equals = word.indexOf('=');
            var filter = equals > 0
                    ? new Filter(word.substring(0, equals), word.substring(equals + 1))
                    : new Filter("", Call.local(word));
            filter.check();
            filters.add(filter);
        }
        return filters;
    }

    private void check() throws Usage {
        try {
            var _ = Pattern.compile(value);
        } catch (PatternSyntaxException wrong) {
            throw new Usage("\"" + value + "\" is no regular expression: " + wrong.getDescription());
        }
        if (key.equals("ipv4") || key.equals("ipv6")) {
            network(value);
        }
    }

    /** Whether an object passes all filters. */
    static boolean accepts(List<Filter> filters, Json object) throws Usage {
        for (Filter filter : filters) {
            if (!filter.accepts(object)) {
                return false;
            }
        }
        return true;
    }

    private boolean accepts(Json instance) throws Usage {
        return switch (key) {
            case "" ->
                instance.text("name").equals(value)
                        || Pattern.compile("^(?:" + value + ")")
                                .matcher(instance.text("name"))
                                .find();
            case "name", "type", "status", "architecture", "location", "project", "description" ->
                matches(instance.text(key));
            case "ipv4", "ipv6" -> inNetwork(instance);
            default -> inConfig(instance);
        };
    }

    private boolean matches(String text) {
        return text.equalsIgnoreCase(value)
                || Pattern.compile(value, Pattern.CASE_INSENSITIVE)
                        .matcher(text)
                        .matches();
    }

    /** A key matches if each of its parts begins as ours does: {@code u.blah} means {@code user.blah}. */
    private boolean inConfig(Json instance) {
        for (var entry : instance.at("expanded_config").fields().entrySet()) {
            if (abbreviates(key, entry.getKey()) && matches(entry.getValue().text())) {
                return true;
            }
        }
        return false;
    }

    private static boolean abbreviates(String given, String key) {
        String[] mine = given.split("\\.");
        String[] theirs = key.split("\\.");
        if (mine.length != theirs.length) {
            return false;
        }
        for (int i = 0; i < mine.length; i++) {
            if (!theirs[i].startsWith(mine[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean inNetwork(Json instance) throws Usage {
        String family = key.equals("ipv4") ? "inet" : "inet6";
        var wanted = network(value);
        for (Json nic : instance.at("state").at("network").fields().values()) {
            for (Json address : nic.at("addresses").items()) {
                if (address.text("family").equals(family) && wanted.holds(address.text("address"))) {
                    return true;
                }
            }
        }
        return false;
    }

    private record Network(BigInteger prefix, int host, int length) {
        boolean holds(String text) throws Usage {
            byte[] other = literal(text);
            return other.length == length
                    && new BigInteger(1, other).shiftRight(host).equals(prefix);
        }
    }

    private static Network network(String text) throws Usage {
        int slash = text.indexOf('/');
        byte[] address = literal(slash < 0 ? text : text.substring(0, slash));
        try {
            int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
            int host = address.length * 8 - bits;
            if (bits >= 0 && host >= 0) {
                return new Network(new BigInteger(1, address).shiftRight(host), host, address.length);
            }
        } catch (NumberFormatException _) {
            // told below
        }
        throw new Usage("\"" + text + "\" is no network, as 10.0.0.0/24 is one");
    }

    private static byte[] literal(String text) throws Usage {
        try {
            return InetAddress.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException _) {
            throw new Usage("\"" + text + "\" is no address");
        }
    }

    /** A limit as {@code 2GiB} in bytes; 0 if it is none. */
    static long bytes(String limit) {
        int end = 0;
        while (end < limit.length() && Character.isDigit(limit.charAt(end))) {
            end++;
        }
        if (end == 0 || end > 15) {
            return 0;
        }
        long number = Long.parseLong(limit.substring(0, end));
        String unit = limit.substring(end).toLowerCase(Locale.ROOT);
        int base = unit.contains("i") ? 1024 : 1000;
        int power = unit.isEmpty() || unit.equals("b") ? 0 : "kmgtpe".indexOf(unit.charAt(0)) + 1;
        return unit.equals("%") ? 0 : (long) (number * Math.pow(base, power));
    }
}
