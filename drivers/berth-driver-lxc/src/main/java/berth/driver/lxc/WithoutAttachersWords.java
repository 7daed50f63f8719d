package berth.driver.lxc;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * The standard error of a command, without the line that lxc-attach itself prints there when the command could not be
 * started: that is told otherwise. Everything else passes at once; what begins as that line would is held back until its
 * end shows whose it is.
 */
final class WithoutAttachersWords extends FilterInputStream {
    private static final byte[] BEGINNING = "lxc-attach: ".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST = 4096;

    private final BooleanSupplier notStarted;
    private byte[] held = {};
    private int at;
    private boolean decided;

    /**
     * Over the stream.
     *
     * @param notStarted whether the attacher's log says that the command could not be started; asked at the end
     */
    WithoutAttachersWords(InputStream in, BooleanSupplier notStarted) {
        super(in);
        this.notStarted = notStarted;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!decided) {
            decide();
        }
        if (at < held.length) {
            int n = Math.min(length, held.length - at);
            System.arraycopy(held, at, to, from, n);
            at += n;
            return n;
        }
        return in.read(to, from, length);
    }

    @Override
    public int available() throws IOException {
        return held.length - at + in.available();
    }

    private void decide() throws IOException {
        decided = true;
        var bytes = new byte[MOST];
        int length = 0;
        while (length < MOST && mayBeTheirs(bytes, length)) {
            int n = in.read(bytes, length, MOST - length);
            if (n < 0) {
                if (length >= BEGINNING.length && notStarted.getAsBoolean()) {
                    length = 0;
                }
                break;
            }
            length += n;
        }
        held = java.util.Arrays.copyOf(bytes, length);
    }

    private static boolean mayBeTheirs(byte[] bytes, int length) {
        int n = Math.min(length, BEGINNING.length);
        return java.util.Arrays.equals(bytes, 0, n, BEGINNING, 0, n);
    }
}
