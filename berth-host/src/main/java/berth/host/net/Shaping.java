package berth.host.net;

/** How fast an interface takes and gives, as lines for {@code tc -batch} (tc(8)). */
public final class Shaping {
    private Shaping() {}

    /**
     * The limits of an interface that has none yet; empty for none.
     *
     * @param name of the interface
     * @param out bits per second that it sends; 0 for no limit
     * @param in bits per second that it receives; 0 for no limit. What is beyond is dropped
     */
    public static String lines(String name, long out, long in) {
        var lines = new StringBuilder();
        if (out > 0) {
            lines.append("qdisc add dev " + name + " root handle 1: htb default 10\n");
            lines.append("class add dev " + name + " parent 1: classid 1:10 htb rate " + out + "bit\n");
        }
        if (in > 0) {
            long burst = Math.max(65_536, in / 8 / 100); // what comes in ten milliseconds
            lines.append("qdisc add dev " + name + " handle ffff: ingress\n");
            lines.append("filter add dev " + name + " parent ffff: protocol all prio 1 u32 match u32 0 0 police rate "
                    + in + "bit burst " + burst + " drop flowid :1\n");
        }
        return lines.toString();
    }
}
