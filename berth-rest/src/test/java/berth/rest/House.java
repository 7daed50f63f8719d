package berth.rest;

import berth.engine.Engine;
import berth.engine.FakeNetworks;
import berth.engine.FakeStorage;
import berth.engine.driver.Drivers;
import berth.engine.image.ImageUseCases;
import berth.model.IdMap;
import berth.model.Kind;
import berth.rest.http.UnixClient;
import berth.spi.InMemoryStore;
import berth.steps.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** The door over a whole engine, whose store and drivers are fakes: everything but guests is real. */
final class House implements AutoCloseable {
    final InMemoryStore store = new InMemoryStore();
    final HostCommands commands;
    final Engine engine;
    final Door door;
    final UnixClient client;
    final AtomicBoolean stopping = new AtomicBoolean();
    final AtomicBoolean shutdown = new AtomicBoolean();

    House(Path dir) throws IOException {
        commands = new HostCommands(Files.createDirectories(dir.resolve("logs")));
        engine = new Engine(
                store,
                new Drivers(
                        Map.of(Kind.CONTAINER, commands),
                        Map.of("fake", new FakeStorage()),
                        Map.of("bridge", new FakeNetworks())),
                new Engine.HostFacts("x86_64", "boot", new IdMap(1_000_000, 65_536)),
                Clock.systemUTC(),
                Faults.NONE,
                dir,
                ground -> ImageUseCases.assemble(
                        dir.resolve("images"),
                        ground.shelves(),
                        ground.drivers(),
                        ground.events(),
                        ground.operations(),
                        ground.runs(),
                        ground.turns(),
                        ground.clock()));
        engine.autostart(engine.wakeUp());
        door = new Door(
                new DoorSettings(dir.resolve("unix.socket"), null, false, stopping::get, () -> shutdown.set(true)),
                engine.useCases());
        client = new UnixClient(dir.resolve("unix.socket"));
    }

    /** One of the websockets that an answer gives the secrets of. */
    UnixClient.Websocket socket(UnixClient.Answer begun, String fd) throws IOException {
        var operation = begun.metadata();
        return client.websocket("/1.0/operations/" + operation.get("id").asString() + "/websocket?secret="
                + operation.get("metadata").get("fds").get(fd).asString());
    }

    /** Waits for the operation of an answer: its end. */
    tools.jackson.databind.JsonNode follow(UnixClient.Answer answer) throws IOException {
        if (answer.status() != 202) {
            throw new AssertionError(answer.status() + " " + answer.body());
        }
        return client.get(answer.header("location") + "/wait").metadata();
    }

    /** The same, which must have gone well. */
    tools.jackson.databind.JsonNode done(UnixClient.Answer answer) throws IOException {
        var end = follow(answer);
        if (end.get("status_code").asInt() != 200) {
            throw new AssertionError(end.toString());
        }
        return end;
    }

    /** A pool, and a container on it without an image. */
    House furnished() throws IOException {
        must(201, client.send("POST", "/1.0/storage-pools", "{\"name\":\"p1\",\"driver\":\"fake\"}"));
        must(
                200,
                client.send(
                        "PATCH",
                        "/1.0/profiles/default",
                        "{\"devices\":{\"root\":{\"type\":\"disk\",\"path\":\"/\",\"pool\":\"p1\"}}}"));
        create("c1");
        return this;
    }

    void create(String name) throws IOException {
        done(client.send("POST", "/1.0/instances", "{\"name\":\"" + name + "\",\"source\":{\"type\":\"none\"}}"));
    }

    void start(String name) throws IOException {
        done(client.send("PUT", "/1.0/instances/" + name + "/state", "{\"action\":\"start\"}"));
    }

    private static void must(int status, UnixClient.Answer answer) {
        if (answer.status() != status) {
            throw new AssertionError(answer.status() + " " + answer.body());
        }
    }

    @Override
    public void close() {
        door.close();
    }
}
