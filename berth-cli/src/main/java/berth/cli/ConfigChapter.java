package berth.cli;

import static berth.cli.Catalogue.entry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands that change instances and the server. */
final class ConfigChapter {
    private static final List<Flag> EXPANDED = List.of(Flag.on("expanded", 'e', "with what comes from its profiles"));

    private ConfigChapter() {}

    static List<Entry> entries() {
        return List.of(
                entry(
                        "config show",
                        "",
                        "[<instance>]",
                        "Show the configuration of an instance, or of the server, as YAML",
                        "berth config show web1 --expanded",
                        EXPANDED),
                entry(
                        "config get",
                        "",
                        "[<instance>] <key>",
                        "Show one configuration key",
                        "berth config get web1 limits.memory",
                        EXPANDED),
                entry(
                        "config set",
                        "",
                        "[<instance>] <key>=<value>...",
                        "Set configuration keys",
                        "berth config set web1 limits.cpu=2 limits.memory=1GiB\n"
                                + "berth config set web1 user.user-data - < cloud.yaml"),
                entry(
                        "config unset",
                        "",
                        "[<instance>] <key>",
                        "Remove a configuration key",
                        "berth config unset web1 limits.cpu"),
                entry(
                        "config edit",
                        "",
                        "[<instance>]",
                        "Change an instance, or the server, in an editor or from the input",
                        "berth config edit web1\nberth config edit web1 < web1.yaml"),
                entry(
                        "config device add",
                        "",
                        "<instance> <device> <type> [<key>=<value>...]",
                        "Add a device",
                        "berth config device add web1 data disk source=/srv/data path=/data"),
                entry(
                        "config device remove",
                        "rm",
                        "<instance> <device...>",
                        "Remove devices",
                        "berth config device remove web1 data"),
                entry(
                        "config device override",
                        "",
                        "<instance> <device> [<key>=<value>...]",
                        "Make a profile's device the instance's own, with other keys",
                        "berth config device override web1 root size=20GiB"),
                entry(
                        "config device set",
                        "",
                        "<instance> <device> <key>=<value>...",
                        "Set keys of a device",
                        "berth config device set web1 data readonly=true"),
                entry(
                        "config device unset",
                        "",
                        "<instance> <device> <key>",
                        "Remove a key of a device",
                        "berth config device unset web1 data readonly"),
                entry(
                        "config device get",
                        "",
                        "<instance> <device> <key>",
                        "Show a key of a device",
                        "berth config device get web1 data source"),
                entry(
                        "config device list",
                        "ls",
                        "<instance>",
                        "List the devices of an instance's own",
                        "berth config device list web1"),
                entry(
                        "config device show",
                        "",
                        "<instance>",
                        "Show the devices of an instance's own as YAML",
                        "berth config device show web1"),
                entry(
                        "config metadata show",
                        "",
                        "<instance>",
                        "Show what an instance's image says of itself, and when which template is filled in",
                        "berth config metadata show web1"),
                entry(
                        "config metadata edit",
                        "",
                        "<instance>",
                        "Change the metadata of an instance in an editor or from the input",
                        "berth config metadata edit web1\nberth config metadata edit web1 < metadata.yaml"),
                entry(
                        "config template list",
                        "ls",
                        "<instance>",
                        "List the templates of an instance",
                        "berth config template list web1",
                        List.of(Listing.FORMAT)),
                entry(
                        "config template show",
                        "",
                        "<instance> <template>",
                        "Show a template",
                        "berth config template show web1 hostname.tpl"),
                entry(
                        "config template create",
                        "",
                        "<instance> <template>",
                        "Make a template, empty or from the input",
                        "berth config template create web1 motd.tpl < motd.tpl"),
                entry(
                        "config template edit",
                        "",
                        "<instance> <template>",
                        "Change a template in an editor, or replace it by the input",
                        "berth config template edit web1 motd.tpl"),
                entry(
                        "config template delete",
                        "rm",
                        "<instance> <template>",
                        "Delete a template",
                        "berth config template delete web1 motd.tpl"));
    }

    static @Nullable Command make(String path) {
        if (path.startsWith("config device ")) {
            return new Devices(Kind.INSTANCE, path.substring("config device ".length()));
        }
        if (path.startsWith("config template ")) {
            return new Templates(path.substring("config template ".length()));
        }
        return switch (path) {
            case "config metadata show" -> new ShowObject(Kind.METADATA);
            case "config metadata edit" -> new EditObject(Kind.METADATA);
            case "config show" -> new ShowObject(Kind.INSTANCE);
            case "config get" -> new GetKey(Kind.INSTANCE);
            case "config set" -> new SetKeys(Kind.INSTANCE, false);
            case "config unset" -> new SetKeys(Kind.INSTANCE, true);
            case "config edit" -> new EditObject(Kind.INSTANCE);
            default -> null;
        };
    }
}
