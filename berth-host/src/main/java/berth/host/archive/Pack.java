package berth.host.archive;

import berth.host.Program;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** An archive in the making: one tar out of several directories, compressed on its way into a file. */
public final class Pack implements AutoCloseable {
    private static final byte[] END = new byte[1024];
    private static final List<String> TAR = List.of(
            "tar",
            "--create",
            "--file=-",
            "--format=pax",
            "--pax-option=delete=atime,delete=ctime,exthdr.name=%d/PaxHeaders/%f",
            "--sort=name", // the same files give the same bytes
            "--numeric-owner",
            "--sparse",
            "--xattrs",
            "--xattrs-include=*",
            "--xattrs-exclude=trusted.*",
            "--force-local",
            "--no-wildcards",
            "--warning=no-file-ignored",
            "--quoting-style=escape");

    private final Path file;
    private final @Nullable Process compressor;
    private final OutputStream out;
    private final CompletableFuture<Boolean> written;
    private final CompletableFuture<String> complaints;
    private boolean whole;

    /** Packs into a file that is there, over what is in it. */
    public Pack(Path file, Compression compression) throws IOException {
        this.file = file;
        List<String> program = compression.program(file);
        OutputStream into = Files.newOutputStream(file, StandardOpenOption.TRUNCATE_EXISTING);
        if (compression == Compression.SQUASHFS) {
            into.close(); // the program writes here and there in it, and says nothing
        }
        OutputStream to = compression == Compression.SQUASHFS ? OutputStream.nullOutputStream() : into;
        if (program.isEmpty()) {
            compressor = null;
            out = to;
            written = CompletableFuture.completedFuture(true);
            complaints = CompletableFuture.completedFuture("");
        } else {
            Process process = Program.of(program).start();
            compressor = process;
            out = process.getOutputStream();
            written = new CompletableFuture<>();
            complaints = Unpack.text(process.getErrorStream());
            Thread.ofVirtual().start(() -> drain(process, to));
        }
    }

    private void drain(Process process, OutputStream to) {
        try (to;
                InputStream from = process.getInputStream()) {
            from.transferTo(to);
            written.complete(true);
        } catch (IOException failed) {
            process.destroyForcibly();
            written.completeExceptionally(failed);
        }
    }

    /**
     * Adds a file, or a directory with all below it, mounts included.
     *
     * @param top from where names count
     * @param name below it, and in the archive
     */
    public void add(Path top, String name) throws IOException {
        run(List.of("--directory=" + top, "--", name));
    }

    /** Adds a directory with all below it, mounts included, under another name. */
    public void addAs(Path directory, String name) throws IOException {
        String replacement = name.replaceAll("([\\\\&,])", "\\\\$1");
        run(List.of("--transform=s,^\\.," + replacement + ",S", "--directory=" + directory, "--", "."));
    }

    private void run(List<String> what) throws IOException {
        var argv = new ArrayList<>(TAR);
        argv.addAll(what);
        Process process = Program.of(argv).start();
        process.getOutputStream().close();
        CompletableFuture<String> said = Unpack.text(process.getErrorStream());
        try (var in = new BufferedInputStream(process.getInputStream(), 256 * 1024)) {
            var tar = new TarReader(in);
            for (var next = tar.next(); next.isPresent(); next = tar.next()) {
                out.write(tar.headers());
                tar.pass(out);
            }
            in.transferTo(OutputStream.nullOutputStream()); // padding
            int exit = process.waitFor();
            if (exit > 1) { // 1: a file changed while it was read, as a running guest's may
                throw new IOException("tar ended with " + exit + ": " + said.join());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Ends the archive; it is on the disk when this returns. */
    public void end() throws IOException {
        out.write(END);
        out.close();
        try {
            written.join();
            if (compressor != null && compressor.waitFor() != 0) {
                throw new IOException("compressing ended with " + compressor.exitValue() + ": " + complaints.join());
            }
        } catch (CompletionException failed) {
            throw new IOException("cannot write " + file + ": " + failed.getCause(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        whole = true;
    }

    @Override
    public void close() throws IOException {
        if (compressor != null) {
            compressor.destroyForcibly();
        }
        if (!whole) {
            try {
                out.close();
            } catch (IOException brokenPipe) {
                // the failure that led here is told
            }
        }
    }
}
