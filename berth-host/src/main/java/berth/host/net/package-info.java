/**
 * Network interfaces, asked of the kernel by rtnetlink(7): no program is started and no namespace is entered.
 *
 * <p>In: process ids, interface names. Out: plain values. Knows nothing of: bridges' rules, DHCP, instances.
 */
package berth.host.net;
