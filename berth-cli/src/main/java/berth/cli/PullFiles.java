package berth.cli;

import berth.client.Json;
import berth.client.Response;
import berth.client.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;

/** {@code berth file pull}. Names and links come from a guest: none of them leads out of the directory that is filled. */
final class PullFiles implements Command {
    @Override
    public int run(Call call) throws IOException {
        var sources = call.words(0).subList(0, call.count() - 1);
        String last = call.word(call.count() - 1);
        if (last.equals("-")) {
            for (String source : sources) {
                print(call, GuestPath.of(source).followed(call));
            }
            return 0;
        }
        Path target = Path.of(last);
        boolean into = sources.size() > 1 || last.endsWith("/") || Files.isDirectory(target);
        if (call.has("create-dirs")) {
            Path directory = into ? target : target.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
        } else if (into && !Files.isDirectory(target)) {
            throw new Usage(target + " is no directory (-p makes it)");
        }
        for (String source : sources) {
            pull(call, GuestPath.of(source), target, into);
        }
        return 0;
    }

    private static void print(Call call, GuestPath from) throws IOException {
        try (var answer = file(call, from)) {
            answer.body().transferTo(call.terminal().out());
            call.terminal().out().flush();
        }
    }

    private static void pull(Call call, GuestPath asked, Path target, boolean into) throws IOException {
        var from = asked.followed(call);
        if (call.has("recursive") && from.type(call).equals("directory")) {
            if (!into && !Files.exists(target)) {
                Files.createDirectory(target);
            }
            tree(call, from, target.resolve(plain(asked, from)), from);
            return;
        }
        Path file = into ? target.resolve(plain(asked, from)) : target;
        try (var answer = file(call, from)) {
            save(call, answer, from, Files.isSymbolicLink(file) && Files.exists(file) ? file.toRealPath() : file);
        }
    }

    private static String plain(GuestPath asked, GuestPath from) throws IOException {
        String name = asked.name().isEmpty() || asked.name().startsWith("..") ? from.name() : asked.name();
        return name.isEmpty() ? from.instance() : checked(name);
    }

    private static Response file(Call call, GuestPath from) throws IOException {
        var answer = from.get(call);
        if (answer.headers().text("x-lxd-type").equals("directory")) {
            answer.close();
            throw new Usage(from + " is a directory: use --recursive");
        }
        return answer;
    }

    private static void tree(Call call, GuestPath from, Path target, GuestPath top) throws IOException {
        try (var answer = from.get(call)) {
            switch (answer.headers().text("x-lxd-type")) {
                case "directory" -> directory(call, answer, from, target, top);
                case "symlink" -> link(new String(answer.bytes(), StandardCharsets.UTF_8), from, target, top);
                default -> save(call, answer, from, target);
            }
        }
    }

    private static void directory(Call call, Response answer, GuestPath from, Path target, GuestPath top)
            throws IOException {
        Set<PosixFilePermission> mode = permissions(answer);
        Json names = Server.open(answer).metadata();
        if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(target);
        }
        var each = new LinkedHashSet<String>();
        for (Json name : names.items()) {
            each.add(checked(name.text()));
        }
        for (String name : each) {
            tree(call, from.child(name), target.resolve(name), top);
        }
        Files.setPosixFilePermissions(target, mode);
    }

    /** The server tells where a link leads from the root; one that stays in what is pulled is made to do so here too. */
    private static void link(String leads, GuestPath from, Path target, GuestPath top) throws IOException {
        Path told = Path.of(leads).normalize();
        Path directory = Path.of(from.path()).normalize().getParent();
        boolean within =
                directory != null && told.startsWith(Path.of(top.path()).normalize());
        Files.deleteIfExists(target);
        Files.createSymbolicLink(target, within && directory != null ? directory.relativize(told) : Path.of(leads));
    }

    /** Replaces what lies there, be it a link, once all has come. */
    private static void save(Call call, Response answer, GuestPath from, Path file) throws IOException {
        var transfer = new Transfer(call, "Pulling " + from + " to " + file);
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            try (var out = Files.newOutputStream(file)) { // a terminal, a pipe
                transfer.copy(answer.body(), out);
            }
            return;
        }
        Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
        Files.deleteIfExists(partial);
        try {
            try (var out = Files.newOutputStream(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                transfer.copy(answer.body(), out);
            }
            Files.setPosixFilePermissions(partial, permissions(answer));
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /** The nine permission bits; a set-id bit of a guest's has no business on this machine. */
    private static Set<PosixFilePermission> permissions(Response answer) {
        String told = answer.headers().text("x-lxd-mode");
        int mode = told.matches("[0-7]{1,6}") ? Integer.parseInt(told, 8) : 0600;
        var set = EnumSet.noneOf(PosixFilePermission.class);
        var all = PosixFilePermission.values(); // from the owner's read bit down to the others' execute bit
        for (int i = 0; i < all.length; i++) {
            if ((mode & (0400 >> i)) != 0) {
                set.add(all[i]);
            }
        }
        return set;
    }

    private static String checked(String name) throws IOException {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
            throw new IOException("the server told of a file that cannot be there: \"" + name + "\"");
        }
        return name;
    }
}
