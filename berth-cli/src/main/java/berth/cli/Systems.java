package berth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import berth.client.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Builds the systems of guests that say {@code system-config}: {@code nix-build} makes one of a module and of nixpkgs, where
 * the command line is and as whoever calls it, and the daemon is told its path in the Nix store. All are built before the
 * daemon is asked to change anything.
 */
final class Systems {
    private static final Pattern SAYS = Pattern.compile("system-config|containers");
    private static final Pattern IN_A_FILE = Pattern.compile("nix:(.*)#(.*)");
    private static final Pattern PART = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|[^.\"]+");

    private final Call call;
    private final Nix nix = new Nix(Map.of());

    private Systems(Call call) {
        this.call = call;
    }

    /** The body of a request about a site, with the systems that it needs and that are built now. */
    static Json with(Call call, Json body) throws IOException {
        return with(call, body, _ -> true);
    }

    /** The same with the system of one guest only: the others stay what they are. */
    static Json with(Call call, Json body, String guest) throws IOException {
        return with(call, body, guest::equals);
    }

    private static Json with(Call call, Json body, Predicate<String> guests) throws IOException {
        boolean none = body.at("files").items().stream()
                .noneMatch(it -> SAYS.matcher(it.text("text")).find());
        return none ? body : new Systems(call).built(body, guests);
    }

    private Json built(Json body, Predicate<String> guests) throws IOException {
        Json understood = call.server()
                .post("/1.0/sites/check", body.with("normal", Json.of(true)))
                .metadata();
        List<Json> wanted = understood.at("systems").items().stream()
                .filter(it -> guests.test(it.text("guest")))
                .toList();
        if (wanted.isEmpty() || !understood.at("errors").items().isEmpty()) {
            return body; // what is wrong is told by the request itself
        }
        Path links = call.scratch(Path.of(System.getProperty("java.io.tmpdir")));
        Json built = Json.object();
        for (Json each : wanted) {
            built = built.with(each.text("guest"), build(each, links));
        }
        return body.with("systems", built);
    }

    /** The path of the system; a link to it keeps it from being collected as long as this program runs. */
    private String build(Json wanted, Path links) throws IOException {
        String guest = wanted.text("guest");
        String module = wanted.text("module");
        String what = "instances." + guest + ".system-config (" + module + ")";
        String program = nix.program("nix-build");
        if (program.isEmpty()) {
            throw new Usage(
                    what + " has to be built, and there is no nix-build here: install it (Debian: apt-get install"
                            + " nix-bin) and give it nixpkgs (NIX_PATH, or nixpkgs: of the guest), or build it elsewhere and write"
                            + " path: with what was built. Nothing was changed.");
        }
        var command = new ArrayList<>(List.of(program));
        String store = call.terminal().env("BERTH_NIX");
        if (!store.isEmpty() && !store.equals("/")) {
            command.addAll(List.of("--store", store));
        }
        if (Nix.root() && !hasBuilders()) {
            command.addAll(List.of("--option", "build-users-group", ""));
        }
        Path link = links.resolve(guest);
        command.addAll(List.of("--out-link", link.toString(), "-E", Nix.text("build.nix"), "--argstr", "guest", guest));
        Matcher inside = IN_A_FILE.matcher(module);
        if (inside.matches()) {
            command.addAll(List.of("--argstr", "file", inside.group(1), "--arg", "attributes", list(inside.group(2))));
        } else {
            command.addAll(List.of("--argstr", "file", module));
        }
        if (!wanted.text("nixpkgs").isEmpty()) {
            command.addAll(List.of("--argstr", "nixpkgs", wanted.text("nixpkgs")));
        }
        return run(command, what);
    }

    private String run(List<String> command, String what) throws IOException {
        Process process = new ProcessBuilder(command).start();
        try {
            process.getOutputStream().close();
            var said = new ArrayList<String>();
            Thread listening = Thread.ofVirtual()
                    .start(() -> Nix.shown(process.errorReader(UTF_8).lines()).forEach(said::add));
            String path;
            try (var output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
                path = output.lines().reduce("", (_, last) -> last).strip();
            }
            int code = process.waitFor();
            listening.join();
            if (code != 0 || path.isEmpty()) {
                throw new Usage(what + " could not be built; nix-build ended with " + code + ":\n"
                        + said.stream().skip(Math.max(0, said.size() - 20)).collect(Collectors.joining("\n"))
                        + "\nNothing was changed.");
            }
            return path;
        } catch (InterruptedException _) {
            throw new IOException("interrupted while " + what + " was built");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** A path of keys as a list of Nix. */
    private static String list(String keys) {
        return PART.matcher(keys)
                .results()
                .map(it -> it.group(1) == null ? it.group() : it.group(1))
                .map(it -> "\"" + it.replace("\\", "\\\\").replace("\"", "\\\"").replace("${", "\\${") + "\"")
                .collect(Collectors.joining(" ", "[ ", " ]"));
    }

    /** Whether there are the users that root has builds done by. */
    private static boolean hasBuilders() throws IOException {
        try (Stream<String> groups = Files.lines(Path.of("/etc/group"))) {
            return groups.anyMatch(it -> it.startsWith("nixbld:"));
        }
    }
}
