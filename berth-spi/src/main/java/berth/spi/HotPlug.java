package berth.spi;

/**
 * A skill of an instance driver: devices come and go while the guest runs. Asked for with {@code if (driver instanceof
 * HotPlug plugs)}. Each verb may be called twice; one that fails leaves the guest as it was and says why.
 */
public interface HotPlug {
    /** Puts it into the running guest; one that is in already stays. */
    void plug(Handle handle, Fitting fitting);

    /** Takes it out of the running guest; what is there by the same name and is not ours stays. */
    void unplug(Handle handle, Fitting fitting);
}
