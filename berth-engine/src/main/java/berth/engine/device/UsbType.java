package berth.engine.device;

import berth.host.file.UsbNodes;
import berth.model.Quoted;
import berth.model.Refused;
import berth.spi.Fitting;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code usb} and {@code unix-hotplug}: the nodes of the host's USB devices with given numbers of maker and product, those
 * that are there when the guest starts or the device is put in.
 *
 * @param raw whether the devices themselves ({@code /dev/bus/usb}), not what drivers of the host have made of them
 */
record UsbType(boolean raw) implements DeviceType {
    private static final Keys KEYS = new Keys()
            .with(Value.HEX, "vendorid", "productid")
            .with(Value.ID, "uid", "gid")
            .with("mode", Value.MODE)
            .with("required", Value.BOOL);

    @Override
    public String name() {
        return raw ? "usb" : "unix-hotplug";
    }

    @Override
    public void check(Device device) {
        KEYS.check(device);
        if (!raw && !device.has("vendorid") && !device.has("productid")) {
            throw new Wrong("Unix hotplug devices require a vendorid or a productid");
        }
    }

    private List<UsbNodes.Found> found(Device device) {
        return (raw ? UsbNodes.raw() : UsbNodes.ofDrivers())
                .stream()
                        .filter(it -> !device.has("vendorid")
                                || device.value("vendorid").equals(it.vendor()))
                        .filter(it -> !device.has("productid")
                                || device.value("productid").equals(it.product()))
                        .toList();
    }

    @Override
    public List<Fitting> fittings(Device device, Owner owner) {
        List<UsbNodes.Found> found = found(device);
        if (found.isEmpty() && device.isTrue("required", false)) {
            throw Refused.invalid("Failed to start device " + Quoted.of(device.name()) + ": Required "
                    + (raw ? "USB" : "Unix hotplug") + " device not found");
        }
        var fittings = new ArrayList<Fitting>();
        for (UsbNodes.Found it : found) {
            fittings.add(new Fitting.Node(
                    device.name() + it.node(),
                    it.node(),
                    it.numbers().block(),
                    it.numbers().major(),
                    it.numbers().minor(),
                    device.has("uid") ? Long.parseLong(device.value("uid")) : 0,
                    device.has("gid") ? Long.parseLong(device.value("gid")) : 0,
                    device.has("mode") ? Integer.parseInt(device.value("mode"), 8) : 0660));
        }
        return fittings;
    }
}
