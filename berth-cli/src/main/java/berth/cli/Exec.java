package berth.cli;

import berth.client.Json;
import berth.client.Reply;
import berth.client.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code berth exec} and {@code berth shell}: runs a command in an instance and exits as it does. */
final class Exec implements Command {
    static final List<Flag> FLAGS = List.of(
            Flag.many("env", '\0', "KEY=VALUE", "a variable of its environment"),
            Flag.one("cwd", '\0', "DIR", "where it starts (default: the home of root)"),
            Flag.one("user", '\0', "UID", "the user id it runs as (default: 0)"),
            Flag.one("group", '\0', "GID", "the group id it runs as (default: 0)"),
            Flag.one("mode", '\0', "MODE", "auto, interactive or non-interactive (default: auto)"),
            Flag.on("force-interactive", 't', "give it a terminal"),
            Flag.on("force-noninteractive", 'T', "give it pipes"),
            Flag.on("disable-stdin", 'n', "let it read from /dev/null"),
            Flag.on("detachable", '\0', "let the daemon hold it: ctrl+a q leaves it, berth attach comes back"),
            Flag.on("one-writer", '\0', "with --detachable: only the last who attached may type"));

    private final List<String> fixed;

    /** Runs what the arguments say, or a fixed command if one is given. */
    Exec(List<String> fixed) {
        this.fixed = fixed;
    }

    @Override
    public int run(Call call) throws IOException {
        var terminal = call.terminal();
        boolean detachable = call.has("detachable");
        boolean interactive = detachable || interactive(call);
        var command = fixed.isEmpty() ? call.words(1) : fixed;
        Json environment = Json.object();
        if (!terminal.env("TERM").isEmpty()) {
            environment = environment.with("TERM", terminal.env("TERM"));
        }
        for (String pair : call.all("env")) {
            int equals = pair.indexOf('=');
            environment = environment.with(
                    equals < 0 ? pair : pair.substring(0, equals),
                    equals < 0 ? terminal.env(pair) : pair.substring(equals + 1));
        }
        var tty = new Tty(terminal);
        var size = interactive && terminal.ttyOut() ? tty.size() : new Tty.Size(0, 0);
        Json body = Json.object()
                .with("command", Json.of(new ArrayList<>(command)))
                .with("wait-for-websocket", Json.of(true))
                .with("interactive", Json.of(interactive))
                .with("environment", environment)
                .with("width", Json.of(size.columns()))
                .with("height", Json.of(size.rows()))
                .with("record-output", Json.of(false))
                .with("user", Json.of(id(call, "user")))
                .with("group", Json.of(id(call, "group")))
                .with("cwd", call.option("cwd", ""));
        if (detachable) {
            String id = Attachment.begin(call, body, call.has("one-writer"));
            if (!terminal.ttyIn()) {
                call.print(id); // nobody is there to look: it goes on by itself
                return 0;
            }
            return new Attachment(call, id, true).run();
        }
        Reply reply = call.server().post(Server.path("instances", call.name(0), "exec"), body);
        if (interactive && terminal.ttyIn()) {
            tty.raw();
        }
        try {
            var session = new ExecSession(call, reply, interactive, tty);
            return session.run();
        } finally {
            tty.restore();
        }
    }

    private static long id(Call call, String option) throws Usage {
        long id = call.number(option, 0);
        if (id < 0 || id > 0xffffffffL) {
            throw new Usage("--" + option + " is out of range: " + id);
        }
        return id;
    }

    private static boolean interactive(Call call) throws Usage {
        String mode = call.option("mode", "auto");
        if (call.has("force-interactive") && call.has("force-noninteractive")) {
            throw new Usage("-t and -T exclude each other");
        }
        if ((call.has("force-interactive") || call.has("force-noninteractive")) && !mode.equals("auto")) {
            throw new Usage("-t and -T exclude --mode");
        }
        if (call.has("force-interactive") || mode.equals("interactive")) {
            return true;
        }
        if (call.has("force-noninteractive") || mode.equals("non-interactive")) {
            return false;
        }
        if (!mode.equals("auto")) {
            throw new Usage("--mode wants auto, interactive or non-interactive, not \"" + mode + "\"");
        }
        return call.terminal().ttyIn() && call.terminal().ttyOut() && !call.has("disable-stdin");
    }
}
