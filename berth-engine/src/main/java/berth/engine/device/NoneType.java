package berth.engine.device;

/** {@code none}: hides a profile's device of the same name; brings nothing. */
final class NoneType implements DeviceType {
    @Override
    public String name() {
        return "none";
    }

    @Override
    public void check(Device device) {
        new Keys().check(device);
    }
}
