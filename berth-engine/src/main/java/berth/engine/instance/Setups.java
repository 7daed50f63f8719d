package berth.engine.instance;

import berth.engine.device.FitDevices;
import berth.engine.device.FixedAddresses;
import berth.engine.device.NicNetworks;
import berth.engine.device.Owner;
import berth.engine.nix.NixStore;
import berth.model.Instance;
import berth.spi.InstanceSetup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** From an instance's description to all that a driver's start needs. */
public final class Setups {
    private final Instances instances;
    private final Roots roots;
    private final FitDevices devices;
    private final NicNetworks networks;
    private final FixedAddresses addresses;
    private final NixStore nix;

    /** Sets up from those. */
    public Setups(
            Instances instances,
            Roots roots,
            FitDevices devices,
            NicNetworks networks,
            FixedAddresses addresses,
            NixStore nix) {
        this.instances = instances;
        this.roots = roots;
        this.devices = devices;
        this.networks = networks;
        this.addresses = addresses;
        this.nix = nix;
    }

    InstanceSetup setup(Instance instance, Path root) {
        var effective = instances.effective(instance);
        var system = NixStore.of(instance);
        var fittings = new ArrayList<>(devices.fittings(owner(instance)));
        system.ifPresent(_ -> fittings.addAll(nix.fittings(instance.id())));
        return new InstanceSetup(
                Instances.handle(instance),
                root,
                roots.idMap(instance, effective.config()),
                effective.config(),
                instance.architecture(),
                fittings,
                system.map(NixStore::init).orElse(null));
    }

    /** The cards of an instance on managed networks. */
    public List<NicNetworks.Card> cards(Instance instance) {
        return networks.cards(owner(instance));
    }

    /** Its networks forget the name it has; it announces itself at each start. */
    void leaveNetworks(Instance instance) {
        cards(instance).forEach(it -> it.driver().removeHost(it.network(), it.host()));
    }

    /** The instance with the devices that hold for it now. */
    public Owner owner(Instance instance) {
        return new Owner(instance, instances.effective(instance).devices());
    }

    /** What keeps its cards from having another's address. */
    FixedAddresses addresses() {
        return addresses;
    }

    /** The store that it may have its system from. */
    NixStore nix() {
        return nix;
    }

    /** What brings its devices. */
    FitDevices devices() {
        return devices;
    }
}
