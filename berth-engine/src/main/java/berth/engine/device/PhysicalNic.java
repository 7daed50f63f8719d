package berth.engine.device;

import berth.host.Program;
import berth.host.net.Link;
import berth.host.net.Links;
import berth.model.Effective;
import berth.spi.Fitting;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An interface of the host that goes into the guest itself and comes back when the guest has ended, as what it was. What it
 * was is written on it (its alias), so that it is found whoever brings it back: LXC, we, or the kernel, which gives
 * interfaces whose network has ended to the host under whatever name they have.
 */
final class PhysicalNic implements DeviceType {
    private static final Keys KEYS =
            CardKeys.common().need("parent", Value.INTERFACE).with("mtu", Value.MTU);
    private static final Pattern LINE =
            Pattern.compile("(?m)^[0-9]+: ([^:@ ]+)[:@].* alias berth-is-([^ ]+)-([0-9]+)-([0-9a-f:]*)$");

    @Override
    public String name() {
        return "nic physical";
    }

    @Override
    public void check(Device nic) {
        KEYS.check(nic);
    }

    @Override
    public void check(Device nic, Effective instance) {
        CardKeys.checkNames(nic, instance);
    }

    @Override
    public void checkPresence(Device nic) {
        CardKeys.checkParent(nic);
    }

    @Override
    public List<Fitting> fittings(Device nic, Owner owner) {
        return known(nic, owner);
    }

    @Override
    public List<Fitting> known(Device nic, Owner owner) {
        return List.of(new Fitting.DirectNic(
                nic.name(),
                Fitting.DirectNic.Kind.PHYSICAL,
                nic.value("parent"),
                owner.guestName(nic),
                nic.value("hwaddr").toLowerCase(java.util.Locale.ROOT),
                CardKeys.mtu(nic),
                Fitting.Wiring.NONE));
    }

    @Override
    public Set<String> live() {
        return Set.of("boot.priority");
    }

    @Override
    public void prepare(Device nic, Owner owner) {
        String parent = nic.value("parent");
        Optional<Link> here = Links.find(parent);
        if (here.isEmpty()) {
            return; // in the guest already, or the start will say that it is missing
        }
        if (marked(parent).isEmpty()) {
            Link link = here.get();
            Program.of(
                            "ip",
                            "link",
                            "set",
                            "dev",
                            parent,
                            "alias",
                            "berth-is-" + parent + "-" + link.mtu() + "-" + link.hwaddr())
                    .must();
        }
    }

    private record Mark(String name, String mtu, String hwaddr) {}

    /** The interface here that was called so when it was marked. */
    private static Optional<Mark> marked(String parent) {
        Matcher lines =
                LINE.matcher(Program.of("ip", "-o", "link", "show").must().out().replace("\\", " "));
        while (lines.find()) {
            if (lines.group(2).equals(parent)) {
                return Optional.of(new Mark(lines.group(1), lines.group(3), lines.group(4)));
            }
        }
        return Optional.empty();
    }

    @Override
    public void release(Device nic, Owner owner) {
        String parent = nic.value("parent");
        marked(parent).ifPresent(it -> {
            Program.of("ip", "link", "set", "dev", it.name(), "down").must();
            if (!it.name().equals(parent)) {
                Program.of("ip", "link", "set", "dev", it.name(), "name", parent)
                        .must();
            }
            Program.of("ip", "link", "set", "dev", parent, "address", it.hwaddr(), "mtu", it.mtu())
                    .must();
            Program.of("ip", "link", "set", "dev", parent, "alias", "").must();
        });
    }
}
