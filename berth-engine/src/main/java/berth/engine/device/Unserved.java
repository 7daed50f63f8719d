package berth.engine.device;

import berth.model.Problem;
import berth.model.Refused;
import berth.spi.Fitting;
import java.util.List;
import java.util.function.Consumer;

/**
 * A type whose devices are checked as LXD does and can be kept in a description, but that no guest gets yet: its start is
 * refused with the reason.
 *
 * @param keys what one may say
 * @param more what else is checked of it
 * @param why the reason, for people
 */
record Unserved(String name, Keys keys, Consumer<Device> more, String why) implements DeviceType {
    /** {@code gpu}. */
    static DeviceType gpu() {
        var keys = new Keys()
                .with("gputype", Value.oneOf("physical", "mdev", "mig", "sriov"))
                .with(Value.HEX, "vendorid", "productid")
                .with(Value.TEXT, "id", "pci", "mdev", "mig.gi", "mig.ci", "mig.uuid")
                .with(Value.ID, "uid", "gid")
                .with("mode", Value.MODE);
        return new Unserved("gpu", keys, Unserved::checkGpu, "GPUs are not given to containers yet");
    }

    private static void checkGpu(Device gpu) {
        switch (gpu.value("gputype")) {
            case "mdev", "sriov" -> throw new Wrong("Unsupported device type");
            case "mig" -> {
                if (!gpu.has("mig.uuid") && !(gpu.has("mig.gi") && gpu.has("mig.ci"))) {
                    throw new Wrong("Either \"mig.uuid\" or both \"mig.gi\" and \"mig.ci\" must be set");
                }
            }
            default -> {}
        }
        for (String chosen : List.of("pci", "id")) {
            for (String other : List.of("id", "vendorid", "productid")) {
                if (!other.equals(chosen) && gpu.has(chosen) && gpu.has(other)) {
                    throw new Wrong("Cannot use \"" + other + "\" when when \"" + chosen + "\" is set");
                }
            }
        }
    }

    /** {@code infiniband}. */
    static DeviceType infiniband() {
        var keys = new Keys()
                .with("nictype", Value.TEXT)
                .need("parent", Value.INTERFACE)
                .with("name", Value.INTERFACE)
                .with("hwaddr", Value.TEXT)
                .with("mtu", Value.UINT32);
        return new Unserved(
                "infiniband",
                keys,
                device -> {
                    if (!List.of("physical", "sriov").contains(device.value("nictype"))) {
                        throw new Wrong("Failed loading device \"" + device.name() + "\": Unsupported device type");
                    }
                },
                "infiniband cards are not given to containers yet");
    }

    /** {@code tpm}. */
    static DeviceType tpm() {
        var keys = new Keys().with(Value.IN_DEV, "path", "pathrm");
        return new Unserved(
                "tpm",
                keys,
                device -> {
                    for (String key : List.of("path", "pathrm")) {
                        if (!device.has(key)) {
                            throw new Wrong("Failed to validate config: Invalid value for device option \"" + key
                                    + "\": Required value");
                        }
                    }
                },
                "a TPM of its own needs swtpm, which is not driven yet");
    }

    /** {@code pci}: for virtual machines only. */
    static DeviceType pci() {
        return new Unserved(
                "pci",
                new Keys().with("address", Value.TEXT),
                _ -> {
                    throw new Wrong("Unsupported device type");
                },
                "PCI devices are for virtual machines");
    }

    @Override
    public void check(Device device) {
        keys.check(device);
        more.accept(device);
    }

    @Override
    public void checkPresence(Device device) {
        throw new Refused(new Problem.Unsupported("Failed to start device \"" + device.name() + "\": " + why));
    }

    @Override
    public List<Fitting> fittings(Device device, Owner owner) {
        checkPresence(device);
        return List.of();
    }

    @Override
    public List<Fitting> known(Device device, Owner owner) {
        return List.of();
    }
}
