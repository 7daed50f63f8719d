package berth.driver.lxc;

import berth.model.Problem;
import berth.model.Quoted;
import berth.model.Refused;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which system calls a container may not make, in LXC's policy format 2: by default those that load kernels and modules
 * or reach files around the mount tree.
 */
final class SeccompPolicy {
    private static final List<String> DEFAULT =
            List.of("kexec_load", "open_by_handle_at", "init_module", "finit_module", "delete_module");
    private static final Pattern LINE = Pattern.compile("[a-zA-Z0-9_]+( [a-zA-Z0-9_,&|<>=!\\[\\]. -]+)?");

    private SeccompPolicy() {}

    /** The policy's text for these keys; empty when nothing at all is denied. */
    static String of(Map<String, String> config) {
        String raw = config.getOrDefault("raw.seccomp", "");
        if (!raw.isEmpty()) {
            return raw.endsWith("\n") ? raw : raw + "\n";
        }
        refuseInterception(config);
        String allow = either(config, "security.syscalls.allow", "security.syscalls.whitelist");
        if (!allow.isEmpty()) {
            return "2\nallowlist\n[all]\n" + lines("security.syscalls.allow", allow);
        }
        var text = new StringBuilder("2\ndenylist\nreject_force_umount\n[all]\n");
        String standard = either(config, "security.syscalls.deny_default", "security.syscalls.blacklist_default");
        if (standard.isEmpty() || Config.isTrue(standard)) {
            DEFAULT.forEach(it -> text.append(it).append(" errno 38\n"));
        }
        text.append(lines(
                "security.syscalls.deny", either(config, "security.syscalls.deny", "security.syscalls.blacklist")));
        return text.toString();
    }

    private static String either(Map<String, String> config, String key, String old) {
        String value = config.getOrDefault(key, "");
        return value.isEmpty() ? config.getOrDefault(old, "") : value;
    }

    private static String lines(String key, String value) {
        var text = new StringBuilder();
        for (String line : value.split("\n", -1)) {
            String one = line.strip();
            if (one.isEmpty()) {
                continue;
            }
            if (!LINE.matcher(one).matches()) {
                throw Refused.invalid("Invalid " + key + " line: " + Quoted.of(one));
            }
            text.append(one).append('\n');
        }
        return text.toString();
    }

    private static void refuseInterception(Map<String, String> config) {
        config.forEach((key, value) -> {
            boolean compat =
                    key.equals("security.syscalls.deny_compat") || key.equals("security.syscalls.blacklist_compat");
            boolean intercept = key.startsWith("security.syscalls.intercept.")
                    && !key.endsWith(".allowed")
                    && !key.endsWith(".fuse");
            if ((compat || intercept) && Config.isTrue(value)) {
                throw new Refused(new Problem.Unsupported(key
                        + (compat
                                ? " is not supported: LXC has no rule for all calls of another architecture; list the calls"
                                        + " in security.syscalls.deny, or set it to false"
                                : " is not supported: no system call is intercepted and done for the guest; set it to"
                                        + " false")));
            }
        });
    }
}
