package berth.spi;

/** Told when an instance's PID 1 has gone. */
public interface ExitListener {
    /**
     * Called on a thread of the driver's.
     *
     * @param life which run ended
     * @param rebooting true when the guest asked for a reboot and the driver is starting it again by itself
     */
    void exited(Handle handle, Life life, boolean rebooting);
}
