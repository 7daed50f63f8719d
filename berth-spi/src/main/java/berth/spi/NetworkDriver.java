package berth.spi;

import berth.model.Network;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes networks of one type real: interface, addresses, DHCP, DNS, firewall. */
public non-sealed interface NetworkDriver extends Driver {
    /** Checks a wanted network; completes it: picks free subnets for {@code auto}, defaults that must be remembered. */
    Network complete(Network wanted, List<Network> others);

    /** Brings it up: interface, addresses, rules as one atomic ruleset, DHCP and DNS. Repairs what is partly there. */
    void up(Network network, List<Host> hosts);

    /** Takes it down: interface, rules and processes are gone; leases and host entries stay for the next time. */
    void down(Network network);

    /** Takes it down and removes its files too: nothing of it is left. */
    void delete(Network network);

    /** Puts a changed configuration into effect. */
    void update(Network before, Network after, List<Host> hosts);

    /** Tells DHCP and DNS of a guest's card, before the guest starts; replaces an entry of the same key. */
    void addHost(Network network, Host host);

    /** Takes the entry and the leases away: the address is free again. */
    void removeHost(Network network, Host host);

    /** Addresses that were handed out, and those fixed. */
    List<Lease> leases(Network network, List<Host> hosts);

    /** Has this told, from then on, whenever what its networks hand out has changed. What was said before no longer holds. */
    default void onLeases(Runnable changed) {}

    /**
     * The families ({@code inet}, {@code inet6}) of which a guest that asks gets an address here, by DHCP or by router
     * advertisements.
     */
    Set<String> serves(Network network);

    /** Whether the interface is there and up. */
    boolean isUp(Network network);

    /**
     * A guest's card on the network.
     *
     * @param key names the entry: {@code instance.device}, with {@code project_} in front outside of the default one
     * @param hostname DNS name
     * @param ipv4 fixed address, {@code none}, or null
     * @param ipv6 fixed address, {@code none}, or null
     */
    record Host(
            String key,
            String hostname,
            String hwaddr,
            @Nullable String ipv4,
            @Nullable String ipv6) {}

    /**
     * A lease.
     *
     * @param type {@code gateway}, {@code static} or {@code dynamic}
     */
    record Lease(String hostname, String hwaddr, String address, String type) {}
}
