package berth.cli;

import java.io.IOException;

/** The command line itself is wrong. */
final class Usage extends IOException {
    private static final long serialVersionUID = 1;

    Usage(String message) {
        super(message);
    }
}
