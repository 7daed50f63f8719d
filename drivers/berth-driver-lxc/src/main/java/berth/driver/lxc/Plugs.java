package berth.driver.lxc;

import berth.host.Errno;
import berth.host.Program;
import berth.host.file.GuestMounts;
import berth.host.file.LooseMount;
import berth.host.file.Stat;
import berth.host.net.Cards;
import berth.host.net.Link;
import berth.host.net.Links;
import berth.model.IdMap;
import berth.model.Problem;
import berth.model.Refused;
import berth.spi.Fitting;
import berth.spi.Life;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts things into one running guest and takes them out again, from outside: nothing of the guest's is run for that.
 *
 * @param map the guest's ids; null for a privileged one
 */
record Plugs(Kept kept, Life life, @Nullable IdMap map) {
    void plug(Fitting fitting) {
        switch (fitting) {
            case Fitting.Mount mount -> plugMount(mount);
            case Fitting.Node node -> plugNode(node);
            case Fitting.Nic nic -> plugNic(nic);
            case Fitting.DirectNic nic -> plugDirect(nic);
            case Fitting.HostNetwork _ ->
                throw new Refused(new Problem.Unsupported(
                        "Whether a guest has a network of its own is settled when it starts; stop it first"));
        }
    }

    void unplug(Fitting fitting) {
        switch (fitting) {
            case Fitting.Mount mount -> unplugMount(mount);
            case Fitting.Node node -> unplugNode(node);
            case Fitting.Nic nic -> unplugNic(nic);
            case Fitting.DirectNic nic -> unplugDirect(nic);
            case Fitting.HostNetwork _ -> {}
        }
    }

    private GuestMounts guest() {
        return GuestMounts.of(life.pid(), life.startTicks());
    }

    private void plugMount(Fitting.Mount mount) {
        try {
            Optional<Stat> there = kept.kept(mount.device()).filter(Stat::mountRoot);
            if (there.isPresent() && guest().shows(there.get(), mount.target())) {
                return;
            }
            if (mount.readOnly() && map != null) {
                // What is put into a running guest's namespace is its own to remount: the kernel locks flags only of
                // what
                // was there when the namespace was made (mount_namespaces(7)).
                throw new Refused(
                        new Problem.Unsupported("A read-only disk cannot be put into a running instance, which"
                                + " could make it writable again; stop the instance first"));
            }
            if (kept.disk(mount, map).isEmpty()) {
                return; // its source is not there yet, which is no error
            }
            try (LooseMount view = kept.again(mount)) {
                guest().attach(view, mount.target());
            } catch (RuntimeException failed) {
                kept.release(mount.device());
                throw failed;
            }
        } catch (Errno failed) {
            throw Kept.refused(mount, failed);
        }
    }

    private void unplugMount(Fitting.Mount mount) {
        kept.kept(mount.device()).filter(Stat::mountRoot).ifPresent(it -> {
            try {
                guest().detach(it, mount.target());
            } catch (Errno failed) {
                throw refused("take disk " + mount.device() + " from " + mount.target(), failed);
            }
        });
        kept.release(mount.device());
    }

    private void plugNode(Fitting.Node node) {
        String tried = "put device " + node.device() + " at " + node.target();
        Optional<Stat> there = kept.kept(node.device());
        try {
            if (there.isPresent() && guest().shows(there.get(), node.target())) {
                return;
            }
            kept.node(node, map == null ? 0 : map.base());
            try (LooseMount view = kept.view(node.device())) {
                guest().attach(view, node.target());
            } catch (RuntimeException failed) {
                kept.release(node.device());
                throw failed;
            }
        } catch (Errno failed) {
            throw refused(tried, failed);
        }
    }

    private void unplugNode(Fitting.Node node) {
        kept.kept(node.device()).ifPresent(it -> {
            try {
                guest().detach(it, node.target());
            } catch (Errno failed) {
                throw refused("take device " + node.device() + " from " + node.target(), failed);
            }
            kept.release(node.device());
        });
    }

