package berth.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A daemon of canned answers behind a real socket, and a berth that talks to it. */
final class FakeDaemon implements AutoCloseable {
    final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<String, String> answers = new HashMap<>();
    private final Path directory;
    private final ServerSocketChannel door;
    private String input = "";
    String out = "";
    String err = "";

    FakeDaemon(Path directory) throws IOException {
        this.directory = directory;
        door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        door.bind(UnixDomainSocketAddress.of(directory.resolve("unix.socket")));
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    var channel = door.accept();
                    Thread.ofPlatform().daemon().start(() -> serve(channel));
                }
            } catch (IOException _) {
                // closed
            }
        });
    }

    /** What {@code METHOD /path} answers with. */
    FakeDaemon sync(String request, String metadata) {
        answers.put(request, envelope(200, "\"metadata\":" + metadata));
        return this;
    }

    /** What {@code METHOD /path} begins, and how that ends. */
    FakeDaemon async(String request, int status, String err, String metadata) {
        String operation =
                "{\"id\":\"7\",\"status_code\":" + status + ",\"err\":\"" + err + "\",\"metadata\":" + metadata + "}";
        answers.put(request, envelope(202, "\"operation\":\"/1.0/operations/7\",\"metadata\":{\"id\":\"7\"}"));
        return sync("GET /1.0/operations/7/wait", operation);
    }

    FakeDaemon input(String text) {
        input = text;
        return this;
    }

    private static String envelope(int status, String fields) {
        String body = "{\"type\":\"" + (status < 400 ? "sync" : "error") + "\"," + fields + "}";
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return "HTTP/1.1 " + status + " X\r\nETag: tag\r\nContent-Length: " + length + "\r\n\r\n" + body;
    }

    /** Runs a command line; {@code out} and {@code err} hold what it said. */
    int berth(String... words) {
        var output = new ByteArrayOutputStream();
        var errors = new ByteArrayOutputStream();
        var terminal = new Terminal(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(output, true, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8),
                false,
                false,
                false,
                Map.of("BERTH_DIR", directory.toString()));
        int code = Main.run(List.of(words), terminal);
        out = output.toString(StandardCharsets.UTF_8);
        err = errors.toString(StandardCharsets.UTF_8);
        return code;
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            var in = Channels.newInputStream(channel);
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                String request = head.substring(0, head.indexOf(" HTTP/1.1"));
                int at = head.indexOf("content-length: ");
                String body = at < 0
                        ? ""
                        : new String(
                                in.readNBytes(Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)))),
                                StandardCharsets.UTF_8);
                requests.add((request + " " + body).strip());
                String answer = answers.getOrDefault(
                        request, envelope(404, "\"error_code\":404,\"error\":\"not found: " + request + "\""));
                var bytes = ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        } catch (IOException _) {
            // hung up
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.append((char) b);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
