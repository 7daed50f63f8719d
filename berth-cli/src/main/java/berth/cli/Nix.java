package berth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads sites that are written in Nix: {@code nix-instantiate} evaluates a file without a store, and what comes of it goes
 * to the daemon as a text that needs no Nix any more. The file may be a stranger's. It sees its own folder and the host's
 * programs, by bubblewrap and by Nix's own restriction both; no network, no builds, none of root's rights; its time, memory
 * and output have limits.
 */
final class Nix {
    private static final int MOST_OUTPUT = 4 << 20;
    private static final int MOST_ERRORS = 64 << 10;
    private static final int SECONDS = 20;
    private static final long MEMORY = 2L << 30;
    private static final List<String> PLACES = List.of(
            "/usr/bin", "/bin", "/usr/local/bin", "/run/current-system/sw/bin", "/nix/var/nix/profiles/default/bin");
    private static final List<String> SHARED = List.of("/", "/usr", "/proc", "/sys", "/dev", "/nix", "/run", "/etc");

    private final Map<String, String> installed;

    /** @param installed the programs that are used, by name, with their paths where they are not where they usually are */
    Nix(Map<String, String> installed) {
        this.installed = installed;
    }

    /** Whether a file is to be read by this. */
    static boolean isNix(Path file) {
        return file.toString().endsWith(".nix");
    }

    /** What the file says, as the daemon reads it. */
    String read(Path file) throws IOException {
        Path real = file.toRealPath();
        Path folder = real.getParent();
        if (folder == null || SHARED.contains(folder.toString())) {
            throw new Usage(file + ": put it into a folder of its own, for Nix may read all of the folder");
        }
        String nix = program("nix-instantiate");
        if (nix.isEmpty()) {
            throw new Usage(file + " is written in Nix, and there is no nix-instantiate here to evaluate it: install it"
                    + " (Debian: apt-get install nix-bin), or write the site as YAML or JSON");
        }
        String walk = text("walk.nix");
        var command = new ArrayList<String>();
        if (!program("bwrap").isEmpty()) {
            command.addAll(confined(program("bwrap"), nix, folder));
        } else if (root()) {
            throw new Usage("bwrap is missing: as root, files in Nix are only evaluated confined by it;"
                    + " install the package bubblewrap");
        }
        if (!program("prlimit").isEmpty()) {
            command.addAll(List.of(
                    program("prlimit"),
                    "--as=" + MEMORY,
                    "--cpu=" + SECONDS,
                    "--fsize=0",
                    "--core=0",
                    "--nofile=256",
                    "--"));
        }
        command.addAll(List.of(nix, "--eval", "--strict", "--json", "--store", "dummy://"));
        command.addAll(
                List.of("--option", "restrict-eval", "true", "--option", "allow-import-from-derivation", "false"));
        command.addAll(List.of("-I", "site=" + folder, "-E", walk, "--argstr", "file", real.toString()));
        return run(command, file);
    }

    /** Nothing but programs and the folder, nobody's rights, and no way out. */
    private static List<String> confined(String bwrap, String nix, Path folder) throws IOException {
        var argv = new ArrayList<>(List.of(bwrap, "--unshare-all", "--new-session", "--die-with-parent"));
        argv.addAll(
                List.of("--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--hostname", "nix", "--clearenv"));
        argv.addAll(List.of("--setenv", "HOME", "/homeless", "--setenv", "LC_ALL", "C.UTF-8"));
        argv.addAll(List.of("--setenv", "NIX_CONF_DIR", "/homeless", "--setenv", "PATH", "/usr/bin:/bin"));
        argv.addAll(List.of("--dir", "/homeless", "--ro-bind", "/usr", "/usr"));
        for (String name : List.of("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")) {
            Path path = Path.of(name);
            if (Files.isSymbolicLink(path)) {
                argv.addAll(List.of("--symlink", Files.readSymbolicLink(path).toString(), name));
            } else {
                argv.addAll(List.of("--ro-bind-try", name, name));
            }
        }
        argv.addAll(
                List.of("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache", "--dev", "/dev", "--proc", "/proc"));
        if (Path.of(nix).toRealPath().startsWith("/nix")) {
            argv.addAll(List.of("--ro-bind", "/nix/store", "/nix/store"));
        }
        argv.addAll(List.of("--ro-bind", folder.toString(), folder.toString()));
        argv.addAll(List.of("--remount-ro", "/", "--chdir", folder.toString(), "--"));
        return argv;
    }

    private static String run(List<String> command, Path file) throws IOException {
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("NIX_"));
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            var said = kept(process.getInputStream(), MOST_OUTPUT, process);
            var complaints = kept(process.getErrorStream(), MOST_ERRORS, null);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new Usage(file + ": not evaluated after " + SECONDS + " seconds; does it ever end?");
            }
            byte[] output = said.join();
            if (output.length > MOST_OUTPUT) {
                throw new Usage(file + ": says more than " + (MOST_OUTPUT >> 20) + " MiB");
            }
            String complaint = new String(complaints.join(), UTF_8);
            if (process.exitValue() != 0) {
                throw new Usage(file + ": " + why(complaint, process.exitValue()));
            }
            return new String(output, UTF_8);
        } catch (InterruptedException _) {
            throw new IOException("interrupted while " + file + " was evaluated");
        } catch (CompletionException failed) {
            throw new IOException("cannot evaluate " + file + ": " + failed.getCause(), failed);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Its first bytes, one more than the limit if there are more; whoever says too much is ended where that is asked for. */
    private static CompletableFuture<byte[]> kept(InputStream stream, int limit, @Nullable Process ended) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        byte[] bytes = stream.readNBytes(limit + 1);
                        if (bytes.length > limit && ended != null) {
                            ended.descendants().forEach(ProcessHandle::destroyForcibly);
                            ended.toHandle().destroyForcibly();
                        } else {
                            stream.transferTo(OutputStream.nullOutputStream());
                        }
                        return bytes;
                    } catch (IOException gone) {
                        throw new UncheckedIOException(gone);
                    }
                },
                command -> Thread.ofVirtual().start(command));
    }

    /** What Nix says of a failure. */
    private static String why(String complaint, int code) {
        String shown = shown(complaint.lines())
                .map(String::stripTrailing)
                .filter(it -> !it.isEmpty())
                .limit(20)
                .collect(Collectors.joining("\n"));
        if (shown.isEmpty()) {
            return "nix-instantiate ended with " + code + " and said nothing; it has " + SECONDS
                    + " seconds of processor time and " + (MEMORY >> 30) + " GiB of memory";
        }
        return shown.startsWith("error: ") ? shown.substring(7) : shown;
    }

    /** What Nix says as a terminal can show it, without what is about Nix's own set-up. */
    static Stream<String> shown(Stream<String> lines) {
        return lines.map(it -> it.replaceAll("\u001b\\[[0-9;]*m", ""))
                .filter(it -> !it.startsWith("warning: ") && !it.startsWith("(use '--show-trace'"))
                .map(it -> it.replaceAll("\\p{Cntrl}", " "));
    }

    static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** The path of a program of Nix; empty where it is not installed. */
    String program(String name) {
        if (installed.containsKey(name)) {
            return installed.get(name);
        }
        for (String place : PLACES) {
            Path path = Path.of(place, name);
            if (Files.isExecutable(path)) {
                return path.toString();
            }
        }
        return "";
    }

    static String text(String resource) throws IOException {
        try (InputStream stream = Nix.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IOException(resource + " is not part of this program");
            }
            return new String(stream.readAllBytes(), UTF_8);
        }
    }
}
