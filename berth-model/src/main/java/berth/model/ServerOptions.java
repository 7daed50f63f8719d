package berth.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** LXD's keys of the server itself and ours: which there are, the forms of their values, and what is done about them here. */
public final class ServerOptions {
    /** The host's file of names that is to have those of guests; empty for none. */
    public static final String HOSTS_FILE = "berth.hosts_file";

    private static final Pattern COMPRESSION =
            Pattern.compile("none|(bzip2|gzip|lz4|lzma|lzop|xz|zstd)( -[0-9]{1,2})?|squashfs");
    private static final List<String> ARCHITECTURES = List.of(
            "ppc64", "ppc64le", "riscv32", "riscv64", "x86_64", "armv7l", "ppc", "mips", "mips64", "i686", "aarch64",
            "s390x", "armv6l", "armv8l");

    /** What values of a key look like. */
    private enum Form {
        TEXT,
        BOOL,
        INTEGER,
        EXPIRY,
        COMPRESSION,
        ARCHITECTURE,
        OFFLINE,
        REPLICAS,
        VOTERS,
        STANDBYS,
        PATH,
        /** None is taken: it would have to open a door, keep a secret or move files, and nothing here does. */
        ABSENT
    }

    private record Option(String key, Form form, String fallback) {}

    private static final SortedMap<String, Option> ALL = table();

    private ServerOptions() {}

    private static SortedMap<String, Option> table() {
        var all = new ArrayList<Option>();
        for (String key : List.of(
                "cluster.https_address",
                "core.bgp_address",
                "core.bgp_asn",
                "core.bgp_routerid",
                "core.debug_address",
                "core.dns_address",
                "core.https_address",
                "core.metrics_address",
                "core.trust_password",
                "network.ovn.integration_bridge",
                "network.ovn.northbound_connection",
                "storage.backups_volume",
                "storage.images_volume")) {
            all.add(new Option(key, Form.ABSENT, ""));
        }
        for (String key : List.of(
                "candid.api.key",
                "candid.api.url",
                "candid.domains",
                "core.https_allowed_headers",
                "core.https_allowed_methods",
                "core.https_allowed_origin",
                "core.https_trusted_proxy",
                "core.proxy_http",
                "core.proxy_https",
                "core.proxy_ignore_hosts",
                "maas.api.key",
                "maas.api.url",
                "maas.machine",
                "rbac.agent.private_key",
                "rbac.agent.public_key",
                "rbac.agent.url",
                "rbac.agent.username",
                "rbac.api.key",
                "rbac.api.url")) {
            all.add(new Option(key, Form.TEXT, ""));
        }
        all.addAll(List.of(
                new Option(HOSTS_FILE, Form.PATH, ""),
                new Option("backups.compression_algorithm", Form.COMPRESSION, "gzip"),
                new Option("candid.expiry", Form.INTEGER, "3600"),
                new Option("cluster.images_minimal_replica", Form.REPLICAS, "3"),
                new Option("cluster.join_token_expiry", Form.EXPIRY, "3H"),
                new Option("cluster.max_standby", Form.STANDBYS, "2"),
                new Option("cluster.max_voters", Form.VOTERS, "3"),
                new Option("cluster.offline_threshold", Form.OFFLINE, "20"),
                new Option("core.https_allowed_credentials", Form.BOOL, "false"),
                new Option("core.metrics_authentication", Form.BOOL, "true"),
                new Option("core.remote_token_expiry", Form.EXPIRY, ""),
                new Option("core.shutdown_timeout", Form.INTEGER, "5"),
                new Option("core.trust_ca_certificates", Form.BOOL, "false"),
                new Option("images.auto_update_cached", Form.BOOL, "true"),
                new Option("images.auto_update_interval", Form.INTEGER, "6"),
                new Option("images.compression_algorithm", Form.COMPRESSION, "gzip"),
                new Option("images.default_architecture", Form.ARCHITECTURE, ""),
                new Option("images.remote_cache_expiry", Form.INTEGER, "10"),
                new Option("rbac.api.expiry", Form.INTEGER, "3600"),
                new Option("rbac.expiry", Form.INTEGER, "3600")));
        var table = new TreeMap<String, Option>();
        all.forEach(it -> table.put(it.key(), it));
        return Collections.unmodifiableSortedMap(table);
    }

