package berth.cli;

import berth.client.Body;
import java.io.IOException;
import java.util.Arrays;

/** {@code berth file edit}: in an editor, or from the input. */
final class EditFile implements Command {
    private static final int LARGEST = 64 << 20;

    @Override
    public int run(Call call) throws IOException {
        var file = GuestPath.of(call.word(0)).followed(call);
        if (!call.terminal().ttyIn()) {
            file.get(call).close(); // an edit makes no new file
            file.put(
                    call,
                    "file",
                    GuestPath.Wish.NONE,
                    PushFiles.streamed(call, call.terminal().in()));
            return 0;
        }
        byte[] before;
        try (var there = file.get(call)) {
            if (!there.headers().text("x-lxd-type").equals("file")) {
                throw new Usage(file + " is no plain file");
            }
            before = there.body().readNBytes(LARGEST + 1);
            if (before.length > LARGEST) {
                throw new Usage(file + " is larger than 64 MiB: pull and push it instead");
            }
        }
        String name = file.name();
        byte[] after = Editor.edit(call, before, name.indexOf('.') > 0 ? name.substring(name.lastIndexOf('.')) : "");
        if (Arrays.equals(before, after)) {
            call.say("Nothing was changed");
        } else {
            file.put(call, "file", GuestPath.Wish.NONE, Body.of(after));
        }
        return 0;
    }
}
