package berth.cli;

import berth.client.Body;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** {@code berth file push}. */
final class PushFiles implements Command {
    @Override
    public int run(Call call) throws IOException {
        var sources = call.words(0).subList(0, call.count() - 1);
        var target = GuestPath.of(call.word(call.count() - 1));
        boolean recursive = call.has("recursive");
        if (recursive && (call.has("uid") || call.has("gid") || call.has("mode"))) {
            throw new Usage("--uid, --gid and --mode cannot go with --recursive: each file keeps its own");
        }
        if (recursive && sources.contains("-")) {
            throw new Usage("- is no directory: it cannot go with --recursive");
        }
        for (String source : sources) {
            check(source, recursive);
        }
        boolean into = recursive || target.typedAsDirectory() || sources.size() > 1 || isDirectory(call, target);
        if (into && sources.contains("-")) {
            throw new Usage("the input has no name of its own: give the whole path, as " + target + "name");
        }
        if (call.has("create-dirs")) {
            var directory = into ? target : target.parent();
            if (directory != null) {
                directory.makeDirectories(call, parents(call, sources.get(0)));
            }
        } else if (sources.size() > 1 && !recursive && !isDirectory(call, target)) {
            throw new Usage(target + " is no directory: several files need one (-p makes it)");
        }
        for (String source : sources) {
            push(call, source, target, into);
        }
        return 0;
    }

    private static boolean isDirectory(Call call, GuestPath target) throws IOException {
        return target.followed(call).type(call).equals("directory");
    }

    private static void check(String source, boolean recursive) throws IOException {
        if (!source.equals("-") && !Files.exists(Path.of(source))) {
            throw new Usage(source + ": no such file");
        }
        if (!source.equals("-") && Files.isDirectory(Path.of(source)) && !recursive) {
            throw new Usage(source + " is a directory: use --recursive");
        }
    }

    private static void push(Call call, String source, GuestPath target, boolean into) throws IOException {
        if (source.equals("-")) {
            var wish = wish(call, new GuestPath.Wish("0", "0", "0600"));
            target.put(call, "file", wish, streamed(call, call.terminal().in()));
            return;
        }
        Path path = Path.of(source);
        var whole = into ? target.child(name(path)) : target;
        if (Files.isDirectory(path)) {
            tree(call, path, whole);
        } else {
            file(call, path, whole, wish(call, facts(path)));
        }
    }

    private static String name(Path path) throws IOException {
        Path name = path.getFileName();
        boolean dots = name == null || List.of("", ".", "..").contains(name.toString());
        Path real = dots ? path.toRealPath().getFileName() : name;
        return real == null ? "" : real.toString();
    }

    private static void tree(Call call, Path path, GuestPath target) throws IOException {
        if (Files.isSymbolicLink(path)) {
            byte[] link = Files.readSymbolicLink(path).toString().getBytes(StandardCharsets.UTF_8);
            target.put(call, "symlink", GuestPath.Wish.NONE, Body.of(link));
        } else if (Files.isDirectory(path)) {
            target.put(call, "directory", facts(path), Body.of(new byte[0]));
            try (var inside = Files.list(path)) {
                for (Path child : inside.sorted().toList()) {
                    tree(call, child, target.child(name(child)));
                }
            }
        } else if (Files.isRegularFile(path)) {
            file(call, path, target, facts(path));
        } else {
            throw new IOException(path + " is neither a file nor a directory nor a link: it cannot be pushed");
        }
    }

    private static void file(Call call, Path path, GuestPath target, GuestPath.Wish wish) throws IOException {
        var transfer = new Transfer(call, "Pushing " + path + " to " + target);
        long size = Files.isRegularFile(path) ? Files.size(path) : -1;
        try (var in = Files.newInputStream(path)) {
            target.put(call, "file", wish, body(in, size, transfer));
        }
    }

    /** All of a stream whose length is not known before. */
    static Body streamed(Call call, InputStream in) {
        return body(in, -1, new Transfer(call, "Pushing"));
    }

    private static Body body(InputStream in, long length, Transfer transfer) {
        return new Body() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                transfer.copy(in, out);
            }
        };
    }

    private static GuestPath.Wish facts(Path path) throws IOException {
        int mode = ((Number) fact(path, "mode")).intValue() & 0777;
        return new GuestPath.Wish(
                fact(path, "uid").toString(), fact(path, "gid").toString(), octal(mode));
    }

    private static Object fact(Path path, String name) throws IOException {
        return Objects.requireNonNull(Files.getAttribute(path, "unix:" + name), name);
    }

    private static String octal(int mode) {
        return "0" + Integer.toOctalString(01000 | mode).substring(1);
    }

    /** What was asked for, else what the source has. */
    private static GuestPath.Wish wish(Call call, GuestPath.Wish source) throws Usage {
        String mode = call.option("mode", "");
        if (!mode.isEmpty() && !mode.matches("0?[0-7]{3}")) {
            throw new Usage("--mode wants three octal digits, as 0644, not \"" + mode + "\"");
        }
        return new GuestPath.Wish(
                id(call, "uid", source.uid()),
                id(call, "gid", source.gid()),
                mode.isEmpty() ? source.mode() : "0" + mode.substring(mode.length() - 3));
    }

    /** Directories above belong to whom the file belongs to. */
    private static GuestPath.Wish parents(Call call, String source) throws IOException {
        var of = wish(call, source.equals("-") ? new GuestPath.Wish("0", "0", "") : facts(Path.of(source)));
        return new GuestPath.Wish(of.uid(), of.gid(), "");
    }

    private static String id(Call call, String option, String otherwise) throws Usage {
        long id = call.number(option, -1);
        if (id > 0xffff_fffeL || id < -1) {
            throw new Usage("--" + option + " is out of range: " + id);
        }
        return id < 0 ? otherwise : Long.toString(id);
    }
}
