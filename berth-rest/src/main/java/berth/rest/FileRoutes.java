package berth.rest;

import berth.engine.instance.FoundFile;
import berth.engine.instance.InstanceFiles;
import berth.engine.instance.Instances;
import berth.model.Instance;
import berth.model.Quoted;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code /1.0/instances/{name}/files?path=}: files in an instance are read, written, made and deleted. */
final class FileRoutes {
    /** The longest path a symbolic link can hold on Linux (PATH_MAX). */
    private static final int LONGEST_LINK = 4096;

    private static final DateTimeFormatter MODIFIED = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss '+0000 UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final InstanceFiles files;
    private final Instances instances;

    FileRoutes(Instances instances, InstanceFiles files) {
        this.files = files;
        this.instances = instances;
    }

    List<Route> routes(InstancePrefix prefix) {
        String path = prefix.path() + "/{name}/files";
        return List.of(
                Route.get(path, it -> read(prefix, it)),
                Route.head(path, it -> read(prefix, it)),
                Route.post(path, it -> write(prefix, it)),
                Route.delete(path, it -> delete(prefix, it)));
    }

    /** Only under the newest name of instances, as LXD has it. */
    List<Route> sftp() {
        return List.of(Route.get(InstancePrefix.INSTANCES.path() + "/{name}/sftp", exchange -> {
            Instance instance = InstancePrefix.INSTANCES.require(instances, exchange);
            if (!exchange.header("Upgrade").orElse("").equals("sftp")) {
                throw new HttpRefused(400, "Missing or invalid upgrade header");
            }
            return new Reply.Handover("sftp", new SftpSession(files, instance)::talk);
        }));
    }

    private Reply read(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(instances, exchange);
        String path = path(exchange);
        return switch (files.look(instance.project(), instance.name(), path)) {
            case FoundFile.Directory it -> new Reply.Headed(it.names(), headers("directory", it.facts()));
            case FoundFile.Link it ->
                new Reply.Raw(
                        "application/octet-stream",
                        headers("symlink", it.facts()),
                        out -> out.write(it.target().getBytes(StandardCharsets.UTF_8)));
            case FoundFile.Plain it -> plain(exchange, path, it);
        };
    }

    private static Reply plain(Exchange exchange, String path, FoundFile.Plain file) {
        var headers = headers("file", file.facts());
        InputStream content = file.content();
        if (exchange.method().equals("HEAD")) {
            file.close();
            content = InputStream.nullInputStream();
        }
        InputStream opened = content;
        return new Reply.Download(
                path.substring(path.lastIndexOf('/') + 1),
                file.size(),
                file.facts().modified(),
                headers,
                () -> opened);
    }

    private Reply write(InstancePrefix prefix, Exchange exchange) throws IOException {
        Instance instance = prefix.require(instances, exchange);
        String path = path(exchange);
        String write = exchange.header("X-LXD-write").orElse("overwrite");
        if (!write.equals("overwrite") && !write.equals("append")) {
            throw new HttpRefused(400, "Bad file write mode: " + shown(write));
        }
        String type = exchange.header("X-LXD-type").orElse("file");
        switch (type) {
            case "file" -> {
                try (InputStream body = exchange.body()) {
                    files.put(
                            instance.project(),
                            instance.name(),
                            path,
                            owned(exchange, 0644),
                            write.equals("append"),
                            body);
                }
            }
            case "directory" -> files.makeDirectory(instance.project(), instance.name(), path, owned(exchange, 0750));
            case "symlink" -> files.makeLink(instance.project(), instance.name(), path, target(exchange));
            default -> throw new HttpRefused(400, "Bad file type: " + shown(type));
        }
        return Reply.done();
    }

    private Reply delete(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(instances, exchange);
        files.delete(instance.project(), instance.name(), path(exchange));
        return Reply.done();
    }

    private static String target(Exchange exchange) throws IOException {
        try (InputStream body = exchange.body()) {
            byte[] bytes = body.readNBytes(LONGEST_LINK);
            if (bytes.length == LONGEST_LINK) {
                throw new HttpRefused(400, "The target of the symbolic link is longer than a path can be");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static String path(Exchange exchange) {
        String path = exchange.query("path").orElse("");
        if (path.isEmpty()) {
            throw new HttpRefused(400, "Missing path argument");
        }
        if (path.indexOf('\0') >= 0) {
            throw new HttpRefused(400, "A path may not hold a NUL");
        }
        return path.startsWith("/") ? path : "/" + path;
    }

    /** Only the nine permission bits count, as LXD has it. */
    private static InstanceFiles.Owned owned(Exchange exchange, int mode) {
        return new InstanceFiles.Owned(
                number(exchange, "X-LXD-uid", 0),
                number(exchange, "X-LXD-gid", 0),
                (int) number(exchange, "X-LXD-mode", mode) & 0777);
    }

    /** Understood by its prefix: {@code 0640} and {@code 0o640} are octal, {@code 420} is decimal; -1 is not given. */
    private static long number(Exchange exchange, String header, long otherwise) {
        String text = exchange.header(header).orElse("").strip();
        if (text.isEmpty() || text.equals("-1")) {
            return otherwise;
        }
        if (text.matches("0[oO]?[0-7]{1,11}")) {
            return Long.parseLong(text.replaceFirst("[oO]", ""), 8);
        }
        if (!text.matches("[0-9]{1,10}")) {
            throw new HttpRefused(400, "Invalid " + header + ": " + shown(text));
        }
        return Long.parseLong(text);
    }

    private static Map<String, String> headers(String type, FoundFile.Facts facts) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("X-LXD-uid", Long.toString(facts.uid()));
        headers.put("X-LXD-gid", Long.toString(facts.gid()));
        headers.put("X-LXD-mode", String.format(Locale.ROOT, "%04o", facts.mode()));
        headers.put("X-LXD-type", type);
        headers.put("X-LXD-modified", modified(facts.modified()));
        return headers;
    }

    static String modified(Instant at) {
        return MODIFIED.format(at);
    }

    private static String shown(String text) {
        String quoted = Quoted.of(text);
        return quoted.substring(1, quoted.length() - 1);
    }
}
