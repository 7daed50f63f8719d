package berth.host.file;

import berth.host.Libc;

/**
 * File work done with the ids of a guest, on a thread of its own. In a guest's own mounts host root has no id
 * (EOVERFLOW on every creation): what is made there must be made by an id that the guest's map knows. Capabilities stay,
 * so that owners can be set afterwards (capabilities(7), SECBIT_NO_SETUID_FIXUP; credentials(7), filesystem ids).
 */
public final class ActingAs {
    private static final long PRCTL = 157;
    private static final long PR_SET_SECUREBITS = 28;
    private static final long SECBIT_NO_SETUID_FIXUP = 4;
    private static final long SETFSUID = 122;
    private static final long SETFSGID = 123;

    private ActingAs() {}

    /**
     * Does the work and returns when it is done; throws what it throws.
     *
     * @param uid host id that owns what is made
     * @param gid host id of its group
     */
    public static void ids(long uid, long gid, Runnable work) {
        var failure = new RuntimeException[1];
        Thread thread = Thread.ofPlatform().name("acting as " + uid).start(() -> {
            try {
                Libc.must("keep capabilities", PRCTL, PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0);
                Libc.call(SETFSGID, gid, 0, 0, 0, 0, 0);
                Libc.call(SETFSUID, uid, 0, 0, 0, 0, 0);
                work.run();
            } catch (RuntimeException thrown) {
                failure[0] = thrown;
            }
        });
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while working as " + uid, interrupted);
        }
        if (failure[0] != null) {
            throw failure[0];
        }
    }
}
