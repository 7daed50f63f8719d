package berth.driver.lxc;

import berth.host.Errno;
import berth.host.OwnProgram;
import berth.host.process.MemoryFile;
import berth.host.process.Spawn;
import berth.spi.ExecSetup;
import berth.spi.Execution.Outcome;
import berth.spi.Life;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code berth-attach}, a program of our own (native/berth-attach.c) that does what {@code lxc-attach} does for a container
 * of the usual kind, in a quarter of the time. It is run from a sealed copy in memory that no guest can write.
 *
 * @param program where the copy is
 * @param life the container's PID 1
 * @param groups its control groups
 * @param usual what its configuration says
 */
record OwnAttach(String program, Life life, Groups groups, UsualConf usual) implements Attacher {
    private static final String NAME = "berth-attach";
    private static final int NOT_STARTED_CODE = 125;
    private static final int NOT_FOUND_CODE = 127;
    private static final String NOT_EXECUTED = "exec ";
    private static final String NO_SUCH_FILE = "exec " + Errno.ENOENT;

    /**
     * A copy of the program in memory, for as long as the daemon lives; empty where it must not be used: it was not built,
     * is written for another machine, or a security module of the kernel has a say that it does not know of.
     */
    static Optional<MemoryFile> copy() {
        if (!System.getProperty("os.arch", "").equals("amd64") || HostFacts.hasSecurityModule()) {
            return Optional.empty();
        }
        return OwnProgram.find(NAME).flatMap(OwnAttach::sealed);
    }

    private static Optional<MemoryFile> sealed(Path program) {
        try {
            return Optional.of(MemoryFile.sealedProgram(NAME, Files.readAllBytes(program)));
        } catch (IOException | Errno unusable) {
            return Optional.empty();
        }
    }

    @Override
    public Spawn spawn(ExecSetup setup, MemoryFile log) {
        var words = new ArrayList<>(List.of(
                program,
                "say=" + log.path(),
                "pid=" + life.pid(),
                "start=" + life.startTicks(),
                "root=" + usual.root(),
                "rootgroup=" + usual.rootGroup(),
                "uid=" + setup.user(),
                "gid=" + setup.group(),
                "directory=" + setup.directory()));
        groups.payload().legacyDirectories().forEach(it -> words.add("group=" + it));
        groups.payload().unifiedDirectory().ifPresent(it -> words.add("unified=" + it));
        environment(setup).forEach((name, value) -> words.add("env=" + name + "=" + value));
        words.add("--");
        words.addAll(setup.command());
        return Spawn.of(words).in(Path.of("/"));
    }

    /** As lxc-attach has it: its own variable, those of the configuration, those of the command; the later one wins. */
    private Map<String, String> environment(ExecSetup setup) {
        var all = new LinkedHashMap<String, String>();
        all.put("container", "lxc");
        all.putAll(usual.environment());
        all.putAll(setup.environment());
        return all;
    }

    @Override
    public InputStream errors(InputStream raw, MemoryFile log) {
        return raw;
    }

    @Override
    public Outcome outcome(int code, String said) {
        if (code < NOT_STARTED_CODE || code > NOT_FOUND_CODE || said.isEmpty()) {
            return Outcome.RAN;
        }
        if (!said.startsWith(NOT_EXECUTED)) {
            return Outcome.FAILED;
        }
        return said.strip().equals(NO_SUCH_FILE) ? Outcome.COMMAND_NOT_FOUND : Outcome.NOT_EXECUTABLE;
    }
}
