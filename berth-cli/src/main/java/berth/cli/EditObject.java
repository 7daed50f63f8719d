package berth.cli;

import berth.client.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code berth config edit}, {@code profile edit} and the like: in an editor, or from the input. */
final class EditObject implements Command {
    private final Kind kind;

    EditObject(Kind kind) {
        this.kind = kind;
    }

    @Override
    public int run(Call call) throws IOException {
        boolean server = kind == Kind.INSTANCE && call.count() == 0;
        var edited = server ? Kind.SERVER : kind;
        String name = server ? "" : Subject.name(call, kind, call.word(0));
        if (!call.terminal().ttyIn()) {
            Json typed = checked(edited, YamlText.read(call.terminal().everything()));
            call.finish(call.server().put(edited.path(name), typed, ""));
            return 0;
        }
        var reply = call.server().fetch(edited.path(name));
        String before = "### This is the " + edited.noun() + (name.isEmpty() ? "" : " " + name) + ", as YAML.\n"
                + "### Lines that begin with # do not count. An unchanged text changes nothing.\n"
                + Yaml.write(edited.editable(reply.metadata()));
        String text = before;
        while (true) {
            text = inEditor(call, text);
            if (text.equals(before)) {
                call.say("Nothing was changed");
                return 0;
            }
            try {
                call.finish(call.server().put(edited.path(name), checked(edited, YamlText.read(text)), reply.etag()));
                return 0;
            } catch (IOException wrong) {
                call.warn("Error: " + wrong.getMessage());
                call.warn("Press enter to open the editor again or ctrl+c to abort change");
                if (new BufferedReader(new InputStreamReader(call.terminal().in(), StandardCharsets.UTF_8)).readLine()
                        == null) {
                    throw wrong;
                }
            }
        }
    }

    /** Only what may be changed, and never nothing: an empty text would wipe the object out. */
    static Json checked(Kind kind, Json typed) throws Usage {
        if (typed.fields().isEmpty()) {
            throw new Usage("the text is empty; it would wipe the " + kind.noun() + " out. Nothing was changed");
        }
        var shown = List.of(
                "name",
                "used_by",
                "type",
                "managed",
                "status",
                "locations",
                "driver",
                "created_at",
                "last_used_at",
                "uploaded_at",
                "expanded_config",
                "expanded_devices",
                "status_code",
                "location",
                "project",
                "aliases",
                "architecture",
                "cached",
                "filename",
                "fingerprint",
                "size",
                "update_source");
        for (String key : typed.fields().keySet()) {
            if (!kind.editable().contains(key) && !shown.contains(key)) {
                throw new Usage("unknown key " + key + Nearest.hint(key, kind.editable(), "") + "\nKnown are: "
                        + String.join(", ", kind.editable()));
            }
        }
        return kind.editable(typed);
    }

    private static String inEditor(Call call, String text) throws IOException {
        return new String(Editor.edit(call, text.getBytes(StandardCharsets.UTF_8), ".yaml"), StandardCharsets.UTF_8);
    }
}
