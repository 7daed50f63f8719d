package berth.client;

import java.io.IOException;

/** Nobody could be reached behind the socket. */
public final class DoorClosed extends IOException {
    private static final long serialVersionUID = 1;

    DoorClosed(String message, IOException cause) {
        super(message, cause);
    }
}
