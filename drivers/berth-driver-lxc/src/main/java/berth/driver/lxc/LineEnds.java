package berth.driver.lxc;

import java.io.IOException;
import java.io.InputStream;

/**
 * Takes back what a terminal with ONLCR does to its output: each carriage return right before a line feed goes. As such a
 * terminal puts one before every line feed, the bytes that were written to it come out again exactly.
 */
final class LineEnds extends InputStream {
    private static final int CHUNK = 16 * 1024;

    private final InputStream processed;
    private final byte[] raw = new byte[CHUNK];
    /** One more, for the carriage return that the chunk before ended with. */
    private final byte[] ready = new byte[CHUNK + 1];

    private int at;
    private int end;
    private boolean held;

    LineEnds(InputStream processed) {
        this.processed = processed;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (at == end) {
            int n = processed.read(raw, 0, CHUNK);
            at = 0;
            end = 0;
            if (n < 0 && !held) {
                return -1;
            }
            decode(Math.max(n, 0));
            if (n < 0) {
                held = false;
                ready[end++] = '\r';
            }
        }
        int n = Math.min(length, end - at);
        System.arraycopy(ready, at, into, offset, n);
        at += n;
        return n;
    }

    private void decode(int n) {
        for (int i = 0; i < n; i++) {
            byte b = raw[i];
            if (held && b != '\n') {
                ready[end++] = '\r';
            }
            held = b == '\r';
            if (!held) {
                ready[end++] = b;
            }
        }
    }

    @Override
    public void close() throws IOException {
        processed.close();
    }
}
