package berth.wire;

/** An address that was handed out, or is fixed. */
public record NetworkLease(String hostname, String hwaddr, String address, String type, String location) {}
