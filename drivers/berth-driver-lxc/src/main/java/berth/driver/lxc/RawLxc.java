package berth.driver.lxc;

import berth.model.Quoted;
import berth.model.Refused;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The lines of {@code raw.lxc}: LXC's own language, for those who know it. Keys that the driver needs for itself are
 * refused, as LXD refuses them; and those that say where the processes are accounted.
 */
final class RawLxc {
    private static final List<String> REFUSED = List.of(
            "lxc.log.file",
            "lxc.logfile",
            "lxc.log.syslog",
            "lxc.syslog",
            "lxc.ephemeral",
            "lxc.console.logfile",
            "lxc.include");
    private static final Pattern ADDRESS = Pattern.compile("lxc\\.net\\.[0-9]+\\.ipv[46]\\.(address|gateway)");

    private RawLxc() {}

    /** Adds the lines; refuses the first that may not be. */
    static void addTo(LxcConf conf, String raw) {
        for (String line : raw.split("\n", -1)) {
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            List<LxcConf.Entry> parsed = LxcConf.parse(text);
            if (parsed.size() != 1) {
                throw Refused.invalid("Invalid raw.lxc line: " + Quoted.of(text) + "; write key=value");
            }
            check(parsed.get(0).key());
            conf.add(parsed.get(0).key(), parsed.get(0).value());
        }
    }

    private static void check(String key) {
        boolean refused = REFUSED.contains(key)
                || key.startsWith("lxc.prlimit.")
                || key.startsWith("lxc.cgroup.dir")
                || (key.startsWith("lxc.net.") && !ADDRESS.matcher(key).matches())
                || key.equals("lxc.net")
                || key.equals("lxc.prlimit");
        if (refused) {
            throw Refused.invalid("Only interface-specific ipv4/ipv6 lxc.net keys are allowed, and setting " + key
                    + " in raw.lxc is not");
        }
    }
}
