package berth.daemon;

import java.util.logging.LogManager;

/** Logging that goes on to the very end: the JDK's own closes every log as soon as a shutdown begins. */
public final class LastingLogs extends LogManager {
    @Override
    public void reset() {
        // nothing: our handlers hold nothing that must be closed
    }
}
