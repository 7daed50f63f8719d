package berth.host.archive;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The content of a compressed file, from a program with limits on its memory and time. Close it: that ends the program. */
final class Decompressed implements AutoCloseable {
    private static final int BUFFER = 256 * 1024;

    private final String what;
    private final InputStream content;
    private final @Nullable Process process;
    private final Thread watch;

    private Decompressed(String what, InputStream content, @Nullable Process process, Thread watch) {
        this.what = what;
        this.content = content;
        this.process = process;
        this.watch = watch;
    }

    static Decompressed open(Path file, ArchiveFormat format, ArchiveLimits limits) {
        if (!format.isTar()) {
            throw new BadArchive(file.getFileName() + " is a " + format.extension() + ", not a tar");
        }
        try {
            if (format.decompressor().isEmpty()) {
                InputStream plain = new BufferedInputStream(Files.newInputStream(file), BUFFER);
                return new Decompressed(
                        format.extension(), plain, null, Thread.ofVirtual().unstarted(() -> {}));
            }
            Process process = Confined.start(format.decompressor(), limits, null, null);
            // Fed by us rather than by a file name, so that no name ever reaches the program.
            Thread.ofVirtual().start(() -> feed(file, process));
            Thread watch = Thread.ofVirtual().start(() -> endAfter(process, limits));
            InputStream content = new BufferedInputStream(process.getInputStream(), BUFFER);
            return new Decompressed(format.decompressor().get(0), content, process, watch);
        } catch (IOException unreadable) {
            throw new BadArchive("cannot read " + file.getFileName() + ": " + unreadable.getMessage(), unreadable);
        }
    }

    InputStream content() {
        return new FilterInputStream(content) {
            @Override
            public void close() {
                // Whoever opened the archive closes it.
            }
        };
    }

    /** Reads what is left, at most so much, and asks the program whether all was well: a broken check sum is only seen here. */
    void finish(long most) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long left = most;
        for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
            left -= n;
            if (left < 0) {
                throw new BadArchive("the archive goes on for more than " + most + " bytes after its end mark");
            }
        }
        verdict();
    }

    /** Why the stream ended too early: in the program's words if it has any. */
    BadArchive endedEarly(String where) {
        try {
            verdict();
        } catch (BadArchive said) {
            return said;
        }
        return new BadArchive("the archive is truncated: it ends " + where);
    }

    private void verdict() {
        if (process == null) {
            return;
        }
        try {
            String said = new String(process.getErrorStream().readNBytes(4096), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new BadArchive(what + " did not end");
            }
            if (process.exitValue() != 0) {
                throw new BadArchive("the archive is damaged: "
                        + (said.isEmpty() ? what + " ended with " + process.exitValue() : said));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BadArchive("interrupted", interrupted);
        } catch (IOException closed) {
            throw new BadArchive(what + " was stopped: it took too long", closed);
        }
    }

    @Override
    public void close() {
        watch.interrupt();
        if (process != null) {
            process.destroyForcibly();
        }
        try {
            content.close();
        } catch (IOException ignored) {
            // Only read from.
        }
    }

    private static void feed(Path file, Process process) {
        try (var stdin = process.getOutputStream()) {
            Files.copy(file, stdin);
        } catch (IOException closedEarly) {
            // It stopped reading; its exit code says why.
        }
    }

    private static void endAfter(Process process, ArchiveLimits limits) {
        try {
            if (!process.waitFor(limits.time().toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }
}
