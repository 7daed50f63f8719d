/**
 * Control groups, with one face for v1, v2 and the hybrid of both: limits where the controllers are; killing and freezing
 * by cgroup2 wherever one is mounted, as that needs no controller.
 *
 * <p>In: names, limits. Out: counters. Knows nothing of: LXC, instances.
 */
package berth.host.cgroup;
