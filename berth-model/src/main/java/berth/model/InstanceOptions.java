package berth.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The table of all keys of instances, and the checks that follow from it (LXD 5.0's instance options). */
public final class InstanceOptions {
    /** Names the system that an instance starts with, a {@link StorePath}, where its root holds none. */
    public static final String SYSTEM = "user.berth.system";

    private static final List<InstanceOption> ALL = read();
    private static final Map<String, InstanceOption> EXACT = exact();
    private static final Pattern CPU_SET = Pattern.compile("[0-9]+|[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*");
    private static final Pattern ALLOWANCE =
            Pattern.compile("[1-9][0-9]{0,2}%|[1-9][0-9]{0,5}(ms)?/[1-9][0-9]{0,5}(ms)?");
    private static final Pattern VOLATILE_OF_DEVICE = Pattern.compile(
            "volatile\\..+\\.(hwaddr|name|host_name|mtu|created|id|vlan|spoofcheck|parent|apply_quota|ceph_rbd|driver|uuid)");
    private static final Pattern ENVIRONMENT = Pattern.compile("environment\\.[A-Za-z_][A-Za-z0-9_]*");

    private InstanceOptions() {}

    /** All of them, in the order of the table. */
    public static List<InstanceOption> all() {
        return ALL;
    }

    /** The option that a key belongs to. */
    public static Optional<InstanceOption> find(String key) {
        InstanceOption exact = EXACT.get(key);
        if (exact != null) {
            return Optional.of(exact);
        }
        return ALL.stream()
                .filter(it -> it.key().endsWith("*"))
                .filter(it -> key.startsWith(it.key().substring(0, it.key().length() - 1))
                        && key.length() >= it.key().length())
                .findFirst();
    }

    /**
     * Checks the keys and values of an instance.
     *
     * @throws Refused {@code Unknown configuration key: …}, or what is wrong with the value
     */
    public static void check(Kind kind, Map<String, String> config) {
        config.forEach((key, value) -> {
            checkText(key, value);
            if (VOLATILE_OF_DEVICE.matcher(key).matches()) {
                return;
            }
            InstanceOption option = find(key).orElseThrow(() -> unknown(key));
            if (kind == Kind.CONTAINER ? !option.container() : !option.machine()) {
                throw Refused.invalid("Unknown configuration key: " + key + " is a key of "
                        + (kind == Kind.CONTAINER ? "virtual machines" : "containers") + " alone");
            }
            checkValue(option, key, value);
        });
        boolean old = config.keySet().stream().anyMatch(it -> it.startsWith("security.syscalls.blacklist"));
        boolean now = config.keySet().stream().anyMatch(it -> it.startsWith("security.syscalls.deny"));
        if (old && now) {
            throw Refused.invalid("security.syscalls.blacklist* and security.syscalls.deny* may not be set together");
        }
        if (config.containsKey("raw.seccomp")
                && config.keySet().stream().anyMatch(it -> it.startsWith("security.syscalls."))) {
            throw Refused.invalid("raw.seccomp is mutually exclusive with security.syscalls*");
        }
    }

    /** Checks the keys and values of a profile, which may serve both kinds. */
    public static void checkProfile(Map<String, String> config) {
        config.forEach((key, value) -> {
            checkText(key, value);
            if (key.startsWith("volatile.")) {
                throw Refused.invalid("Volatile keys can only be set on instances");
            }
            if (key.startsWith("image.")) {
                throw Refused.invalid("Image keys can only be set on instances");
            }
            checkValue(find(key).orElseThrow(() -> unknown(key)), key, value);
        });
    }

    private static void checkText(String key, String value) {
        if (key.isEmpty() || key.length() > 255 || value.indexOf('\0') >= 0 || hasControl(key)) {
            throw Refused.invalid("Invalid configuration key or value: " + Quoted.of(key));
        }
        if (value.length() > 1 << 20) {
            throw Refused.invalid("The value of " + Quoted.of(key) + " is larger than 1 MiB");
        }
    }

    private static boolean hasControl(String key) {
        return key.chars().anyMatch(it -> Character.isISOControl(it) || Character.isWhitespace(it));
    }

    private static void checkValue(InstanceOption option, String key, String value) {
        if (value.isEmpty()) {
            return;
        }
        switch (option.type()) {
            case "bool" -> {
                if (!value.toLowerCase(Locale.ROOT).matches("true|false|1|0|yes|no|on|off")) {
                    throw wrong(key, "Invalid value for a boolean " + Quoted.of(value));
                }
            }
            case "int" -> {
                if (!value.matches("-?[0-9]{1,18}")) {
                    throw wrong(key, "Invalid value for an integer " + Quoted.of(value));
                }
            }
            case "size" -> Size.bytes(value);
            default -> {}
        }
        switch (key) {
            case SYSTEM -> {
                try {
                    var _ = new StorePath(value);
                } catch (Refused no) {
                    throw wrong(key, no.problem().text());
                }
            }
            case "limits.cpu" -> checkCpus(key, value);
            case "limits.cpu.allowance" -> {
                if (!ALLOWANCE.matcher(value).matches()) {
                    throw wrong(key, "write a share (50%) or a quota (25ms/100ms), not " + Quoted.of(value));
                }
            }
            case "limits.memory" -> checkMemory(key, value);
            case "limits.memory.enforce" -> {
                if (!value.equals("soft") && !value.equals("hard")) {
                    throw wrong(key, "Invalid value " + Quoted.of(value) + " (not one of [soft hard])");
                }
            }
            case "limits.cpu.priority",
                    "limits.disk.priority",
                    "limits.memory.swap.priority",
                    "limits.network.priority" -> {
                if (Long.parseLong(value) < 0 || Long.parseLong(value) > 10) {
                    throw wrong(key, "Invalid value for a priority " + Quoted.of(value) + ". Must be between 0 and 10");
                }
            }
            case "snapshots.expiry" -> formed(key, () -> new SnapshotExpiry(value));
            case "snapshots.pattern" -> formed(key, () -> new SnapshotPattern(value));
            case "snapshots.schedule" -> formed(key, () -> SnapshotSchedule.of(value));
            case "raw.idmap" -> IdMap.readRaw(value);
            case "security.idmap.base", "security.idmap.size" -> {
                if (!value.matches("[0-9]{1,10}") || Long.parseLong(value) > 0xFFFF_FFFFL) {
                    throw wrong(key, "Invalid value for uint32 " + Quoted.of(value));
                }
            }
            case "linux.kernel_modules" -> checkModules(key, value);
            case "nvidia.driver.capabilities", "nvidia.require.cuda", "nvidia.require.driver" -> {
                if (!value.matches("[A-Za-z0-9<>=.,_ -]{1,200}")) {
                    throw wrong(key, "letters, digits and <>=.,_- only, not " + Quoted.of(value));
                }
            }
            default -> {}
        }
        if (key.startsWith("environment.") && !ENVIRONMENT.matcher(key).matches()) {
            throw wrong(key, "the name of an environment variable is letters, digits and underscores");
        }
        if (key.startsWith("limits.kernel.")
                && !(key.matches("limits\\.kernel\\.[a-z]+")
                        && value.matches("(unlimited|[0-9]{1,18})(:(unlimited|[0-9]{1,18}))?"))) {
            throw wrong(key, "write N, N:M or unlimited");
        }
    }

    private static void formed(String key, Supplier<?> reading) {
        try {
            var _ = reading.get();
        } catch (Refused refused) {
            throw wrong(key, refused.problem().text());
        }
    }

    /** These reach a program of the host as arguments: names only, no options and no paths. */
    private static void checkModules(String key, String value) {
        for (String name : value.split(",")) {
            if (!name.strip().matches("[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")) {
                throw wrong(key, Quoted.of(name) + " is no name of a kernel module");
            }
        }
    }

    private static void checkCpus(String key, String value) {
        if (value.length() > 1000 || !CPU_SET.matcher(value).matches()) {
            throw wrong(key, "write a number of processors or a set (0-3,5), not " + Quoted.of(value));
        }
        for (String part : value.split(",")) {
            for (String number : part.split("-")) {
                if (number.length() > 4 || Integer.parseInt(number) > 8191) {
                    throw wrong(key, "no processor has a number above 8191");
                }
            }
        }
        if (value.matches("0+")) {
            throw wrong(key, "at least one processor is needed");
        }
    }

    private static void checkMemory(String key, String value) {
        boolean fine = value.endsWith("%") ? value.matches("[1-9][0-9]?%|100%") : Size.bytes(value) > 0;
        if (!fine) {
            throw wrong(key, "write a size above 0 or a percentage from 1% to 100%, not " + Quoted.of(value));
        }
    }

    private static Refused wrong(String key, String why) {
        return Refused.invalid("Invalid value for config key " + Quoted.of(key) + ": " + why);
    }

    private static Refused unknown(String key) {
        String near = key.startsWith("user.")
                ? ""
                : Nearest.to(key, EXACT.keySet())
                        .filter(it -> !it.endsWith("*"))
                        .map(it -> " (did you mean " + it + "?)")
                        .orElse("");
        return Refused.invalid("Unknown configuration key: " + key + near);
    }

    private static Map<String, InstanceOption> exact() {
        var map = new HashMap<String, InstanceOption>();
        ALL.forEach(it -> map.put(it.key(), it));
        return map;
    }

    private static List<InstanceOption> read() {
        try (InputStream in = InstanceOptions.class.getResourceAsStream("instance-options.tsv")) {
            if (in == null) {
                throw new IllegalStateException("instance-options.tsv is missing from the jar");
            }
            var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            var list = new ArrayList<InstanceOption>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("#") || line.isBlank()) {
                    continue;
                }
                String[] cell = line.split("\t", -1);
                list.add(new InstanceOption(
                        cell[0],
                        cell[1],
                        cell[2],
                        cell[3].startsWith("yes"),
                        !cell[4].startsWith("vm"),
                        !cell[4].startsWith("container"),
                        cell[5]));
            }
            return List.copyOf(list);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
