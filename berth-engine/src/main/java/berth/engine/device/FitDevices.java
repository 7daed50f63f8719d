package berth.engine.device;

import berth.model.Problem;
import berth.model.Quoted;
import berth.model.Refused;
import berth.spi.Fitting;
import berth.spi.HotPlug;
import berth.spi.InstanceDriver;
import berth.spi.Life;
import berth.steps.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;

/** Brings devices to guests that start, and moves them in and out of guests that run, by the table of types. */
public final class FitDevices {
    private final DeviceTypes types;

    /** Fits by that table. */
    public FitDevices(DeviceTypes types) {
        this.types = types;
    }

    /** All that the devices of an instance bring to its start; a disk comes after those above it. */
    public List<Fitting> fittings(Owner owner) {
        return inOrder(owner.all()).stream()
                .flatMap(it -> types.of(it).fittings(it, owner).stream())
                .toList();
    }

    private static List<Device> inOrder(List<Device> devices) {
        return devices.stream()
                .sorted(Comparator.comparingInt(FitDevices::rank).thenComparing(Device::name))
                .toList();
    }

    /** Cards first, disks by their depth, the rest, and what opens doors last. */
    private static int rank(Device device) {
        return switch (device.type()) {
            case "nic" -> 0;
            case "disk" -> device.value("path").split("/").length;
            case "proxy" -> 100_000;
            default -> 50_000;
        };
    }

    /** Whether it has devices that are more than its root: things of the host go with its run. */
    public boolean outside(Owner owner) {
        return owner.all().stream().anyMatch(it -> !it.holdsRoot() && !it.is("none"));
    }

    /** The instance is about to run: networks and the like are told of its devices. */
    public void join(Owner owner) {
        inOrder(owner.all()).forEach(it -> types.of(it).join(it, owner));
    }

    /** The instance is no more, or has never run: what {@link #join} told is taken back. */
    public void leave(Owner owner) {
        inOrder(owner.all()).reversed().forEach(it -> types.of(it).leave(it, owner));
    }

    /** What the host has to have before the guest starts. */
    public void prepare(Owner owner) {
        inOrder(owner.all()).forEach(it -> types.of(it).prepare(it, owner));
    }

    /** What can only be done once the guest runs. */
    public void attach(Owner owner, Life life) {
        inOrder(owner.all()).forEach(it -> {
            try {
                types.of(it).attach(it, owner, life);
            } catch (Refused refused) {
                throw named("start", it, refused);
            }
        });
    }

    /** Takes away what the host had for the guest, which is gone. */
    public void release(Owner owner) {
        inOrder(owner.all()).reversed().forEach(it -> {
            types.of(it).detach(it, owner);
            types.of(it).release(it, owner);
        });
    }

    /**
     * How one set of devices becomes another, in order: what goes first, what stays then, what comes last. Refuses devices that
     * cannot come or go while a guest runs.
     *
     * @param running whether it does
     */
    public List<Move> moves(
            SortedMap<String, SortedMap<String, String>> before,
            SortedMap<String, SortedMap<String, String>> after,
            boolean running) {
        var going = new ArrayList<Device>();
        var staying = new ArrayList<Move>();
        var coming = new ArrayList<Device>();
        for (Device was : Device.all(before)) {
            Map<String, String> keys = after.get(was.name());
            Device will = keys == null ? null : Device.of(was.name(), keys);
            if (will == null || !was.keys().equals(will.keys()) && !stays(was, will)) {
                going.add(was);
            } else if (!was.keys().equals(will.keys())) {
                staying.add(new Move(was, will));
            }
        }
        for (Device will : Device.all(after)) {
            Map<String, String> keys = before.get(will.name());
            if (keys == null || going.stream().anyMatch(it -> it.name().equals(will.name()))) {
                coming.add(will);
            }
        }
        if (running) {
            going.forEach(it -> requireHotPlug(it, "removed"));
            coming.forEach(it -> requireHotPlug(it, "added"));
        }
        var moves = new ArrayList<Move>();
        inOrder(going).reversed().forEach(it -> moves.add(new Move(it, null)));
        moves.addAll(staying);
        inOrder(coming).forEach(it -> moves.add(new Move(null, it)));
        return moves;
    }

