package berth.tests.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What most tests stand on: the pool {@code p0}, the network {@code n0}, and an image whose guests boot at once. */
public final class Ground {
    private Ground() {}

    /** Puts it there, the image under the alias {@code bb} and both in the default profile; the image's fingerprint. */
    public static String lay(Daemon daemon) {
        var api = daemon.api();
        api.done("POST", "/1.0/storage-pools", "{\"name\":\"p0\",\"driver\":\"dir\"}");
        api.done(
                "POST",
                "/1.0/networks",
                "{\"name\":\"n0\",\"config\":{\"ipv4.address\":\"10.77.0.1/24\",\"ipv6.address\":\"none\"}}");
        api.done(
                "PUT",
                "/1.0/profiles/default",
                "{\"devices\":{\"root\":{\"type\":\"disk\",\"path\":\"/\",\"pool\":\"p0\"},\"eth0\":{\"type\":\"nic\",\"network\":\"n0\",\"name\":\"eth0\"}}}");
        return image(daemon);
    }

    /** Brings the image in under the alias {@code bb}; its fingerprint. */
    public static String image(Daemon daemon) {
        try {
            return daemon.api().importImage(Files.readAllBytes(archive(daemon.host())), "bb");
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    /** The image as a file of the host's, {@code bb.tar.gz}. */
    public static Path archive(HostOfItsOwn host) {
        Path archive = host.directory().resolve("bb.tar.gz");
        host.run(Checkout.root().resolve("tools/busybox-image").toString(), archive.toString())
                .orFail();
        return archive;
    }

    /** An instance of the image, started. */
    public static void guest(Daemon daemon, String name) {
        create(daemon, name);
        daemon.api().done("PUT", "/1.0/instances/" + name + "/state", "{\"action\":\"start\"}");
    }

    /** An instance of the image. */
    public static void create(Daemon daemon, String name) {
        daemon.api()
                .done(
                        "POST",
                        "/1.0/instances",
                        "{\"name\":\"" + name + "\",\"source\":{\"type\":\"image\",\"alias\":\"bb\"}}");
    }

    /** Ends it by force and takes it away. */
    public static void remove(Daemon daemon, String name) {
        daemon.api()
                .finished(daemon.door()
                        .ask(
                                "PUT",
                                "/1.0/instances/" + name + "/state",
                                "{\"action\":\"stop\",\"force\":true,\"timeout\":10}"));
        daemon.api()
                .finished(daemon.door().ask("DELETE", "/1.0/instances/" + name))
                .orFail();
    }
}
