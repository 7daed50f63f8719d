package berth.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Plays through the everyday commands against answers from a tin, so that the build can record what they load into a
 * start-up cache (tools/assemble-cli). Never runs at a user's.
 */
final class Rehearsal {
    private static final String INSTANCE = """
            {"name":"web1","description":"","status":"Running","status_code":103,"type":"container","location":"none",\
            "project":"default","architecture":"x86_64","ephemeral":false,"created_at":"2026-01-02T03:04:05.678Z",\
            "last_used_at":"2026-01-02T03:04:05.678Z","profiles":["default"],"config":{"limits.cpu":"2"},"devices":{},\
            "expanded_config":{"limits.cpu":"2"},"expanded_devices":{"root":{"path":"/","pool":"default","type":"disk"}},\
            "snapshots":null,"backups":null,"state":{"status":"Running","pid":42,"processes":9,"cpu":{"usage":12345678},\
            "memory":{"usage":1234567},"disk":{},"network":{"eth0":{"type":"broadcast","state":"up","mtu":1500,\
            "hwaddr":"00:16:3e:00:00:01","counters":{},"addresses":[{"family":"inet","address":"10.0.0.2",\
            "netmask":"24","scope":"global"},{"family":"inet6","address":"fd42::2","netmask":"64","scope":"global"}]}}}}""";
    private static final String OPERATION = """
            {"id":"1","class":"task","status":"Success","status_code":200,"err":"","resources":{},\
            "metadata":{"return":0,"fingerprint":"ab","fds":{"0":"a","1":"b","2":"c","control":"d"}}}""";

    private Rehearsal() {}

    /** Plays, then ends in good order. */
    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("berth-rehearsal");
        Path socket = directory.resolve("unix.socket");
        var _ = Terminal.own(new ByteArrayInputStream(new byte[0]), System.out, System.err); // what the real one loads
        try (var door = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            door.bind(UnixDomainSocketAddress.of(socket));
            var thread = new Thread(() -> serve(door), "door");
            thread.setDaemon(true);
            thread.start();
            for (int round = 0; round < 3; round++) {
                for (String line : args.length > 0
                        ? List.of(args)
                        : List.of(
                                "list",
                                "ls -c ns4",
                                "list web -f csv",
                                "list -f json",
                                "list -f yaml",
                                "info web1",
                                "start web1",
                                "stop web1 --force",
                                "launch debian web1",
                                "exec web1 -- true",
                                "config show web1",
                                "config get web1 limits.cpu",
                                "config set web1 limits.cpu=3",
                                "config device add web1 data disk source=/srv path=/data",
                                "image list",
                                "network list",
                                "storage list",
                                "profile list",
                                "profile show default",
                                "operation list",
                                "query /1.0",
                                "version",
                                "help list",
                                "lits",
                                "delete web1 -f")) {
                    play(directory, line);
                }
            }
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(directory);
        }
    }

    private static void play(Path directory, String line) {
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        var terminal = new Terminal(
                new ByteArrayInputStream(new byte[0]),
                nowhere,
                nowhere,
                false,
                false,
                false,
                Map.of("BERTH_DIR", directory.toString()));
        var _ = Main.run(List.of(line.split(" ")), terminal);
    }

    private static void serve(ServerSocketChannel door) {
        try {
            while (true) {
                var channel = door.accept();
                var thread = new Thread(() -> answerAll(channel), "guest");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException _) {
            // the play is over
        }
    }

    private static void answerAll(SocketChannel channel) {
        try (channel) {
            var in = Channels.newInputStream(channel);
            while (true) {
                String head = head(in);
                if (head.isEmpty()) {
                    return;
                }
                int at = head.indexOf("\ncontent-length: ");
                if (at > 0) {
                    in.skipNBytes(Long.parseLong(head.substring(at + 17, head.indexOf('\r', at))));
                }
                if (head.contains("\nupgrade: websocket")) {
                    upgrade(channel, head);
                    while (in.read() >= 0) {
                        // until the other side hangs up
                    }
                    return;
                }
                send(channel, answer(head.substring(0, head.indexOf(" HTTP/"))));
            }
        } catch (IOException | GeneralSecurityException _) {
            // hung up
        }
    }

    private static String head(java.io.InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.write(b);
            matched = b == (matched % 2 == 0 ? '\r' : '\n') ? matched + 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static String answer(String request) {
        boolean changes = !request.startsWith("GET ");
        String metadata = "{\"environment\":{\"server\":\"berth\",\"server_version\":\"1\"},\"config\":{}}";
        if (changes || request.contains("/operations/")) {
            metadata = OPERATION;
        } else if (request.contains("/instances/")) {
            metadata = INSTANCE;
        } else if (request.contains("/operations")) {
            metadata = "{\"success\":[" + OPERATION + "]}";
        } else if (request.contains("recursion=")) {
            metadata = "[" + INSTANCE + "," + INSTANCE.replace("web1", "web2") + "]";
        }
        String body = "{\"type\":\"sync\",\"status\":\"Success\",\"status_code\":200,\"operation\":\""
                + (changes ? "/1.0/operations/1" : "") + "\",\"error_code\":0,\"error\":\"\",\"metadata\":" + metadata
                + "}\n";
        return "HTTP/1.1 " + (changes ? "202 Accepted" : "200 OK")
                + "\r\nContent-Type: application/json\r\nETag: \"x\"\r\n" + "Content-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    private static void upgrade(SocketChannel channel, String head) throws IOException, GeneralSecurityException {
        int at = head.indexOf("\nsec-websocket-key: ") + 20;
        String key = head.substring(at, head.indexOf('\r', at)) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        String accept = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-1").digest(key.getBytes(StandardCharsets.US_ASCII)));
        send(
                channel,
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
                        + accept + "\r\n\r\n");
        send(channel, "\u0082\u0002hi\u0081\u0000"); // two bytes of output, and the end of the stream
    }

    private static void send(SocketChannel channel, String latin) throws IOException {
        var bytes = ByteBuffer.wrap(latin.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
