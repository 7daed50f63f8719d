package berth.spi;

/**
 * How a run of an instance ended, as far as the driver can tell.
 *
 * @param detail for people, in a few words; empty when the cause says it all
 */
public record Exit(Cause cause, String detail) {
    /** Why. */
    public enum Cause {
        /** The guest shut itself down. */
        HALTED("halted"),
        /** Its first process failed: an exit code other than 0, or a signal of its own making. */
        CRASHED("crashed"),
        /** Somebody outside killed its first process. */
        KILLED("killed"),
        /** The kernel killed its first process, as the instance had reached its memory limit. */
        OUT_OF_MEMORY("out of memory");

        private final String text;

        Cause(String text) {
            this.text = text;
        }

        /** As it is shown. */
        public String text() {
            return text;
        }
    }

    /** Whether nobody wanted it, neither the guest nor its keeper. */
    public boolean unexpected() {
        return cause != Cause.HALTED;
    }

    /** As it is shown: {@code crashed: PID 1 exited with 3}. */
    public String text() {
        return detail.isEmpty() ? cause.text() : cause.text() + ": " + detail;
    }
}