    /** All keys, with their defaults; empty where there is none. */
    public static SortedMap<String, String> defaults() {
        var defaults = new TreeMap<String, String>();
        ALL.forEach((key, option) -> defaults.put(key, option.fallback()));
        return defaults;
    }

    /** Whether a value for the key is refused, be it a good one. */
    public static boolean isAbsent(String key) {
        return Optional.ofNullable(ALL.get(key))
                .filter(it -> it.form() == Form.ABSENT)
                .isPresent();
    }

    /**
     * What is to be kept of changes: a default is kept as nothing, as LXD has it, a boolean as a word. Refuses unknown keys
     * and values that cannot be. An empty value unsets a key.
     */
    public static Map<String, String> checked(Map<String, String> changes) {
        var checked = new HashMap<String, String>();
        changes.forEach((key, value) -> checked.put(key, checked(key, value)));
        return checked;
    }

    private static String checked(String key, String value) {
        if (key.startsWith("user.")) {
            return value;
        }
        Option option = ALL.get(key);
        if (option == null) {
            throw wrong(
                    key,
                    value,
                    "unknown key"
                            + Nearest.to(key, ALL.keySet())
                                    .map(it -> " (did you mean " + it + "?)")
                                    .orElse(""));
        }
        if (value.isEmpty()) {
            return value;
        }
        if (option.form() == Form.ABSENT) {
            throw new Refused(new Problem.Unsupported(said(key, value, "this server does not have it yet")));
        }
        String kept = formed(option, value);
        return kept.equals(option.fallback()) ? "" : kept;
    }

    private static String formed(Option option, String value) {
        String why = switch (option.form()) {
            case TEXT, ABSENT -> value.chars().anyMatch(Character::isISOControl) ? "control characters" : "";
            case BOOL -> isBoolean(value) ? "" : "invalid boolean";
            case INTEGER -> isInteger(value) ? "" : "invalid integer";
            case EXPIRY -> value.matches("[0-9]{1,6}[MHdwmy]( [0-9]{1,6}[MHdwmy])*") ? "" : "Invalid expiry expression";
            case COMPRESSION ->
                COMPRESSION.matcher(value).matches() ? "" : "Invalid compression algorithm " + Quoted.of(value);
            case ARCHITECTURE ->
                ARCHITECTURES.contains(value)
                        ? ""
                        : "Invalid value " + Quoted.of(value) + " (not one of " + ARCHITECTURES + ")";
            case OFFLINE -> isInteger(value) && Integer.parseInt(value) > 10 ? "" : "Value must be greater than '10'";
            case REPLICAS ->
                isInteger(value) && (Integer.parseInt(value) >= 1 || value.equals("-1"))
                        ? ""
                        : "Invalid value for image replica count";
            case VOTERS ->
                isInteger(value) && Integer.parseInt(value) >= 3 && Integer.parseInt(value) % 2 == 1
                        ? ""
                        : "Value must be an odd number equal to or higher than 3";
            case PATH -> value.matches("/[A-Za-z0-9/._-]+") ? "" : "Must be an absolute path of plain characters";
            case STANDBYS -> value.matches("[0-5]") ? "" : "Value must be between 0 and 5";
        };
        if (!why.isEmpty()) {
            throw wrong(option.key(), value, why);
        }
        return option.form() == Form.BOOL ? Boolean.toString(Settings.truthy(value, false)) : value;
    }

    private static boolean isBoolean(String value) {
        return value.toLowerCase(java.util.Locale.ROOT).matches("true|false|1|0|yes|no|on|off");
    }

    private static boolean isInteger(String value) {
        return value.matches("-?[0-9]{1,9}");
    }

    private static Refused wrong(String key, String value, String why) {
        return Refused.invalid(said(key, value, why));
    }

    private static String said(String key, String value, String why) {
        return "cannot set '" + shown(key) + "' to '" + shown(value) + "': " + why;
    }

    private static String shown(String text) {
        String quoted = Quoted.of(text);
        return quoted.substring(1, quoted.length() - 1);
    }
}
