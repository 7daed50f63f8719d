package berth.cli;

import static berth.cli.Catalogue.entry;

import berth.client.Json;
import berth.client.Server;
import berth.client.ServerError;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code nixos-nspawn}, the command of RFC 108's prototype: guests by a file each, in Nix, YAML or JSON, that holds a guest's
 * keys and nothing else.
 */
final class NixosNspawn extends Shim {
    private static final List<String> STATES = List.of("reload", "restart");

    private NixosNspawn() {
        super("nixos-nspawn", "Guests by a file each, as RFC 108's command had them, made and kept by Berth");
    }

    /** The shim. */
    static Shim shim() {
        return new NixosNspawn();
    }

    /** Runs a command line and ends the process. */
    public static void main(String[] args) {
        shim().end(args);
    }

    @Override
    List<Entry> entries() {
        var config = Flag.one("config", '\0', "FILE", "the guest's file, in Nix, YAML or JSON");
        return List.of(
                entry(
                        "create",
                        "",
                        "<name> [<file>]",
                        "Make a guest of a file and start it",
                        "nixos-nspawn create web ./web.nix",
                        List.of(config)),
                entry(
                        "update",
                        "",
                        "<name> [<file>]",
                        "Bring a guest to what a file says, or its own file again",
                        "nixos-nspawn update web --config ./web.nix --reload",
                        List.of(
                                config,
                                Flag.on("reload", '\0', "at most a reload: what would need a restart waits"),
                                Flag.on("restart", '\0', "restart it, if anything changes in it"))),
                entry("list", "", "", "List the guests", "nixos-nspawn list", List.of(Listing.FORMAT)),
                entry(
                        "list-generations",
                        "",
                        "<name>",
                        "List what a guest has been",
                        "nixos-nspawn list-generations web",
                        List.of(Listing.FORMAT)),
                entry("rollback", "", "<name>", "Make a guest again what it was before", "nixos-nspawn rollback web"),
                entry(
                        "remove",
                        "",
                        "<name>",
                        "Stop a guest and keep its data aside, or delete it with its data",
                        "nixos-nspawn remove web --delete-state",
                        List.of(Flag.on("delete-state", '\0', "delete it for good"))),
                entry(
                        "autostart",
                        "",
                        "",
                        "Start the guests that are to run at boot",
                        "nixos-nspawn autostart --dry-run",
                        List.of(Flag.on("dry-run", '\0', "only show them"))));
    }

    @Override
    int run(String verb, Call call) throws IOException {
        var guests = new Imperative(call);
        return switch (verb) {
            case "create" -> create(call, guests, given(call), "nixos-nspawn");
            case "update" -> update(call, guests, given(call));
            case "list" -> list(call, guests);
            case "list-generations" -> generations(call, guests);
            case "rollback" -> rollback(call, guests);
            case "remove" -> remove(call, guests, call.has("delete-state"));
            default -> autostart(call, guests);
        };
    }

    private static String given(Call call) throws Usage {
        String flag = call.option("config", "");
        if (call.count() > 1 && !flag.isEmpty()) {
            throw new Usage("the file is named twice");
        }
        return call.count() > 1 ? call.word(1) : flag;
    }

    /** A guest's file as the daemon reads it. */
    static Json file(String guest, String given) throws IOException {
        Path path = Path.of(given).toAbsolutePath().normalize();
        Path folder = path.getParent();
        try {
            return Json.object()
                    .with("name", path.toString())
                    .with("folder", folder == null ? "/" : folder.toString())
                    .with("text", Nix.isNix(path) ? new Nix(Map.of()).read(path) : Files.readString(path))
                    .with("guest", guest);
        } catch (MalformedInputException _) {
            throw new Usage(given + " is no text in UTF-8");
        }
    }

    /** Makes the guest that the first word names of a file. */
    static int create(Call call, Imperative guests, String given, String program) throws IOException {
        String name = call.word(0);
        if (given.isEmpty()) {
            throw new Usage("which file says what " + name + " is? " + program + " create " + name + " FILE");
        }
        Json file = file(name, given);
        return guests.apply(
                files -> {
                    if (Imperative.file(files, name).isPresent()) {
                        throw new Usage(name + " is there already; to change it: " + program + " update " + name + " "
                                + (program.equals("berth") ? "" : "--config ") + given);
                    }
                    return Imperative.with(files, file);
                },
                "",
                guests.build(name));
    }

    /** Brings the guest that the first word names to what a file says; to its own again when none is given. */
    static int update(Call call, Imperative guests, String given) throws IOException {
        List<String> asked = STATES.stream().filter(call::has).toList();
        if (asked.size() > 1) {
            throw new Usage("--reload and --restart at once cannot be");
        }
        String name = call.word(0);
        Json file = given.isEmpty() ? null : file(name, given);
        return guests.apply(
                files -> {
                    Json now = guests.require(files, name);
                    return Imperative.with(files, file == null ? now : file);
                },
                asked.isEmpty() ? "" : asked.getFirst(),
                guests.build(name));
    }

