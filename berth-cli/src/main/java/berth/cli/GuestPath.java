package berth.cli;

import berth.client.Body;
import berth.client.Headers;
import berth.client.Response;
import berth.client.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A path in an instance.
 *
 * @param path absolute; ends with a slash only where that was typed
 */
record GuestPath(String instance, String path) {
    private static final int MOST_LINKS = 40;

    /** From {@code web1/etc/hosts}. */
    static GuestPath of(String word) throws Usage {
        String local = Call.local(word);
        int slash = local.indexOf('/');
        if (slash <= 0) {
            throw new Usage("\"" + word + "\" names no file: write <instance>/<path>, as web1/etc/hosts");
        }
        return new GuestPath(local.substring(0, slash), local.substring(slash));
    }

    /** A name in this directory. */
    GuestPath child(String name) {
        return new GuestPath(instance, path.endsWith("/") ? path + name : path + "/" + name);
    }

    /** The directory it is in; null for the root itself. */
    @Nullable
    GuestPath parent() {
        String whole = path;
        while (whole.endsWith("/")) {
            whole = whole.substring(0, whole.length() - 1);
        }
        int slash = whole.lastIndexOf('/');
        return slash < 0 ? null : new GuestPath(instance, slash == 0 ? "/" : whole.substring(0, slash));
    }

    /** The last name of it; empty for the root itself. */
    String name() {
        String whole = path.replaceAll("/+$", "");
        return whole.substring(whole.lastIndexOf('/') + 1);
    }

    /** Whether it was typed as a directory. */
    boolean typedAsDirectory() {
        return path.endsWith("/");
    }

    @Override
    public String toString() {
        return instance + path;
    }

    private String url() {
        String plain = path.length() > 1 ? path.replaceAll("/+$", "") : path;
        return Server.path("instances", instance, "files") + "?path=" + Server.encoded(plain.isEmpty() ? "/" : plain);
    }

    /** {@code file}, {@code directory} or {@code symlink}; empty when nothing is there. */
    String type(Call call) throws IOException {
        try (var answer = call.server().raw("HEAD", url(), new Headers(), null)) {
            if (answer.status() < 400) {
                return answer.headers().text("x-lxd-type");
            }
            if (answer.status() != 404) {
                get(call).close(); // says what is wrong
            }
            return "";
        }
    }

    /** What is there; links are not followed. The caller closes it. */
    Response get(Call call) throws IOException {
        var answer = call.server().raw("GET", url(), new Headers(), null);
        if (answer.status() >= 400) {
            throw Server.errorOf(answer.status(), answer.bytes());
        }
        return answer;
    }

    /** The same, or what it leads to in the end when it is a link. */
    GuestPath followed(Call call) throws IOException {
        var at = this;
        for (int i = 0; i < MOST_LINKS; i++) {
            if (!at.type(call).equals("symlink")) {
                return at;
            }
            try (var link = at.get(call)) {
                String target = new String(link.bytes(), StandardCharsets.UTF_8);
                at = target.startsWith("/") ? new GuestPath(instance, target) : at.sibling(target);
            }
        }
        throw new IOException(this + " is a link that leads to itself");
    }

    private GuestPath sibling(String name) {
        var parent = parent();
        return parent == null ? child(name) : parent.child(name);
    }

    /** How something new is to be; empty texts leave it to the server. */
    record Wish(String uid, String gid, String mode) {
        static final Wish NONE = new Wish("", "", "");
    }

    /** Puts a file, directory or symlink. */
    void put(Call call, String type, Wish wish, Body body) throws IOException {
        var headers =
                new Headers().set("content-type", "application/octet-stream").set("x-lxd-type", type);
        set(headers, "x-lxd-uid", wish.uid());
        set(headers, "x-lxd-gid", wish.gid());
        set(headers, "x-lxd-mode", wish.mode());
        Server.open(call.server().raw("POST", url(), headers, body));
    }

    private static void set(Headers headers, String name, String value) {
        if (!value.isEmpty()) {
            headers.set(name, value);
        }
    }

    /** Makes this directory and those above it, where they are missing. */
    void makeDirectories(Call call, Wish wish) throws IOException {
        if (type(call).isEmpty()) {
            var above = parent();
            if (above != null) {
                above.makeDirectories(call, wish);
            }
            put(call, "directory", wish, Body.of(new byte[0]));
        }
    }

    /** Deletes it. */
    void delete(Call call) throws IOException {
        call.server().delete(url());
    }
}