    private void plugNic(Fitting.Nic nic) {
        try {
            if (Links.exists(nic.hostName())) {
                if (!isOurs(nic)) {
                    throw new Refused(new Problem.Taken("Failed to start device \"" + nic.device()
                            + "\": there is a network interface " + nic.hostName() + " on the host already"));
                }
                Links.delete(nic.hostName()); // half made, or as it was before a change: made anew below
            }
            if (Cards.hwaddr(life.pid(), nic.guestName()).isPresent()) {
                throw new Refused(new Problem.Taken("Failed to start device \"" + nic.device()
                        + "\": there is a network interface " + nic.guestName() + " in the guest already"));
            }
            Cards.veth(
                    life.pid(),
                    life.startTicks(),
                    nic.hostName(),
                    nic.bridge(),
                    new Cards.Inside(nic.guestName(), nic.hwaddr(), nic.mtu()),
                    () -> Wires.bind(nic));
            try {
                Wires.put(nic);
                wire(nic.guestName(), nic.wiring());
            } catch (RuntimeException failed) {
                Links.delete(nic.hostName());
                throw failed;
            }
        } catch (Program.Failed failed) {
            throw Refused.driver(
                    "lxc", "put network card " + nic.device() + " in", String.valueOf(failed.getMessage()));
        } catch (Errno failed) {
            throw refused("put network card " + nic.device() + " in", failed);
        }
    }

    private void wire(String guestName, Fitting.Wiring wiring) {
        Cards.wire(life.pid(), life.startTicks(), guestName, wiring.inside(), wiring.gateways());
    }

    /** Its other end is in the guest, whatever the guest calls it by now. */
    private boolean isOurs(Fitting.Nic nic) {
        return Links.of(life.pid()).stream().map(Link::peer).anyMatch(nic.hostName()::equals);
    }

    private void unplugNic(Fitting.Nic nic) {
        if (isOurs(nic)) {
            Links.delete(nic.hostName());
        }
    }

    private void unplugDirect(Fitting.DirectNic nic) {
        if (nic.kind() == Fitting.DirectNic.Kind.MACVLAN) {
            Cards.delete(life.pid(), life.startTicks(), nic.guestName());
            return;
        }
        try {
            boolean home = Links.exists(nic.parent())
                    || Cards.fetch(life.pid(), life.startTicks(), nic.guestName(), nic.parent());
            if (!home) {
                throw new Refused(new Problem.Failed("there is no interface " + nic.guestName()
                        + " in the guest, which " + nic.parent() + " was put in as; it may have another name"));
            }
        } catch (Errno failed) {
            throw refused("take network card " + nic.device() + " out", failed);
        }
    }

    /** Whether it has been put in already. */
    private boolean isIn(Fitting.DirectNic nic) {
        var there = Cards.hwaddr(life.pid(), nic.guestName());
        return nic.kind() == Fitting.DirectNic.Kind.MACVLAN
                ? there.filter(nic.hwaddr()::equals).isPresent()
                : there.isPresent() && !Links.exists(nic.parent());
    }

    private void plugDirect(Fitting.DirectNic nic) {
        try {
            if (!isIn(nic)) {
                var inside = new Cards.Inside(nic.guestName(), nic.hwaddr(), nic.mtu());
                if (nic.kind() == Fitting.DirectNic.Kind.MACVLAN) {
                    Cards.macvlan(life.pid(), life.startTicks(), nic.parent(), inside);
                } else {
                    Cards.give(life.pid(), life.startTicks(), nic.parent(), inside);
                }
                try {
                    wire(nic.guestName(), nic.wiring());
                } catch (RuntimeException failed) {
                    unplugDirect(nic);
                    throw failed;
                }
            }
        } catch (Errno failed) {
            throw refused("put network card " + nic.device() + " in", failed);
        }
    }

    private static Refused refused(String tried, Errno failed) {
        return Refused.driver("lxc", tried, String.valueOf(failed.getMessage()));
    }
}
