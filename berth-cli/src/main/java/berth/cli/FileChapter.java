package berth.cli;

import static berth.cli.Catalogue.entry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands about files in instances. */
final class FileChapter {
    private static final Flag DIRECTORIES = Flag.on("create-dirs", 'p', "make the directories that are missing");
    private static final Flag RECURSIVE = Flag.on("recursive", 'r', "take directories with all in them");

    private FileChapter() {}

    static List<Entry> entries() {
        return List.of(
                entry(
                        "file push",
                        "",
                        "<file>... <instance>/<path>",
                        "Put files into an instance",
                        "berth file push web.conf web1/etc/web.conf\nberth file push -r -p site web1/srv/www/\n"
                                + "echo hello | berth file push - web1/etc/motd --mode 0644",
                        List.of(
                                DIRECTORIES,
                                RECURSIVE,
                                Flag.one("uid", '\0', "UID", "the owner of new files (default: the source's)"),
                                Flag.one("gid", '\0', "GID", "the group of new files (default: the source's)"),
                                Flag.one("mode", '\0', "MODE", "the permissions of new files, octal, as 0644"))),
                entry(
                        "file pull",
                        "",
                        "<instance>/<path>... <target>",
                        "Take files out of an instance",
                        "berth file pull web1/var/log/syslog .\nberth file pull -r web1/etc backup/\n"
                                + "berth file pull web1/etc/hosts - | grep db",
                        List.of(DIRECTORIES, RECURSIVE)),
                entry(
                        "file edit",
                        "",
                        "<instance>/<path>",
                        "Change a file of an instance in an editor, or replace it by the input",
                        "berth file edit web1/etc/hosts\nberth file edit web1/etc/hosts < hosts"),
                entry(
                        "file delete",
                        "rm",
                        "<instance>/<path>...",
                        "Delete files, links and empty directories of an instance",
                        "berth file delete web1/etc/motd"),
                entry(
                        "file mount",
                        "",
                        "<instance>[/<path>] <directory>",
                        "Mount the files of an instance, running or stopped, until ctrl+c (by the package sshfs)",
                        "berth file mount web1/srv/www ~/www"));
    }

    static @Nullable Command make(String path) {
        return switch (path) {
            case "file push" -> new PushFiles();
            case "file pull" -> new PullFiles();
            case "file edit" -> new EditFile();
            case "file delete" -> new DeleteFiles();
            case "file mount" -> new MountFiles();
            default -> null;
        };
    }
}
