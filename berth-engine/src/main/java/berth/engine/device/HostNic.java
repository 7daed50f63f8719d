package berth.engine.device;

import berth.model.Effective;
import berth.spi.Fitting;
import java.nio.file.Path;
import java.util.List;

/** No card, but the host's own network, as it is: LXD does not have it. */
final class HostNic implements DeviceType {
    private static final Keys KEYS = new Keys().with("nictype", Value.TEXT);

    @Override
    public String name() {
        return "nic host";
    }

    @Override
    public void check(Device nic) {
        KEYS.check(nic);
    }

    @Override
    public void check(Device nic, Effective instance) {
        Device.all(instance.devices()).stream()
                .filter(it -> it.is("nic") && !it.name().equals(nic.name()))
                .findFirst()
                .ifPresent(other -> {
                    throw new Wrong("An instance on the host's own network has no other network cards, and this has \""
                            + other.name() + "\"");
                });
    }

    @Override
    public List<Fitting> fittings(Device nic, Owner owner) {
        // Interfaces are seen in sysfs, and a guest on a network that is not its own may not mount one.
        return List.of(
                new Fitting.HostNetwork(nic.name()),
                new Fitting.Mount(
                        nic.name(), Path.of("/sys"), "/sys", true, false, false, false, Fitting.Propagation.PRIVATE));
    }

    @Override
    public boolean hotPlugs() {
        return false;
    }
}
