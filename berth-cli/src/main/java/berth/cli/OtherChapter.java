package berth.cli;

import static berth.cli.Catalogue.entry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands about the daemon and about this program. */
final class OtherChapter {
    private OtherChapter() {}

    static List<Entry> entries() {
        return List.of(
                entry(
                        "operation list",
                        "ls",
                        "",
                        "List what the daemon is busy with",
                        "berth operation list",
                        List.of(Listing.FORMAT)),
                entry(
                        "operation show",
                        "",
                        "<operation>",
                        "Show an operation as YAML",
                        "berth operation show 3b873cf0-0e72-4682-a43a-8879a945cfd5"),
                entry(
                        "operation delete",
                        "cancel rm",
                        "<operation>",
                        "Cancel an operation",
                        "berth operation delete 3b873cf0-0e72-4682-a43a-8879a945cfd5"),
                entry(
                        "warning list",
                        "ls",
                        "",
                        "List what is not as it should be",
                        "berth warning list\nberth warning list --all",
                        List.of(Listing.FORMAT, Flag.on("all", 'a', "acknowledged and resolved ones too"))),
                entry(
                        "warning show",
                        "",
                        "<warning>",
                        "Show a warning as YAML",
                        "berth warning show 45ede3d0-7938-47a1-ab08-23587d45a315"),
                entry(
                        "warning ack",
                        "acknowledge",
                        "<warning>...",
                        "Say that you know of it",
                        "berth warning ack 45ede3d0-7938-47a1-ab08-23587d45a315"),
                entry(
                        "warning delete",
                        "rm",
                        "[<warning>...]",
                        "Forget warnings",
                        "berth warning delete 45ede3d0-7938-47a1-ab08-23587d45a315\nberth warning delete --all",
                        List.of(Flag.on("all", 'a', "all of them"))),
                entry(
                        "monitor",
                        "",
                        "",
                        "Show events as they happen",
                        "berth monitor --type lifecycle --pretty\nberth monitor --format json | jq .metadata.action",
                        List.of(
                                Flag.many("type", '\0', "TYPE", "operation, lifecycle or logging (default: all)"),
                                Flag.one("format", 'f', "FORMAT", "yaml, json or pretty (default: yaml)"),
                                Flag.on("pretty", '\0', "the same as --format pretty"),
                                Flag.one("loglevel", '\0', "LEVEL", "the least level of logging events"),
                                Flag.on("all-projects", '\0', "of all projects"))),
                entry(
                        "query",
                        "",
                        "<path>",
                        "Send the daemon a request of your own",
                        "berth query /1.0/instances\n"
                                + "berth query -X POST -d '{\"name\":\"web\"}' --wait /1.0/profiles",
                        List.of(
                                Flag.one(
                                        "request",
                                        'X',
                                        "METHOD",
                                        "GET, POST, PUT, PATCH, DELETE or HEAD (default: GET)"),
                                Flag.one("data", 'd', "JSON", "the body; - reads it from the input"),
                                Flag.on("wait", '\0', "wait for the operation that it begins"),
                                Flag.on("raw", '\0', "print the answer as it came"))),
                entry(
                        "admin init",
                        "",
                        "",
                        "Ask what this host is to have, write that as a site's file, and apply it",
                        "berth admin init\nberth admin init --auto --storage-backend btrfs --storage-create-loop 20",
                        List.of(
                                Flag.on(
                                        "auto",
                                        '\0',
                                        "ask nothing: a pool, a bridge and the profile of ordinary guests"),
                                Flag.on("minimal", '\0', "the same as --auto"),
                                Flag.one("storage-backend", '\0', "DRIVER", "with --auto: dir or btrfs (default: dir)"),
                                Flag.one(
                                        "storage-create-loop",
                                        '\0',
                                        "GIB",
                                        "with --auto and btrfs: a file of that size"),
                                Flag.one("storage-create-device", '\0', "DEVICE", "with --auto and btrfs: that disk"),
                                Flag.one("file", '\0', "FILE", "what is written (default: berth.yaml)"),
                                Flag.one("site", '\0', "NAME", "what the site is called (default: home)"))),
                entry("version", "", "", "Show the versions of this command and of the daemon", "berth version"),
                entry(
                        "completion",
                        "",
                        "<shell>",
                        "Print the completion script for bash, zsh or fish",
                        "berth completion bash > /usr/share/bash-completion/completions/berth\n"
                                + "berth completion zsh > /usr/share/zsh/vendor-completions/_berth\n"
                                + "berth completion fish > /usr/share/fish/vendor_completions.d/berth.fish"),
                entry("help", "", "[<command>...]", "Show what a command does", "berth help config device add"));
    }

    static @Nullable Command make(String path) {
        return switch (path) {
            case "operation list" -> new Operations("list");
            case "operation show" -> new Operations("show");
            case "operation delete" -> new Operations("delete");
            case "warning list" -> new Warnings("list");
            case "warning show" -> new ShowObject(Kind.WARNING);
            case "warning ack" -> new Warnings("ack");
            case "warning delete" -> new Warnings("delete");
            case "monitor" -> new Monitor();
            case "query" -> new Query();
            case "admin init" -> new InitHost();
            case "version" -> new Version();
            case "completion" -> new Completion();
            case "help" -> new Help();
            default -> null;
        };
    }
}
