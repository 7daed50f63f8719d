package berth.cli;

import java.io.IOException;

/** What one entry of the table does. */
interface Command {
    /**
     * Does it, and returns the exit code.
     *
     * @throws berth.client.ServerError when the server refuses; told by {@link Main}, exit 1
     * @throws Usage when the arguments make no sense together; told by {@link Main}, exit 1
     */
    int run(Call call) throws IOException;
}
