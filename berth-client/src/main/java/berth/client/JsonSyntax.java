package berth.client;

import java.io.IOException;

/** A text that should have been JSON and is not. */
public final class JsonSyntax extends IOException {
    private static final long serialVersionUID = 1;

    JsonSyntax(String what, int position) {
        super("not JSON: " + what + " at character " + position);
    }
}
