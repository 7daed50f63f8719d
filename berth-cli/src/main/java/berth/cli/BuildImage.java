package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.util.List;

/** {@code berth image build}: the daemon makes an image from a distribution's own packages. */
final class BuildImage implements Command {
    static final List<Flag> FLAGS = List.of(
            Flag.one("alias", '\0', "ALIAS", "its name (default: as the distribution is given)"),
            Flag.one("variant", '\0', "VARIANT", "which set of packages (default: minbase)"),
            Flag.on("split", '\0', "keep metadata and root file system apart"));

    @Override
    public int run(Call call) throws IOException {
        String what = call.name(0);
        String[] parts = what.split("/", -1);
        if (parts.length < 2 || parts.length > 3 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw new Usage("\"" + what + "\" names no distribution and release, as debian/12 does");
        }
        String variant = parts.length == 3 ? parts[2] : call.option("variant", "minbase");
        Json body = Json.object()
                .with("distribution", parts[0])
                .with("release", parts[1])
                .with("variant", variant)
                .with("alias", call.option("alias", what))
                .with("split", Json.of(call.has("split")));
        Json ended = Following.run(call, "Building " + what, () -> call.server().post("/1.0/berth/images/build", body));
        String fingerprint = ended.at("metadata").text("fingerprint");
        call.print("Image built" + (fingerprint.isEmpty() ? "" : " with fingerprint: " + fingerprint));
        return 0;
    }
}
