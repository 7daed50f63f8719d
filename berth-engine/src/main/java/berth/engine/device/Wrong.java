package berth.engine.device;

/** What is wrong with a device, without saying with which: the check that walks through the devices adds that. */
final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1;

    Wrong(String why) {
        super(why, null, false, false);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
