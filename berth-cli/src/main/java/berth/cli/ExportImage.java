package berth.cli;

import berth.client.Headers;
import berth.client.Response;
import berth.client.Server;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** {@code berth image export}: one file, or metadata and root file system apart. */
final class ExportImage implements Command {
    @Override
    public int run(Call call) throws IOException {
        String fingerprint = Subject.name(call, Kind.IMAGE, call.word(0));
        Path target = Path.of(call.count() > 1 ? call.word(1) : ".");
        try (var response =
                call.server().raw("GET", Server.path("images", fingerprint, "export"), new Headers(), null)) {
            if (response.status() >= 400) {
                var _ = Server.open(response);
            }
            String type = response.headers().text("content-type");
            if (type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
                parts(call, response, type, target);
            } else {
                String given = plain(filename(response.headers().text("content-disposition")), fingerprint + ".tar.gz");
                String ending = given.indexOf(".tar") > 0 ? given.substring(given.indexOf(".tar")) : "";
                save(
                        call,
                        "Exporting the image",
                        response.body(),
                        Files.isDirectory(target) ? target.resolve(given) : Path.of(target + ending));
            }
        }
        call.say("Image exported successfully!");
        return 0;
    }

    private static void parts(Call call, Response response, String type, Path target) throws IOException {
        int at = type.indexOf("boundary=");
        if (at < 0) {
            throw new IOException("the server sent several parts without a boundary");
        }
        String boundary = type.substring(at + 9).replace("\"", "");
        int semicolon = boundary.indexOf(';');
        var parts = new Multipart(
                response.body(),
                semicolon < 0 ? boundary : boundary.substring(0, semicolon).strip());
        for (String header = parts.next(); header != null; header = parts.next()) {
            String given = plain(filename(header), "part");
            Path file = target.resolve(given);
            if (!Files.isDirectory(target)) {
                boolean meta = header.contains("name=\"metadata\"");
                String ending = given.indexOf('.') > 0 ? given.substring(given.indexOf('.')) : "";
                file = Path.of((meta ? target.resolveSibling("meta-" + target.getFileName()) : target) + ending);
            }
            save(call, "Exporting the image", parts.body(), file);
        }
    }

    static void save(Call call, String what, InputStream from, Path file) throws IOException {
        Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
        try {
            var progress = new Progress(call, what);
            try (var out = Files.newOutputStream(partial)) {
                var buffer = new byte[128 * 1024];
                long have = 0;
                for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                    out.write(buffer, 0, n);
                    have += n;
                    progress.show(Units.decimal(have));
                }
            }
            progress.clear();
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private static String filename(String disposition) {
        int at = disposition.indexOf("filename=");
        if (at < 0) {
            return "";
        }
        String name = disposition.substring(at + 9);
        if (name.startsWith("\"")) {
            int end = name.indexOf('"', 1);
            return end < 0 ? "" : name.substring(1, end);
        }
        int end = name.indexOf(';');
        return end < 0 ? name.strip() : name.substring(0, end).strip();
    }

    /** A server's name for a file must not lead out of the directory. */
    private static String plain(String name, String otherwise) {
        boolean fine = !name.isEmpty() && !name.startsWith(".") && name.indexOf('/') < 0 && name.indexOf('\0') < 0;
        return fine ? name : otherwise;
    }
}
