package berth.driver.lxc;

import berth.host.cgroup.Cgroup.Setting;
import berth.model.IdMap;
import berth.model.Quoted;
import berth.model.Refused;
import berth.spi.Fitting;
import berth.spi.InstanceSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a setup is in LXC's words. Pure but for looking whether a disk's source is a file. */
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
        if (setup.init() != null) {
            conf.add("lxc.init.cmd", setup.init());
        }
        conf.add("lxc.console.buffer.size", "auto");
        conf.add("lxc.console.size", "auto");
        conf.add("lxc.console.rotate", 1); // 128 KiB twice at most, whatever a guest says
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
            map.users().forEach(it -> conf.add("lxc.idmap", range("u", it)));
            map.groups().forEach(it -> conf.add("lxc.idmap", range("g", it)));
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

    private static String range(String kind, IdMap.Entry it) {
        return kind + " " + it.inside() + " " + it.outside() + " " + it.count();
    }

    private boolean nesting() {
        return Config.isTrue(config, "security.nesting");
    }

    private void kernelFiles() {
        // A new sysfs is for who owns its network: on the host's the guest is given a view of the host's, by a disk.
        boolean ownNetwork =
                Fitting.only(Fitting.HostNetwork.class, setup.fittings()).isEmpty();
        conf.add("lxc.mount.auto", ownNetwork ? "proc:rw sys:rw cgroup:mixed" : "proc:rw cgroup:mixed");
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
        for (Fitting fitting : setup.fittings()) {
            String prefix = "lxc.net." + number + ".";
            switch (fitting) {
                case Fitting.Nic nic -> {
                    conf.add(prefix + "type", "veth");
                    if (nic.bridge() != null) {
                        conf.add(prefix + "link", nic.bridge());
                    }
                    conf.add(prefix + "veth.pair", nic.hostName());
                    card(prefix, nic.guestName(), nic.hwaddr(), nic.mtu());
                    number++;
                }
                case Fitting.DirectNic nic -> {
                    conf.add(prefix + "type", nic.kind() == Fitting.DirectNic.Kind.MACVLAN ? "macvlan" : "phys");
                    conf.add(prefix + "link", nic.parent());
                    if (nic.kind() == Fitting.DirectNic.Kind.MACVLAN) {
                        conf.add(prefix + "macvlan.mode", "bridge");
                    }
                    card(prefix, nic.guestName(), nic.hwaddr(), nic.mtu());
                    number++;
                }
                case Fitting.HostNetwork _ -> {
                    conf.add(prefix + "type", "none");
                    number++;
                }
                case Fitting.Mount _, Fitting.Node _ -> {}
            }
        }
        if (number == 0) {
            conf.add("lxc.net.0.type", "empty");
        }
        Wires.addTo(conf, setup.fittings(), places, setup.handle());
    }

    private void card(String prefix, String name, String hwaddr, int mtu) {
        conf.add(prefix + "flags", "up");
        conf.add(prefix + "name", name);
        if (!hwaddr.isEmpty()) {
            conf.add(prefix + "hwaddr", hwaddr);
        }
        if (mtu > 0) {
            conf.add(prefix + "mtu", mtu);
        }
    }

    private void mounts() {
        Path guestApi = places.guestApi();
        if (guestApi != null && Config.isTrue(Config.value(config, "security.devlxd", "true"))) {
            conf.mount(LxcConf.path(guestApi), "dev/lxd", "none", "bind,ro,create=dir");
        }
        for (Fitting fitting : setup.fittings()) {
            switch (fitting) {
                case Fitting.Mount mount -> {
                    // With "optional" a missing source is left out; it may come later.
                    boolean there = Files.exists(mount.source()) || !mount.optional();
                    if (there) {
                        String kind = Files.isDirectory(mount.source()) ? ",create=dir" : ",create=file";
                        String bind = mount.recursive() ? "rbind" : "bind";
                        String spread = switch (mount.propagation()) {
                            case UNBINDABLE -> ",unbindable";
                            case RUNBINDABLE -> ",runbindable";
                            case PRIVATE, SHARED, SLAVE, RPRIVATE, RSHARED, RSLAVE -> "";
                        };
                        kept(mount.device(), mount.target(), bind + kind + spread);
                    }
                }
                case Fitting.Node node -> kept(node.device(), node.target(), "bind,create=file");
                case Fitting.Nic _, Fitting.DirectNic _, Fitting.HostNetwork _ -> {}
            }
        }
    }

    private void kept(String device, String target, String options) {
        Path place = places.kept(setup.handle()).place(device);
        conf.mount(LxcConf.path(place), target, "none", options);
    }
}
