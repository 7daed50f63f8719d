package berth.cli;

import berth.client.Body;
import berth.client.Headers;
import berth.client.Json;
import berth.client.Server;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code berth image import}: from one tarball, or from metadata and root file system apart. */
final class ImportImage implements Command {
    private static final String TRANSFER = "Transferring the image";
    static final List<Flag> FLAGS = List.of(
            Flag.many("alias", '\0', "ALIAS", "a name for the image"),
            Flag.on("public", '\0', "let everybody have it"));

    @Override
    public int run(Call call) throws IOException {
        var files = new ArrayList<Path>();
        var properties = new ArrayList<String>();
        for (String word : call.words(0)) {
            if (word.equals("local:")) {
                continue;
            }
            if (files.size() < 2 && properties.isEmpty() && (files.isEmpty() || Files.exists(Path.of(word)))) {
                files.add(readable(word));
            } else if (word.indexOf('=') > 0) {
                properties.add(word);
            } else {
                throw new Usage("\"" + word + "\" is neither a file nor key=value");
            }
        }
        Json ended = Following.run(call, "Importing the image", () -> Server.open(upload(call, files, properties)));
        String fingerprint = ended.at("metadata").text("fingerprint");
        for (String alias : call.all("alias")) {
            Images.Aliases.create(call, alias, fingerprint);
        }
        call.print("Image imported with fingerprint: " + fingerprint);
        return 0;
    }

    static Path readable(String word) throws Usage {
        if (word.startsWith("http://") || word.startsWith("https://")) {
            throw new Usage("nothing is imported from the network: fetch the file first");
        }
        Path file = Path.of(word);
        if (Files.isDirectory(file)) {
            throw new Usage(
                    word
                            + " is a directory: what is imported is a file, for an image a tarball with metadata.yaml and rootfs/");
        }
        if (!Files.isReadable(file)) {
            throw new Usage(word + (Files.exists(file) ? ": permission denied" : ": no such file"));
        }
        return file;
    }

    private static berth.client.Response upload(Call call, List<Path> files, List<String> properties)
            throws IOException {
        Path first = files.get(0);
        var headers = new Headers().set("x-lxd-filename", first.getFileName().toString());
        if (call.has("public")) {
            headers.set("x-lxd-public", "true");
        }
        if (!properties.isEmpty()) {
            var query = new StringBuilder();
            for (String property : properties) {
                int equals = property.indexOf('=');
                query.append(query.isEmpty() ? "" : "&")
                        .append(Server.encoded(property.substring(0, equals)))
                        .append('=')
                        .append(Server.encoded(property.substring(equals + 1)));
            }
            headers.set("x-lxd-properties", query.toString());
        }
        if (files.size() == 1) {
            headers.set("content-type", "application/octet-stream");
            return call.server().raw("POST", "/1.0/images", headers, counted(call, TRANSFER, Body.of(first)));
        }
        String boundary = "berth-" + Long.toHexString(System.nanoTime())
                + Long.toHexString(ProcessHandle.current().pid());
        headers.set("content-type", "multipart/form-data; boundary=" + boundary);
        return call.server()
                .raw("POST", "/1.0/images", headers, counted(call, TRANSFER, split(boundary, first, files.get(1))));
    }

    private static Body split(String boundary, Path metadata, Path rootfs) {
        byte[] before = part(boundary, "metadata", metadata);
        byte[] between = ("\r\n" + new String(part(boundary, "rootfs", rootfs), StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
        byte[] after = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
        return new Body() {
            @Override
            public long length() throws IOException {
                return before.length + Files.size(metadata) + between.length + Files.size(rootfs) + after.length;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(before);
                Files.copy(metadata, out);
                out.write(between);
                Files.copy(rootfs, out);
                out.write(after);
            }
        };
    }

    private static byte[] part(String boundary, String name, Path file) {
        String plain = file.getFileName().toString().replaceAll("[^A-Za-z0-9._+-]", "_");
        return ("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + plain
                        + "\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The same body, with its progress shown. */
    static Body counted(Call call, String what, Body body) {
        return new Body() {
            @Override
            public long length() throws IOException {
                return body.length();
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                var progress = new Progress(call, what);
                long length = body.length();
                body.writeTo(new FilterOutputStream(out) {
                    private long sent;

                    @Override
                    public void write(byte[] bytes, int offset, int count) throws IOException {
                        out.write(bytes, offset, count);
                        sent += count;
                        progress.show(length > 0 ? sent * 100 / length + "%" : Units.decimal(sent));
                    }
                });
                progress.clear();
            }
        };
    }
}
