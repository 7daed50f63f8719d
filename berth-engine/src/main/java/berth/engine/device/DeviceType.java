package berth.engine.device;

import berth.model.Effective;
import berth.spi.Fitting;
import berth.spi.Life;
import java.util.List;
import java.util.Set;

/** A type of device; network cards are a type for each of their kinds. */
public interface DeviceType {
    /** What devices of it are called: the value of {@code type}, for network cards {@code nic} and the kind. */
    String name();

    /** Checks one by itself: keys, values, what it refers to. Throws {@link Wrong}. */
    void check(Device device);

    /** Checks one among all that hold for an instance. Throws {@link Wrong}. */
    default void check(Device device, Effective instance) {}

    /** Looks whether what it stands on is there now, as a start or a plug will need it. Refuses in LXD's words. */
    default void checkPresence(Device device) {}

    /** What it brings to the guest's start, in order; empty when nothing, or nothing yet. */
    default List<Fitting> fittings(Device device, Owner owner) {
        return List.of();
    }

    /** What it has brought, whether or not that could be brought now: to take it out again. */
    default List<Fitting> known(Device device, Owner owner) {
        return fittings(device, owner);
    }

    /** Whether one can come and go while a guest runs. */
    default boolean hotPlugs() {
        return true;
    }

    /** The keys of one that stays that can change while a guest runs; {@code user.*} always can. */
    default Set<String> live() {
        return Set.of();
    }

    /** The instance has it and may run: networks and the like are told, and remember it while the guest is stopped. */
    default void join(Device device, Owner owner) {}

    /** The instance has it no more: what {@link #join} told is taken back. May be called twice. */
    default void leave(Device device, Owner owner) {}

    /**
     * What the host has to have for it before it is put into the guest, whether that starts or runs: entries, rules, mounts.
     * May be called twice.
     */
    default void prepare(Device device, Owner owner) {}

    /** What can only be done once it is in the guest, whose first process that is. May be called twice. */
    default void attach(Device device, Owner owner, Life life) {}

    /** Takes away what {@link #attach} did, before it is taken out of the guest. May be called twice. */
    default void detach(Device device, Owner owner) {}

    /** Takes away what {@link #prepare} did. The guest may be gone. May be called twice. */
    default void release(Device device, Owner owner) {}

    /** Changed keys out of {@link #live} take effect. */
    default void adjust(Device before, Device after, Owner owner, Life life) {}
}
