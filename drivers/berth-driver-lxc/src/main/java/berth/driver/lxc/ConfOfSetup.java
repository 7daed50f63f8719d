package berth.driver.lxc;

import berth.host.cgroup.Cgroup.Setting;
import berth.model.IdMap;
import berth.model.Quoted;
import berth.model.Refused;
import berth.spi.InstanceSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a setup is in LXC's words. Pure but for looking whether a mount's source is a file. */
final class ConfOfSetup {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
    private static final Pattern LIMIT = Pattern.compile("(unlimited|[0-9]{1,18})(:(unlimited|[0-9]{1,18}))?");
    private static final String ENVIRONMENT = "environment.";
    private static final String PRLIMIT = "limits.kernel.";
    private static final String SYSCTL = "linux.sysctl.";

    private final HostFacts host;
    private final Places places;
    private final InstanceSetup setup;
    private final Map<String, String> config;
    private final LxcConf conf = new LxcConf();

    private ConfOfSetup(HostFacts host, Places places, InstanceSetup setup) {
        this.host = host;
        this.places = places;
        this.setup = setup;
        this.config = setup.config();
    }

    /** The configuration of one start. */
    static LxcConf of(HostFacts host, Places places, Groups groups, InstanceSetup setup, List<Setting> limits) {
        var it = new ConfOfSetup(host, places, setup);
        it.basics(groups);
        it.isolation();
        it.kernelFiles();
        limits.forEach(
                limit -> it.conf.add((limit.unified() ? "lxc.cgroup2." : "lxc.cgroup.") + limit.file(), limit.value()));
        it.keys();
        it.nics();
        it.mounts();
        RawLxc.addTo(it.conf, it.config.getOrDefault("raw.lxc", ""));
        return it.conf;
    }

    private void basics(Groups groups) {
        conf.add("lxc.arch", setup.architecture());
        conf.add("lxc.uts.name", setup.handle().name().text());
        conf.add("lxc.rootfs.path", "dir:" + LxcConf.path(setup.root()));
        conf.add("lxc.console.buffer.size", "auto");
        conf.add("lxc.console.size", "auto");
        conf.add("lxc.console.logfile", LxcConf.path(places.console(setup.handle())));
        conf.add("lxc.autodev", 1);
        conf.add("lxc.pty.max", 1024);
        conf.add("lxc.tty.max", 0);
        conf.add("lxc.signal.halt", "SIGPWR");
        conf.add("lxc.signal.reboot", "SIGINT");
        conf.add("lxc.cgroup.dir.container", groups.payloadName());
        conf.add("lxc.cgroup.dir.monitor", groups.monitorName());
        conf.add("lxc.cgroup.dir.monitor.pivot", groups.pivotName());
    }

    private void isolation() {
        IdMap map = setup.idMap();
        if (map != null) {
            String range = " 0 " + map.base() + " " + map.size();
            conf.add("lxc.idmap", "u" + range);
            conf.add("lxc.idmap", "g" + range);
        } else {
            conf.add("lxc.cap.drop", "sys_time sys_module sys_rawio mac_admin mac_override");
        }
        conf.add("lxc.seccomp.profile", LxcConf.path(places.seccomp(setup.handle())));
        if (host.appArmor()) {
            conf.add("lxc.apparmor.profile", "generated");
            if (nesting()) {
                conf.add("lxc.apparmor.allow_nesting", 1);
            }
            config.getOrDefault("raw.apparmor", "")
                    .lines()
                    .filter(it -> !it.isBlank())
                    .forEach(it -> conf.add("lxc.apparmor.raw", it.strip()));
        }
    }

    private boolean nesting() {
        return Config.isTrue(config, "security.nesting");
    }

    private void kernelFiles() {
        conf.add("lxc.mount.auto", "proc:rw sys:rw cgroup:mixed");
        if (nesting()) {
            // A full proc and sysfs somewhere: without them the kernel refuses a nested container its own.
            conf.mount("proc", "dev/.lxc/proc", "proc", "create=dir,optional");
            conf.mount("sys", "dev/.lxc/sys", "sysfs", "create=dir,optional");
        }
        conf.mount("mqueue", "dev/mqueue", "mqueue", "rw,relatime,create=dir,optional");
        for (Path bind : host.binds()) {
            String options = bind.startsWith("/dev") ? "bind,create=file,optional" : "rbind,optional";
            conf.mount(bind.toString(), bind.toString(), "none", options);
        }
        for (Path file : host.lxcfs()) {
            conf.mount(file.toString(), HostFacts.inside(file), "none", "bind,optional");
        }
    }

    private void keys() {
        config.forEach((key, value) -> {
            if (key.startsWith(ENVIRONMENT)) {
                String name = key.substring(ENVIRONMENT.length());
                if (!VARIABLE.matcher(name).matches()) {
                    throw Refused.invalid("Invalid environment variable name: " + Quoted.of(name));
                }
                conf.add("lxc.environment", name + "=" + value);
            } else if (key.startsWith(PRLIMIT) && !value.isEmpty()) {
                if (!LIMIT.matcher(value).matches()) {
                    throw Refused.invalid("Invalid " + key + ": " + Quoted.of(value) + "; write N, N:M or unlimited");
                }
                conf.add("lxc.prlimit." + key.substring(PRLIMIT.length()), value);
            } else if (key.startsWith(SYSCTL) && !value.isEmpty()) {
                conf.add("lxc.sysctl." + key.substring(SYSCTL.length()), value);
            }
        });
    }

    private void nics() {
        int number = 0;
        for (InstanceSetup.Nic nic : setup.nics()) {
            String prefix = "lxc.net." + number++ + ".";
            conf.add(prefix + "type", "veth");
            conf.add(prefix + "flags", "up");
            if (nic.bridge() != null) {
                conf.add(prefix + "link", nic.bridge());
            }
            conf.add(prefix + "veth.pair", nic.hostName());
            conf.add(prefix + "name", nic.guestName());
            conf.add(prefix + "hwaddr", nic.hwaddr());
            if (nic.mtu() > 0) {
                conf.add(prefix + "mtu", nic.mtu());
            }
        }
        if (setup.nics().isEmpty()) {
            conf.add("lxc.net.0.type", "empty");
        }
    }

    private void mounts() {
        for (InstanceSetup.Mount mount : setup.mounts()) {
            var options = new ArrayList<String>();
            options.add(mount.recursive() ? "rbind" : "bind");
            if (mount.readOnly()) {
                options.add("ro");
            }
            options.add(Files.isDirectory(mount.source()) ? "create=dir" : "create=file");
            if (mount.optional()) {
                options.add("optional");
            } else if (!Files.exists(mount.source())) {
                throw Refused.invalid("Missing source path "
                        + Quoted.of(mount.source().toString()) + " for disk " + Quoted.of(mount.device()));
            }
            if (mount.shift() && setup.idMap() != null) {
                options.add("idmap=container");
            }
            conf.mount(LxcConf.path(mount.source()), mount.target(), "none", String.join(",", options));
        }
    }
}
