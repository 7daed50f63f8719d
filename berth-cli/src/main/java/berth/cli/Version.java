package berth.cli;

import java.io.IOException;

/** {@code berth version}: both ends' versions. */
final class Version implements Command {
    /** The version of this command. */
    static String own() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "unpacked" : version;
    }

    @Override
    public int run(Call call) throws IOException {
        call.print("Client version: " + own());
        String server;
        try {
            var environment = call.server().get("/1.0").at("environment");
            String name = environment.text("server");
            server = environment.text("server_version") + (name.isEmpty() ? "" : " (" + name + ")");
        } catch (IOException unreachable) {
            server = "unreachable";
        }
        call.print("Server version: " + server);
        return 0;
    }
}
