package berth.cli;

import java.io.IOException;

/** {@code berth file delete}. */
final class DeleteFiles implements Command {
    @Override
    public int run(Call call) throws IOException {
        for (String word : call.words(0)) {
            GuestPath.of(word).delete(call);
        }
        return 0;
    }
}
