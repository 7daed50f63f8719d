package berth.rest;

import berth.engine.instance.ExecInstance;
import berth.rest.http.HttpRefused;
import berth.spi.ExecSetup;
import berth.wire.InstanceExecPost;
import java.util.LinkedHashMap;
import java.util.Map;

/** Commands to run, from LXD's words. */
final class ExecTranslation {
    private static final long LARGEST_ID = 0xFFFF_FFFEL;

    private ExecTranslation() {}

    static ExecInstance.Wanted toWanted(InstanceExecPost body) {
        var command = Given.list(body.command());
        if (command.isEmpty()) {
            throw new HttpRefused(400, "The command is empty");
        }
        id(body.user(), "user");
        id(body.group(), "group");
        return new ExecInstance.Wanted(
                command,
                Given.keys(body.environment()),
                body.user(),
                body.group(),
                Given.text(body.cwd()),
                body.interactive() && body.waitForWebsocket(),
                Math.clamp(body.width(), 0, 65_535),
                Math.clamp(body.height(), 0, 65_535));
    }

    /** What everybody may know of a command under way. */
    static Map<String, Object> metadata(ExecSetup setup) {
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("command", setup.command());
        metadata.put("environment", setup.environment());
        metadata.put("interactive", setup.terminal());
        return metadata;
    }

    private static void id(long id, String what) {
        if (id < 0 || id > LARGEST_ID) {
            throw new HttpRefused(400, "Invalid JSON: \"" + what + "\" must be from 0 to " + LARGEST_ID);
        }
    }
}
