package berth.plan;

import berth.model.wanted.Spec;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/** Times planning a site of 1,000 guests: nothing to do, one profile edited, all to be made. To be run by hand. */
final class PlanBench {
    private static final int GUESTS = 1000;
    private static final int ROUNDS = 21;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private PlanBench() {}

    public static void main(String[] arguments) {
        Spec site = site("1GiB");
        Spec edited = site("2GiB");
        World world = Worlds.withHost(Worlds.applied(Worlds.site()), Worlds.HOST);
        Plan all = Worlds.plan(site, world);
        long begin = System.nanoTime();
        World applied = applied(site);
        System.out.printf("made a world of %d guests in %d ms%n", GUESTS, (System.nanoTime() - begin) / 1_000_000);
        time("nothing to do", site, applied);
        time("a profile edited", edited, applied);
        time("all to be made", site, world);
        System.out.println(all.changes().size() + " changes in the last");
    }

    private static void time(String what, Spec site, World world) {
        var millis = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            // Time of this thread on a CPU: what else the machine does is not counted.
            long begin = THREADS.getCurrentThreadCpuTime();
            Worlds.plan(site, world);
            millis[i] = (THREADS.getCurrentThreadCpuTime() - begin) / 1e6;
        }
        double first = millis[0];
        Arrays.sort(millis);
        System.out.printf("%-18s first %.1f ms, median %.1f ms of CPU%n", what, first, millis[ROUNDS / 2]);
    }

    private static World applied(Spec site) {
        World world = Worlds.fresh();
        return Worlds.outcome(Worlds.plan(site, world), world);
    }

    private static Spec site(String memory) {
        var guests = new Worlds.Guest[GUESTS];
        for (int i = 0; i < GUESTS; i++) {
            guests[i] = Worlds.guest("g" + i).file("/etc/motd", "guest " + i);
            if (i > 0) {
                guests[i].needs("g" + (i - 1) / 2);
            }
        }
        return Worlds.site(
                java.util.Map.of("limits.memory", memory),
                java.util.Map.of("ipv4.address", "auto", "ipv6.address", "auto"),
                guests);
    }
}
