package berth.cli;

import berth.client.Json;
import java.io.IOException;

/** {@code berth detach}: lets objects go from their site; they stay as they are. */
final class DetachObject implements Command {
    @Override
    public int run(Call call) throws IOException {
        Json detached = call.server()
                .post(Sites.path(call) + "/detach", Json.object().with("objects", Json.of(call.words(0))))
                .metadata();
        for (String object : detached.at("objects").texts()) {
            call.say(object + " is no site's any more. Take it out of the file, or the next apply asks whose it is.");
        }
        return 0;
    }
}
