package berth.plan;

/** Why a key changes. */
public enum Cause {
    /** The file says so now. */
    FILE,
    /** A profile of the guest changes (rule A42). */
    PROFILE,
    /** A network of the guest changes (rule A42). */
    NETWORK,
    /** The file is as it was; somebody changed the object (rule A45). */
    DRIFT
}
