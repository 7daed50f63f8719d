package berth.cli;

import java.io.IOException;

/** {@code berth profile delete}, {@code network delete} and the like. */
final class DeleteObject implements Command {
    private final Kind kind;

    DeleteObject(Kind kind) {
        this.kind = kind;
    }

    @Override
    public int run(Call call) throws IOException {
        for (int i = 0; i < call.count(); i++) {
            call.finish(call.server().delete(kind.path(Subject.name(call, kind, call.word(i)))));
            if (kind != Kind.IMAGE) {
                String noun = Character.toUpperCase(kind.noun().charAt(0))
                        + kind.noun().substring(1);
                call.say(noun + " " + call.name(i) + " deleted");
            }
        }
        return 0;
    }
}