    private void requireHotPlug(Device device, String verb) {
        if (!types.of(device).hotPlugs() || device.holdsRoot()) {
            throw new Refused(new Problem.Unsupported(
                    "Device " + Quoted.of(device.name()) + " cannot be " + verb + " when instance is running"));
        }
    }

    /** Whether only such keys differ as can change while it stays in the guest. */
    private boolean stays(Device was, Device will) {
        DeviceType type = types.of(was);
        if (!Objects.equals(type.name(), types.of(will).name()) || was.holdsRoot() != will.holdsRoot()) {
            return false;
        }
        Set<String> keys = new HashSet<>(was.keys().keySet());
        keys.addAll(will.keys().keySet());
        keys.removeIf(it -> was.value(it).equals(will.value(it)));
        keys.removeIf(it -> it.startsWith("user.") || type.live().contains(it));
        return keys.isEmpty();
    }

    /** Those moves as steps; a guest that does not run (any more) is left alone. */
    public List<Step> steps(List<Move> moves, Owner before, Owner after, Guest guest) {
        return moves.stream().map(it -> step(it, before, after, guest)).toList();
    }

    private Step step(Move move, Owner before, Owner after, Guest guest) {
        Device was = move.before();
        Device will = move.after();
        if (was != null && will != null) {
            return Step.of(
                    "change device " + will.name(),
                    () -> adjust(was, will, after, guest),
                    () -> adjust(will, was, before, guest));
        }
        if (will != null) {
            return Step.of(
                    "put in device " + will.name(), () -> plug(will, after, guest), () -> unplug(will, after, guest));
        }
        Device goes = Objects.requireNonNull(was);
        return Step.of(
                "take out device " + goes.name(), () -> unplug(goes, before, guest), () -> plug(goes, before, guest));
    }

    private void plug(Device device, Owner owner, Guest guest) {
        if (!owner.instance().lastUsedAt().equals(Instant.EPOCH)) {
            types.of(device).join(device, owner);
        }
        guest.life().get().ifPresent(life -> {
            try {
                DeviceType type = types.of(device);
                type.prepare(device, owner);
                for (Fitting fitting : type.fittings(device, owner)) {
                    plugs(guest.driver()).plug(owner.handle(), fitting);
                }
                type.attach(device, owner, life);
            } catch (Refused refused) {
                throw named("start", device, refused);
            }
        });
    }

    private void unplug(Device device, Owner owner, Guest guest) {
        DeviceType type = types.of(device);
        try {
            if (guest.life().get().isPresent()) {
                type.detach(device, owner);
                for (Fitting fitting : type.known(device, owner)) {
                    plugs(guest.driver()).unplug(owner.handle(), fitting);
                }
                type.release(device, owner);
            }
            type.leave(device, owner);
        } catch (Refused refused) {
            throw named("stop", device, refused);
        }
    }

    private void adjust(Device was, Device will, Owner owner, Guest guest) {
        guest.life().get().ifPresent(life -> {
            try {
                types.of(will).adjust(was, will, owner, life);
            } catch (Refused refused) {
                throw named("update", will, refused);
            }
        });
    }

    private static HotPlug plugs(InstanceDriver driver) {
        if (driver instanceof HotPlug plugs) {
            return plugs;
        }
        throw new Refused(new Problem.Unsupported(
                "Devices of a running instance cannot be changed by the driver " + driver.id()));
    }

    /** Says of which device it is, as LXD does, unless it says so already. */
    private static Refused named(String verb, Device device, Refused refused) {
        String text = refused.problem().text();
        String start = "Failed to " + verb + " device " + Quoted.of(device.name()) + ": ";
        if (text.startsWith("Failed to ")) {
            return refused;
        }
        return switch (refused.problem()) {
            case Problem.Invalid _ -> new Refused(new Problem.Invalid(start + text), refused);
            case Problem.Unsupported _ -> new Refused(new Problem.Unsupported(start + text), refused);
            case Problem.Taken _ -> new Refused(new Problem.Taken(start + text), refused);
            default -> new Refused(new Problem.Failed(start + text), refused);
        };
    }
}
