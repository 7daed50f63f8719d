package berth.cli;

import java.io.ByteArrayOutputStream;

/** Looks for ctrl+a q among the keys that are typed. Ctrl+a is held back until the next key says what it is. */
final class DetachKey {
    private static final int CTRL_A = 1;
    private boolean held;
    private boolean typed;

    /** Whether ctrl+a q was typed. */
    boolean typed() {
        return typed;
    }

    /** What is to be passed on of these keys; nothing of what comes after ctrl+a q. */
    byte[] passOn(byte[] keys, int length) {
        var passed = new ByteArrayOutputStream();
        for (int i = 0; i < length && !typed; i++) {
            if (held && keys[i] == 'q') {
                typed = true;
            } else if (!held && keys[i] == CTRL_A) {
                held = true;
            } else {
                if (held) {
                    passed.write(CTRL_A);
                }
                held = false;
                passed.write(keys[i]);
            }
        }
        return passed.toByteArray();
    }
}
