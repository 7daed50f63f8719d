package berth.spi;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * A command that runs inside. Reading is done by one platform thread per stream at most; closing kills nothing.
 *
 * <p>With a terminal, {@link #output} carries everything and {@link #errors} is at its end at once.
 */
public interface Execution extends AutoCloseable {
    /** Process id on the host. */
    long pid();

    /** Where its input is written; closing it is end of file (without a terminal). */
    OutputStream input();

    /** Its standard output, or the terminal. */
    InputStream output();

    /** Its standard error. */
    InputStream errors();

    /** Tells the terminal its size. No-op without a terminal. */
    void resize(int columns, int rows);

    /** Sends a signal to the command. */
    void signal(int number);

    /** Blocks until the command has ended: its exit code, 128+n after signal n. */
    int await() throws InterruptedException;

    /** Why the command could not be started at all, known once {@link #await} has returned. */
    Outcome outcome();

    @Override
    void close();

    /** How starting went. */
    enum Outcome {
        RAN,
        COMMAND_NOT_FOUND,
        NOT_EXECUTABLE,
        FAILED
    }
}
