package berth.host.archive;

import berth.host.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts a program that handles a stranger's data where it can harm nothing, by bubblewrap: it sees the host's programs
 * and libraries, read-only, one file, one directory that it may write to, and nothing else; no network, no other process;
 * of root's capabilities only those that make files; limits on memory, processor time and file size.
 *
 * <p>Why not by system calls of our own: namespaces and the capability bound belong to threads, and the Java machine may
 * at any time start a thread of its own from ours.
 */
final class Confined {
    /** Where the program finds the directory that it may write to. */
    static final String TARGET = "/target";
    /** Where the program finds the file that it may read. */
    static final String ARCHIVE = "/archive";

    private static final List<String> CAPABILITIES =
            List.of("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_MKNOD", "CAP_SETFCAP");

    private Confined() {}

    /**
     * Starts the program. It dies with the process that is returned, though not at the same moment: see {@link #end}.
     *
     * @param readable what it finds at {@link #ARCHIVE}, or null
     * @param writable what it finds at {@link #TARGET}, or null
     */
    static Process start(List<String> program, ArchiveLimits limits, @Nullable Path readable, @Nullable Path writable) {
        if (Program.find("bwrap").isEmpty()) {
            throw new IllegalStateException(
                    "bwrap is missing: images are only unpacked confined by it;" + " install the package bubblewrap");
        }
        var argv = new ArrayList<>(List.of(
                "bwrap",
                "--unshare-ipc",
                "--unshare-pid",
                "--unshare-net",
                "--unshare-uts",
                "--new-session",
                "--die-with-parent",
                "--cap-drop",
                "ALL"));
        for (String capability : CAPABILITIES) {
            argv.addAll(List.of("--cap-add", capability));
        }
        argv.addAll(List.of("--ro-bind", "/usr", "/usr"));
        for (String name : List.of("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")) {
            programs(argv, Path.of(name));
        }
        argv.addAll(List.of("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache", "--dev", "/dev"));
        if (readable != null) {
            argv.addAll(List.of("--ro-bind", readable.toString(), ARCHIVE));
        }
        if (writable != null) {
            argv.addAll(List.of("--bind", writable.toString(), TARGET));
        }
        argv.addAll(List.of("--chdir", "/", "--", "prlimit"));
        argv.add("--as=" + limits.memoryBytes());
        argv.add("--cpu=" + limits.time().toSeconds());
        argv.add("--fsize=" + limits.apparentBytes());
        argv.addAll(List.of("--core=0", "--"));
        argv.addAll(program);
        return Program.of(argv).start();
    }

    /**
     * Ends the program if it still runs, and returns when nothing of it can write any more. What was started is only
     * bubblewrap's outer half, which takes the inner one along by a signal; that one is the first process of the
     * program's pid namespace, and the kernel lets it end as the last one there (pid_namespaces(7)).
     */
    static void end(Process process) {
        List<ProcessHandle> inside = process.children().toList();
        process.destroyForcibly();
        inside.forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
        inside.forEach(it -> it.onExit().join());
    }

    /** A directory of programs or libraries, as it is on this host: a link into /usr, or a directory, or absent. */
    private static void programs(List<String> argv, Path path) {
        try {
            if (Files.isSymbolicLink(path)) {
                argv.addAll(List.of("--symlink", Files.readSymbolicLink(path).toString(), path.toString()));
            } else if (Files.isDirectory(path)) {
                argv.addAll(List.of("--ro-bind", path.toString(), path.toString()));
            }
        } catch (IOException vanished) {
            throw new IllegalStateException("cannot read " + path, vanished);
        }
    }
}