    private static int list(Call call, Imperative guests) throws IOException {
        Listing.format(call);
        var table = new Table("NAME", "STATUS", "FILE");
        var all = new ArrayList<Json>();
        for (Json file : guests.files()) {
            String name = file.text("guest");
            String status = status(call, name);
            all.add(Json.object().with("name", name).with("status", status).with("file", file.text("name")));
            table.add(name, status, file.text("name"));
        }
        Listing.show(call, table, new Json.Arr(all));
        return 0;
    }

    /** How a guest is now, in the daemon's words; {@code Gone} when there is none. */
    static String status(Call call, String name) throws IOException {
        try {
            return call.server().get(Server.path("instances", name)).text("status");
        } catch (ServerError absent) {
            if (isAbsent(absent)) {
                return "Gone";
            }
            throw absent;
        }
    }

    /** The generations in which the guest became something else, the oldest first. */
    private static List<Json> changes(Imperative guests, String name) throws IOException {
        var changes = new ArrayList<Json>();
        String before = "";
        for (Json generation : guests.generations()) {
            String what = Imperative.what(generation, name);
            if (!what.isBlank() && !what.equals(before)) {
                changes.add(generation);
            }
            before = what;
        }
        return changes;
    }

    private static int generations(Call call, Imperative guests) throws IOException {
        Listing.format(call);
        String name = call.word(0);
        List<Json> changes = changes(guests, name);
        if (changes.isEmpty()) {
            guests.require(List.of(), name);
        }
        var table = new Table("GENERATION", "APPLIED", "FILE");
        for (Json it : changes.reversed()) {
            boolean current = it.equals(changes.getLast());
            table.add(
                    it.text("generation") + (current ? " (current)" : ""),
                    Units.minute(it.text("applied_at")),
                    Imperative.file(Imperative.guests(it), name)
                            .map(file -> file.text("name"))
                            .orElse(""));
        }
        Listing.show(call, table, new Json.Arr(changes));
        return 0;
    }

    private static int rollback(Call call, Imperative guests) throws IOException {
        String name = call.word(0);
        Json[] system = {Json.object()};
        return guests.apply(
                files -> {
                    guests.require(files, name);
                    String now = Imperative.what(guests.generations().getLast(), name);
                    Json before = changes(guests, name).reversed().stream()
                            .filter(it -> !Imperative.what(it, name).equals(now))
                            .findFirst()
                            .orElseThrow(() -> new Usage(name + " has never been anything else"));
                    String path = before.at("systems").text(name);
                    system[0] = path.isEmpty() ? Json.object() : Json.object().with(name, path);
                    return Imperative.with(
                            files,
                            Imperative.file(Imperative.guests(before), name).orElseThrow());
                },
                "",
                body -> body.with("systems", system[0]));
    }

    /** Takes a guest out of the site; what it was is kept until it is purged. */
    static int remove(Call call, Imperative guests, boolean forGood) throws IOException {
        String name = call.word(0);
        List<String> alone = forGood ? networks(call, name) : List.of();
        int code = guests.apply(
                files -> {
                    guests.require(files, name);
                    return Imperative.without(files, name);
                },
                "",
                body -> body);
        if (code != 0) {
            return code;
        }
        if (!forGood) {
            call.say(name + " is stopped and kept with its data. To delete it for good: berth purge --site "
                    + Imperative.SITE + " instance:" + name);
            return 0;
        }
        String purge = Server.path("sites", Imperative.SITE, "purge");
        List<String> left = call.server()
                .post(purge, Json.object().with("objects", Json.of(List.of())).with("dry_run", Json.of(true)))
                .metadata()
                .at("objects")
                .texts();
        var objects = new ArrayList<>(List.of("instance:" + name));
        alone.stream().map(it -> "network:" + it).filter(left::contains).forEach(objects::add);
        call.finish(call.server()
                .post(purge, Json.object().with("objects", Json.of(objects)).with("dry_run", Json.of(false))));
        call.say(name + " is deleted.");
        return 0;
    }

    /** The networks that a guest has for itself. */
    private static List<String> networks(Call call, String name) throws IOException {
        try {
            return call.server().get(Server.path("instances", name)).at("devices").fields().values().stream()
                    .map(it -> it.text("network"))
                    .filter(it -> it.startsWith("ve-"))
                    .toList();
        } catch (ServerError absent) {
            if (isAbsent(absent)) {
                return List.of();
            }
            throw absent;
        }
    }

    private static int autostart(Call call, Imperative guests) throws IOException {
        for (Json file : guests.files()) {
            String name = file.text("guest");
            boolean wanted = status(call, name).equals("Stopped")
                    && call.server()
                            .get(Server.path("instances", name))
                            .at("expanded_config")
                            .text("boot.autostart")
                            .equals("true");
            if (wanted && !call.has("dry-run")) {
                ChangeState.act(call, name, "start", -1, false, false);
            }
            if (wanted) {
                call.print((call.has("dry-run") ? "would be started: " : "started: ") + name);
            }
        }
        return 0;
    }
}
