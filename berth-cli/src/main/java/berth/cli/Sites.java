package berth.cli;

import berth.client.Json;
import berth.client.Server;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the declared half's commands share: the files of a site, and what the daemon finds wrong in them. */
final class Sites {
    static final List<Flag> FILES = List.of(
            Flag.many(
                    "file",
                    'f',
                    "FILE",
                    "a file of the site, or a directory of them (default: berth.yaml, .json, .nix, else berth.d)"),
            Flag.many("nix", '\0', "FILE", "a file of the site in Nix, whatever its name ends with"),
            Flag.one("site", '\0', "NAME", "the site's name, if the files do not tell it"));

    static final Flag SITE = Flag.one("site", '\0', "NAME", "which site, when there are several");

    static final Flag ADOPT = Flag.many(
            "adopt", '\0', "KIND:NAME", "take over an object that no site declares, for instance instance:web1");

    static final List<Flag> STRATEGY = List.of(
            Flag.on("reload", '\0', "restart no guest: what would need that waits for its next start"),
            Flag.on("restart", '\0', "restart each guest in which something changes"),
            Flag.on("now", '\0', "disturb guests at once, outside of their update.window too"));

    private Sites() {}

    /** The body that check, plan and apply send: all files of the site. */
    static Json body(Call call) throws IOException {
        return body(call, call.words(0));
    }

    /** The same of those files and the ones that flags name. */
    static Json body(Call call, List<String> words) throws IOException {
        List<String> names = names(call, words);
        var files = new ArrayList<Json>();
        for (String name : names) {
            if (name.equals("-")) {
                files.add(Json.object()
                        .with("name", "<stdin>")
                        .with("text", call.terminal().everything()));
                continue;
            }
            Path path = Path.of(name);
            if (Files.isDirectory(path)) {
                directory(path, files);
            } else {
                files.add(file(path, Nix.isNix(path)));
            }
        }
        for (String name : call.all("nix")) {
            files.add(file(Path.of(name), true));
        }
        return Json.object()
                .with("site", Json.of(call.find("site")))
                .with("files", new Json.Arr(files))
                .with("adopt", Json.of(call.all("adopt")))
                .with("await_ready", Json.of(!call.has("no-wait")))
                .with("strategy", Json.of(strategy(call)))
                .with("now", Json.of(call.has("now")))
                .with("plan", Json.of(call.find("plan")));
    }

    /** Files and directories of the site: those named, else the ones that are usually there. */
    static List<String> names(Call call, List<String> words) throws Usage {
        var names = new ArrayList<>(words);
        names.addAll(call.all("file"));
        if (names.isEmpty() && call.all("nix").isEmpty()) {
            names.add(standard());
        }
        return names;
    }

    /** How far guests may be changed this time: as the files say, unless the command line does. */
    private static String strategy(Call call) throws Usage {
        if (call.has("reload") && call.has("restart")) {
            throw new Usage("--reload and --restart at once cannot be");
        }
        return call.has("reload") ? "reload" : call.has("restart") ? "restart" : "";
    }

    /** The path of the site that is meant: by name, else the only one there is. */
    static String path(Call call) throws IOException {
        String name = call.option("site", "");
        if (name.isEmpty()) {
            List<String> all = call.server().get("/1.0/sites").texts();
            if (all.size() != 1) {
                throw new Usage(
                        all.isEmpty()
                                ? "nothing was applied yet. berth plan shows what a berth.yaml would do"
                                : "there are several sites; name one: --site "
                                        + String.join(
                                                ", --site ",
                                                all.stream()
                                                        .map(it -> it.substring(it.lastIndexOf('/') + 1))
                                                        .toList()));
            }
            return all.getFirst();
        }
        return Server.path("sites", name);
    }

    private static String standard() throws Usage {
        for (String name : List.of("berth.yaml", "berth.yml", "berth.json", "berth.nix", "berth.d")) {
            if (Files.exists(Path.of(name))) {
                return name;
            }
        }
        throw new Usage("there is no berth.yaml here, and no file was named, as in: berth plan examples/first.yaml");
    }

    private static void directory(Path directory, List<Json> files) throws IOException {
        var found = new ArrayList<Path>();
        try (var entries = Files.newDirectoryStream(directory, "*.{yaml,yml,json,nix}")) {
            entries.forEach(found::add);
        }
        if (found.isEmpty()) {
            throw new Usage("there is no .yaml, .json or .nix file in " + directory);
        }
        found.sort(null);
        for (Path path : found) {
            files.add(file(path, Nix.isNix(path)));
        }
    }

    private static Json file(Path path, boolean nix) throws IOException {
        try {
            Path folder = path.toAbsolutePath().normalize().getParent();
            return Json.object()
                    .with("name", path.toString())
                    .with("folder", folder == null ? "/" : folder.toString())
                    .with("text", nix ? new Nix(Map.of()).read(path) : Files.readString(path));
        } catch (MalformedInputException _) {
            throw new Usage(path + " is no text in UTF-8");
        }
    }

    /** Prints errors and warnings, each where it is. Returns how many errors there are. */
    static int print(Call call, Json result) {
        for (Json error : result.at("errors").items()) {
            call.print(call.terminal().colour(31, place(error)) + line(error));
        }
        for (Json warning : result.at("warnings").items()) {
            call.print(call.terminal().colour(33, place(warning)) + "warning: " + line(warning));
        }
        return result.at("errors").items().size();
    }

    private static String place(Json finding) {
        String file = finding.text("file");
        if (file.isEmpty()) {
            return "";
        }
        long line = finding.number("line");
        long column = finding.number("column");
        return file + (line > 0 ? ":" + line : "") + (line > 0 && column > 0 ? ":" + column : "") + "  ";
    }

    private static String line(Json finding) {
        String path = finding.text("path");
        String text = finding.text("text");
        String suggestion = finding.text("suggestion");
        String hint = suggestion.isEmpty() || text.contains(suggestion)
                ? ""
                : (text.endsWith(".") ? " " : ". ")
                        + (suggestion.indexOf(' ') > 0 ? suggestion : "Did you mean " + suggestion + "?");
        return (path.isEmpty() || text.startsWith(path) ? "" : path + ": ") + text + hint;
    }

    /** A number of things, as {@code 1 error} and {@code 2 errors}. */
    static String count(long n, String noun) {
        return n + " " + noun + (n == 1 ? "" : "s");
    }

    /** {@code berth show}: what was understood of the files, in one spelling. Exit 0, or 1 when something in them is wrong. */
    static final class Show implements Command {
        @Override
        public int run(Call call) throws IOException {
            Json result = call.finish(
                    call.server().post("/1.0/sites/check", body(call).with("normal", Json.of(true))));
            if (result.at("normal").isNull()) {
                int errors = print(call, result);
                call.say(count(errors, "error") + ".");
                return 1;
            }
            if (call.has("digest")) {
                call.print(result.text("digest"));
                return 0;
            }
            call.terminal().out().print(result.text("normal"));
            for (Json error : result.at("errors").items()) {
                call.warn(place(error) + "not carried out by this version: " + error.text("path"));
            }
            return 0;
        }
    }

    /** {@code berth check}. */
    static final class Check implements Command {
        @Override
        public int run(Call call) throws IOException {
            Json result = call.finish(call.server().post("/1.0/sites/check", Systems.with(call, body(call))));
            int errors = print(call, result);
            int warnings = result.at("warnings").items().size();
            call.say(count(errors, "error") + ", " + count(warnings, "warning") + "."
                    + (errors > 0 ? " Nothing was changed." : ""));
            return errors == 0 ? 0 : 1;
        }
    }
}
