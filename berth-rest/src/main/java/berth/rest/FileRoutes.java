package berth.rest;

import berth.engine.image.ImageFiles;
import berth.engine.instance.Instances;
import berth.engine.instance.TransferFiles;
import berth.engine.instance.TransferFiles.Found;
import berth.model.Instance;
import berth.model.Quoted;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /1.0/instances/{name}/files}: one file, directory or link at a time. */
final class FileRoutes {
    private static final DateTimeFormatter MODIFIED = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss '+0000 UTC'");
    private final Instances instances;
    private final TransferFiles transfer;
    private final ImageFiles uploads;

    FileRoutes(Instances instances, TransferFiles transfer, ImageFiles uploads) {
        this.instances = instances;
        this.transfer = transfer;
        this.uploads = uploads;
    }

    List<Route> routes(InstancePrefix prefix) {
        String files = prefix.path() + "/{name}/files";
        return List.of(
                Route.get(files, it -> read(prefix.require(instances, it), path(it))),
                Route.head(files, it -> look(prefix.require(instances, it), path(it))),
                Route.post(files, it -> write(prefix.require(instances, it), path(it), it)),
                Route.delete(files, it -> delete(prefix.require(instances, it), path(it))));
    }

    /** Content is copied under the instance's lock, then sent from the copy for as long as the client takes. */
    private Reply read(Instance instance, String path) throws IOException {
        Path copy = uploads.newUpload();
        try {
            Found found = transfer.look(instance, path, copy);
            if (!(found instanceof Found.File)) {
                Files.deleteIfExists(copy);
                return answer(found, path);
            }
            long size = Files.size(copy);
            InputStream content = Files.newInputStream(copy);
            Files.delete(copy); // its bytes stay for as long as they are read
            return new Reply.Download(
                    name(path),
                    size,
                    found.facts().modified(),
                    headers(found),
                    () -> new FilterInputStream(content) {});
        } catch (IOException | RuntimeException failure) {
            Files.deleteIfExists(copy);
            throw failure;
        }
    }

    private Reply look(Instance instance, String path) {
        Found found = transfer.look(instance, path, null);
        return found instanceof Found.File
                ? new Reply.Download(
                        name(path),
                        found.facts().size(),
                        found.facts().modified(),
                        headers(found),
                        InputStream::nullInputStream)
                : answer(found, path);
    }

    private static Reply answer(Found found, String path) {
        return switch (found) {
            case Found.Directory directory -> new Reply.Headed(directory.names(), headers(found));
            case Found.Link link -> {
                byte[] target = link.target().getBytes(StandardCharsets.UTF_8);
                yield new Reply.Download(
                        name(path),
                        target.length,
                        link.facts().modified(),
                        headers(found),
                        () -> new java.io.ByteArrayInputStream(target));
            }
            case Found.File _ -> throw new IllegalArgumentException(path);
        };
    }

    private Reply write(Instance instance, String path, Exchange exchange) throws IOException {
        var wish = new TransferFiles.Wish(id(exchange, "X-LXD-uid"), id(exchange, "X-LXD-gid"), mode(exchange));
        String write = exchange.header("X-LXD-write").orElse("overwrite");
        if (!write.equals("overwrite") && !write.equals("append")) {
            throw new HttpRefused(400, "Bad file write mode: " + shown(write));
        }
        switch (exchange.header("X-LXD-type").orElse("file")) {
            case "file" -> {
                Path content = uploads.newUpload();
                try (InputStream in = exchange.body()) {
                    try (OutputStream out = Files.newOutputStream(content)) {
                        in.transferTo(out);
                    }
                    transfer.putFile(instance, path, content, wish, write.equals("append"));
                } finally {
                    Files.deleteIfExists(content);
                }
            }
            case "directory" -> transfer.putDirectory(instance, path, wish);
            case "symlink" -> {
                try (InputStream in = exchange.body()) {
                    transfer.putLink(instance, path, new String(in.readNBytes(4097), StandardCharsets.UTF_8));
                }
            }
            case String other -> throw new HttpRefused(400, "Bad file type: " + shown(other));
        }
        return Reply.done();
    }

    private Reply delete(Instance instance, String path) {
        transfer.delete(instance, path);
        return Reply.done();
    }

    private static String path(Exchange exchange) {
        String path = exchange.query("path").orElse("");
        if (path.isEmpty()) {
            throw new HttpRefused(400, "Missing path argument");
        }
        if (path.length() > 4095 || path.indexOf('\0') >= 0) {
            throw new HttpRefused(400, "Invalid path");
        }
        return path.startsWith("/") ? path : "/" + path;
    }

    private static Map<String, String> headers(Found found) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("X-LXD-uid", Long.toString(found.facts().uid()));
        headers.put("X-LXD-gid", Long.toString(found.facts().gid()));
        headers.put("X-LXD-mode", String.format("%04o", found.facts().mode()));
        headers.put(
                "X-LXD-type",
                switch (found) {
                    case Found.File _ -> "file";
                    case Found.Directory _ -> "directory";
                    case Found.Link _ -> "symlink";
                });
        headers.put("X-LXD-modified", MODIFIED.format(found.facts().modified().atOffset(ZoneOffset.UTC)));
        return headers;
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static @Nullable Long id(Exchange exchange, String header) {
        String text = exchange.header(header).orElse("");
        if (text.isEmpty() || text.equals("-1")) {
            return null;
        }
        if (!text.matches("[0-9]{1,10}")) {
            throw new HttpRefused(400, "Invalid " + header + ": " + shown(text));
        }
        return Long.parseLong(text);
    }

    /** As Go reads it: {@code 0644} and {@code 0o644} are octal, {@code 420} is decimal. */
    private static @Nullable Integer mode(Exchange exchange) {
        String text = exchange.header("X-LXD-mode").orElse("");
        if (text.isEmpty() || text.equals("-1")) {
            return null;
        }
        boolean octal = text.matches("0o?[0-7]{1,6}");
        if (!octal && !text.matches("[0-9]{1,5}")) {
            throw new HttpRefused(400, "Invalid X-LXD-mode: " + shown(text));
        }
        int mode = octal ? Integer.parseInt(text.replace("o", ""), 8) : Integer.parseInt(text);
        return mode & 07777;
    }

    private static String shown(String text) {
        String quoted = Quoted.of(text);
        return quoted.substring(1, quoted.length() - 1);
    }
}
