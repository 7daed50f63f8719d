package berth.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Copies a file's content and, once that takes longer than a second, tells how far it is. */
final class Transfer {
    private static final long SHORT = 1_000_000_000L;

    private final Progress progress;

    /** A transfer of something, as {@code Pushing site/page}. */
    Transfer(Call call, String what) {
        this.progress = new Progress(call, what);
    }

    /** Copies all there is. */
    void copy(InputStream from, OutputStream into) throws IOException {
        long began = System.nanoTime();
        var buffer = new byte[128 * 1024];
        long done = 0;
        try {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                into.write(buffer, 0, n);
                done += n;
                if (System.nanoTime() - began > SHORT) {
                    progress.show(Units.decimal(done));
                }
            }
        } finally {
            progress.clear();
        }
    }
}
