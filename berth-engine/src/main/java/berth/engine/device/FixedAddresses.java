package berth.engine.device;

import berth.engine.record.Shelves;
import berth.model.Effective;
import berth.model.Instance;
import berth.model.Network;
import berth.model.Problem;
import berth.model.Quoted;
import berth.model.Refused;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The addresses that cards on a managed network are given by their keys: none of them twice. They are looked at when a card
 * is changed and when its instance starts; a copy may be made, and its cards be given others before it starts (as LXD has it).
 * Of two changes at the same time the second sees what the first is about to write.
 */
public final class FixedAddresses {
    private static final List<String> KEYS = List.of("hwaddr", "ipv4.address", "ipv6.address");

    /** Cards as a change that is under way makes them; no longer once it is closed. */
    public final class Held implements AutoCloseable {
        private final Owner owner;

        private Held(Owner owner) {
            this.owner = owner;
        }

        @Override
        public void close() {
            held.remove(this);
        }
    }

    private final Shelves shelves;
    private final NicNetworks networks;
    private final Set<Held> held = ConcurrentHashMap.newKeySet();
    private final ReentrantLock looking = new ReentrantLock();

    /** Looks at those. */
    public FixedAddresses(Shelves shelves, NicNetworks networks) {
        this.shelves = shelves;
        this.networks = networks;
    }

    /**
     * Refuses as {@link #check}, and keeps others from taking the addresses until what is returned is closed: when they are
     * written down.
     */
    public Held hold(
            Instance instance,
            SortedMap<String, SortedMap<String, String>> will,
            SortedMap<String, SortedMap<String, String>> was,
            String doing) {
        looking.lock();
        try {
            check(instance, will, was, doing);
            var holding = new Held(new Owner(instance, will));
            held.add(holding);
            return holding;
        } finally {
            looking.unlock();
        }
    }

    /**
     * Refuses addresses that another card has.
     *
     * @param instance whose cards they are
     * @param will its devices from now on
     * @param was its devices until now: cards whose addresses stay are not looked at
     * @param doing what for: {@code update} or {@code start}
     */
    public void check(
            Instance instance,
            SortedMap<String, SortedMap<String, String>> will,
            SortedMap<String, SortedMap<String, String>> was,
            String doing) {
        for (Device nic : Device.all(will)) {
            if (networks.network(nic).isEmpty()) {
                continue;
            }
            Set<String> wanted = given(nic);
            if (was.containsKey(nic.name())) {
                wanted.removeAll(given(Device.of(nic.name(), was.get(nic.name()))));
            }
            if (!wanted.isEmpty()) {
                networks.network(nic)
                        .ifPresent(network -> Stream.concat(written(instance, will), underWay(instance))
                                .flatMap(it ->
                                        held(it, network, it.instance().id().equals(instance.id()) ? nic.name() : ""))
                                .filter(wanted::contains)
                                .findFirst()
                                .ifPresent(address -> {
                                    throw taken(nic, doing, address);
                                }));
            }
        }
    }

    /** All instances as their documents are, but for one as it is to be. */
    private Stream<Owner> written(Instance instance, SortedMap<String, SortedMap<String, String>> will) {
        return shelves.instances().all().stream()
                .map(it -> it.id().equals(instance.id()) ? new Owner(it, will) : owner(it));
    }

    /** Other instances as changes that are under way make them. */
    private Stream<Owner> underWay(Instance instance) {
        return held.stream()
                .map(it -> it.owner)
                .filter(it -> !it.instance().id().equals(instance.id()));
    }

    private Owner owner(Instance instance) {
        return new Owner(
                instance, Effective.of(instance, shelves.profilesOf(instance)).devices());
    }

    /** The addresses that an instance's cards on a network have, but for one card. */
    private Stream<String> held(Owner owner, Network network, String except) {
        return owner.all().stream()
                .filter(it -> !it.name().equals(except))
                .filter(it -> networks.network(it)
                        .filter(its -> its.name().equals(network.name()))
                        .isPresent())
                .flatMap(it -> Stream.concat(
                        given(it).stream(),
                        Stream.of(owner.chosen(it.name(), "hwaddr").toLowerCase(Locale.ROOT))));
    }

    private static Refused taken(Device nic, String doing, String address) {
        return new Refused(
                new Problem.Taken("Failed " + doing + " validation for device " + Quoted.of(nic.name()) + ": "
                        + (isHardware(address) ? "MAC" : "IP") + " address " + Quoted.of(address)
                        + " already defined on another NIC"));
    }

    private static Set<String> given(Device nic) {
        var addresses = new HashSet<String>();
        for (String key : KEYS) {
            if (nic.has(key) && !nic.value(key).equals("none")) {
                addresses.add(normal(nic.value(key)));
            }
        }
        return addresses;
    }

    private static String normal(String address) {
        return isHardware(address)
                ? address.toLowerCase(Locale.ROOT)
                : InetAddress.ofLiteral(address).getHostAddress();
    }

    private static boolean isHardware(String address) {
        return address.matches("([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}");
    }
}
