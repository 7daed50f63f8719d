package berth.spi;

/** Whether a driver can be used on this host. */
public sealed interface Readiness {
    /** It can. */
    record Ready() implements Readiness {}

    /** It cannot; the text says which program or kernel feature is missing and how to get it. */
    record Lacking(String what) implements Readiness {}
}
