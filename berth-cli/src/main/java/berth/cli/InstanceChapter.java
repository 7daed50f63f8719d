package berth.cli;

import static berth.cli.Catalogue.entry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands about whole instances. */
final class InstanceChapter {
    private InstanceChapter() {}

    static List<Entry> entries() {
        return List.of(
                entry(
                        "launch",
                        "",
                        "[<image>] [<name>]",
                        "Make an instance from an image and start it",
                        "berth launch debian/12 web1\nberth launch debian/12 db -c limits.memory=2GiB -s fast -n lan",
                        CreateInstance.FLAGS),
                entry(
                        "create",
                        "init",
                        "[<image>|<name>] [<name>|<file>]",
                        "Make an instance from an image, or a guest of a file, which is started",
                        "berth create debian/12 web1\nberth create debian/12 web1 < web1.yaml\nberth create web2 ./web2.yaml",
                        CreateInstance.FLAGS),
                entry(
                        "list",
                        "ls",
                        "[<filter>...]",
                        "List instances",
                        "berth list\nberth list web -c ns4mP\nberth list status=running user.owner=kim --format csv",
                        ListInstances.FLAGS),
                entry(
                        "info",
                        "",
                        "[<instance>]",
                        "Show what an instance is and uses, or the server",
                        "berth info web1\nberth info web1 --show-log\nberth info",
                        List.of(
                                Flag.on("show-log", '\0', "show the log of its last start too"),
                                Flag.on("resources", '\0', "show what the host has"))),
                entry(
                        "start",
                        "",
                        "[<instance>...]",
                        "Start instances",
                        "berth start web1 web2\nberth start --all",
                        List.of(ChangeState.ALL)),
                entry(
                        "stop",
                        "",
                        "[<instance>...]",
                        "Stop instances",
                        "berth stop web1\nberth stop web1 --timeout 30\nberth stop --all --force",
                        List.of(
                                ChangeState.ALL,
                                ChangeState.FORCE,
                                ChangeState.TIMEOUT,
                                Flag.on(
                                        "stateful",
                                        '\0',
                                        "with its running state (the server says what stands in the way)"))),
                entry(
                        "restart",
                        "",
                        "[<instance>...]",
                        "Restart instances",
                        "berth restart web1\nberth restart web1 --force",
                        List.of(ChangeState.ALL, ChangeState.FORCE, ChangeState.TIMEOUT)),
                entry(
                        "pause",
                        "freeze",
                        "[<instance>...]",
                        "Freeze instances: they keep their memory and get no processor time",
                        "berth pause web1 && berth start web1",
                        List.of(ChangeState.ALL)),
                entry(
                        "resume",
                        "unfreeze unpause",
                        "[<instance>...]",
                        "Let frozen instances go on",
                        "berth pause web1\nberth resume web1",
                        List.of(ChangeState.ALL)),
                entry(
                        "wait",
                        "",
                        "<instance> [<instance>...]",
                        "Wait until instances are ready, running, stopped or have an address",
                        "berth wait web1\nberth wait web1 --for address --timeout 20",
                        List.of(
                                Flag.one("for", '\0', "WHAT", "ready, running, stopped or address (default: ready)"),
                                Flag.one("timeout", '\0', "SECONDS", "give up after so long, with exit code 1"))),
                entry(
                        "delete",
                        "rm",
                        "<instance>[/<snapshot>] [<instance>...]",
                        "Delete instances with all they hold",
                        "berth delete web1\nberth delete web1 web2 --force",
                        List.of(
                                Flag.on("force", 'f', "stop them first, at once"),
                                Flag.on("interactive", 'i', "ask before each"))),
                entry(
                        "copy",
                        "cp",
                        "<instance>[/<snapshot>] [<new-name>]",
                        "Copy an instance, or one as it was in a snapshot",
                        "berth copy web1 web2\nberth copy web1/before web3 -c limits.memory=1GiB\n"
                                + "berth copy web1 web2 --instance-only",
                        CopyInstance.COPY),
                entry(
                        "move",
                        "mv",
                        "<instance> [<new-name>]",
                        "Give an instance another name or another storage pool",
                        "berth move web1 web2\nberth move web1 --storage fast",
                        CopyInstance.MOVE),
                entry(
                        "export",
                        "",
                        "<instance> [<file>]",
                        "Pack an instance with its snapshots into a file",
                        "berth export web1\nberth export web1 /srv/web1.tar.zst --compression zstd",
                        Backups.Export.FLAGS),
                entry(
                        "import backup",
                        "",
                        "<file> [<name>]",
                        "Make an instance from a file of berth export or lxc export; the word backup may be left out",
                        "berth import backup web1.tar.gz\nberth import web1.tar.gz web2 --storage fast",
                        Backups.Import.FLAGS),
                entry(
                        "restore",
                        "",
                        "<instance> [<snapshot>]",
                        "Put an instance back to a snapshot",
                        "berth restore web1 before"),
                entry(
                        "publish",
                        "",
                        "<instance>[/<snapshot>] [<key>=<value>...]",
                        "Make an image of a stopped instance or of a snapshot",
                        "berth publish web1 --alias web-base\nberth publish web1/before --alias web-old os=Debian\n"
                                + "berth publish web1 --force --compression zstd --expire 30d",
                        Publish.FLAGS),
                entry("rename", "", "<instance> <new-name>", "Rename an instance", "berth rename web1 web2"),
                new Entry(
                        "exec",
                        List.of(),
                        "<instance> <command...>",
                        "Run a command in an instance",
                        "berth exec web1 -- ls -l /srv\ntar c . | berth exec web1 --cwd /srv -- tar x\n"
                                + "berth exec web1 --env LANG=de_DE.UTF-8 bash",
                        Exec.FLAGS,
                        true),
                entry(
                        "console",
                        "",
                        "<instance>",
                        "Attach to the console of an instance; ctrl+a q leaves it",
                        "berth console web1\nberth console web1 --show-log",
                        List.of(Flag.on("show-log", '\0', "print what was said on it lately instead"))),
                entry(
                        "attach",
                        "",
                        "[<session-or-instance>]",
                        "Attach to a command begun with exec --detachable; ctrl+a q leaves it",
                        "berth exec --detachable web1 -- bash\nberth attach web1\nberth attach 5b1e0c2f --view",
                        List.of(Flag.on("view", '\0', "only look: what is typed is not passed on"))),
                entry(
                        "sessions",
                        "",
                        "",
                        "List the commands that can be attached to, and those that ended lately",
                        "berth sessions\nberth sessions --end 5b1e0c2f",
                        List.of(
                                Listing.FORMAT,
                                Flag.one("end", '\0', "ID", "hang up on it, or forget one that is over"))),
                entry("shell", "", "<instance>", "Log in to an instance as root", "berth shell web1", Exec.FLAGS));
    }

    static @Nullable Command make(String path) {
        return switch (path) {
            case "launch" -> new CreateInstance(true);
            case "create" -> new CreateInstance(false);
            case "list" -> new ListInstances();
            case "info" -> new InfoInstance();
            case "start" -> new ChangeState("start");
            case "stop" -> new ChangeState("stop");
            case "restart" -> new ChangeState("restart");
            case "pause" -> new ChangeState("freeze");
            case "resume" -> new ChangeState("unfreeze");
            case "copy" -> new CopyInstance(false);
            case "move" -> new CopyInstance(true);
            case "export" -> new Backups.Export();
            case "import backup" -> new Backups.Import();
            case "restore" -> new Snapshots.Restore();
            case "wait" -> new WaitFor();
            case "delete" -> new DeleteInstances();
            case "publish" -> new Publish();
            case "rename" -> new Rename(Kind.INSTANCE);
            case "exec" -> new Exec(List.of());
            case "attach" -> new AttachSession();
            case "sessions" -> new ListSessions();
            case "console" -> new Console();
            case "shell" -> new Exec(List.of("su", "-l"));
            default -> null;
        };
    }
}
