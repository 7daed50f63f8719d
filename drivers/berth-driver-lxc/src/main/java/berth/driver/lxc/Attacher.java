package berth.driver.lxc;

import berth.host.process.MemoryFile;
import berth.host.process.Spawn;
import berth.spi.ExecSetup;
import berth.spi.Execution;
import java.io.InputStream;

/**
 * A program that takes a command into a container: it stays outside, hands on the exit code, and its child in the
 * container's pid namespace is the command.
 */
interface Attacher {
    /**
     * The program, to be started on what the setup asks for.
     *
     * @param log where it says why it could not start the command; stays empty when it could
     */
    Spawn spawn(ExecSetup setup, MemoryFile log);

    /** The command's own words out of what comes from the standard error. */
    InputStream errors(InputStream raw, MemoryFile log);

    /**
     * How starting went.
     *
     * @param code the program's exit code
     * @param said what is in the log
     */
    Execution.Outcome outcome(int code, String said);
}
