package berth.engine.device;

import berth.engine.driver.Drivers;
import berth.engine.record.Shelves;
import berth.model.Network;
import berth.model.Quoted;
import berth.spi.NetworkDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which managed networks the cards of instances are on, and what those are told of them. */
public final class NicNetworks {
    private final Shelves shelves;
    private final Drivers drivers;

    /** Looks at those. */
    public NicNetworks(Shelves shelves, Drivers drivers) {
        this.shelves = shelves;
        this.drivers = drivers;
    }

    /**
     * A managed network with a card of an instance on it.
     *
     * @param device the card's name among the instance's devices
     */
    public record Card(String device, Network network, NetworkDriver driver, NetworkDriver.Host host) {
        /** Tells the network of it. */
        public void announce() {
            driver.addHost(network, host);
        }

        /** Lets the network forget it. */
        public void renounce() {
            driver.removeHost(network, host);
        }
    }

    /** The managed network that a card is on: named as such, or as the parent of a bridged one. */
    Optional<Network> network(Device nic) {
        if (!nic.is("nic")) {
            return Optional.empty();
        }
        String name = nic.has("network")
                ? nic.value("network")
                : nic.value("nictype").equals("bridged") ? nic.value("parent") : "";
        return name.isEmpty() ? Optional.empty() : shelves.networks().find(name);
    }

    /** The card on its managed network, if it is on one and has been given an address of hardware. */
    Optional<Card> card(Device nic, Owner owner) {
        // A card that a profile brought since the last start has no address yet: no network knows it.
        boolean known = nic.has("hwaddr") || !owner.chosen(nic.name(), "hwaddr").isEmpty();
        return network(nic)
                .filter(_ -> known)
                .map(network -> new Card(
                        nic.name(),
                        network,
                        drivers.making(network),
                        new NetworkDriver.Host(
                                owner.handle().key() + "." + nic.name(),
                                owner.instance().name().text(),
                                owner.hwaddr(nic),
                                nic.keys().get("ipv4.address"),
                                nic.keys().get("ipv6.address"))));
    }

    /** The cards of an instance on managed networks. */
    public List<Card> cards(Owner owner) {
        var cards = new ArrayList<Card>();
        owner.all().forEach(it -> card(it, owner).ifPresent(cards::add));
        return cards;
    }

    /** Refuses a card that names a network that is not there. */
    void require(Device nic) {
        String name = nic.value("network");
        if (shelves.networks().find(name).isEmpty()) {
            throw new Wrong("Failed loading device " + Quoted.of(nic.name()) + ": Failed to load network "
                    + Quoted.of(name) + " for project \"default\": Network not found");
        }
    }
}
