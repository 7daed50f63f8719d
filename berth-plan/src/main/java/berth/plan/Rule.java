package berth.plan;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One row of the activation table: what a change costs on each kind of backend, and why.
 *
 * @param id {@code A1} to {@code A47}; several rows may share one
 * @param keys which keys of the facet, whole
 * @param nspawn verdict for systemd-nspawn containers
 * @param lxc verdict for LXC containers
 * @param vm verdict for virtual machines
 * @param skill what a driver must be able to do for a live verdict to hold, or null
 */
public record Rule(
        String id,
        Facet facet,
        Pattern keys,
        Verdict nspawn,
        Verdict lxc,
        Verdict vm,
        @Nullable Skill skill,
        String why) {

    /** Which part of an object a key belongs to. */
    public enum Facet {
        /** Effective {@code config} of a guest. */
        CONFIG,
        /** Keys of a guest that are neither config nor devices. */
        FIELD,
        /** Files put into a guest. */
        FILE,
        /** A network card as a whole, put in or taken out. */
        NIC,
        /** The host's own network in place of cards. */
        HOST_NETWORK,
        /** A key of a network card that stays. */
        NIC_KEY,
        /** An address of a card that is given both its ends from outside. */
        NIC_FIXED,
        /** A disk other than the root, put in. */
        DISK_ADDED,
        /** A disk other than the root, taken out. */
        DISK_REMOVED,
        /** A key of a disk that stays. */
        DISK_KEY,
        /** A key of the root disk. */
        ROOT_KEY,
        /** A port of the host that leads into a guest, or one of a guest that leads out. */
        PORT,
        /** Any other device. */
        DEVICE,
        /** {@code config} of a network. */
        NETWORK,
        /** {@code config} of a pool. */
        POOL,
        /** The daemon's own settings. */
        SERVER
    }

    /** What runs a guest. */
    public enum Backend {
        NSPAWN,
        LXC,
        VM
    }

    boolean matches(Facet other, String key) {
        return facet == other && keys.matcher(key).matches();
    }

    Verdict on(Backend backend) {
        return switch (backend) {
            case NSPAWN -> nspawn;
            case LXC -> lxc;
            case VM -> vm;
        };
    }
}
