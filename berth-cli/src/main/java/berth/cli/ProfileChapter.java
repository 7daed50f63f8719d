package berth.cli;

import static berth.cli.Catalogue.entry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands about profiles. */
final class ProfileChapter {
    private ProfileChapter() {}

    static List<Entry> entries() {
        return List.of(
                entry("profile list", "ls", "", "List profiles", "berth profile list", List.of(Listing.FORMAT)),
                entry("profile show", "", "<profile>", "Show a profile as YAML", "berth profile show default"),
                entry(
                        "profile create",
                        "",
                        "<profile>",
                        "Make a profile, empty or from YAML on the input",
                        "berth profile create web < web.yaml"),
                entry("profile delete", "rm", "<profile>", "Delete a profile", "berth profile delete web"),
                entry("profile copy", "cp", "<profile> <new-name>", "Copy a profile", "berth profile copy default web"),
                entry(
                        "profile rename",
                        "mv",
                        "<profile> <new-name>",
                        "Rename a profile",
                        "berth profile rename web www"),
                entry(
                        "profile edit",
                        "",
                        "<profile>",
                        "Change a profile in an editor or from the input",
                        "berth profile edit web\nberth profile edit web < web.yaml"),
                entry("profile get", "", "<profile> <key>", "Show one key", "berth profile get web limits.cpu"),
                entry(
                        "profile set",
                        "",
                        "<profile> <key>=<value>...",
                        "Set configuration keys",
                        "berth profile set web limits.cpu=2"),
                entry("profile unset", "", "<profile> <key>", "Remove a key", "berth profile unset web limits.cpu"),
                entry(
                        "profile add",
                        "",
                        "<instance> <profile>",
                        "Give an instance one more profile",
                        "berth profile add web1 web"),
                entry(
                        "profile remove",
                        "",
                        "<instance> <profile>",
                        "Take a profile from an instance",
                        "berth profile remove web1 web"),
                entry(
                        "profile assign",
                        "apply",
                        "<instance> [<profiles>]",
                        "Give an instance these profiles and no others",
                        "berth profile assign web1 default,web"),
                entry(
                        "profile device add",
                        "",
                        "<profile> <device> <type> [<key>=<value>...]",
                        "Add a device",
                        "berth profile device add web root disk path=/ pool=default"),
                entry(
                        "profile device remove",
                        "rm",
                        "<profile> <device...>",
                        "Remove devices",
                        "berth profile device remove web root"),
                entry(
                        "profile device set",
                        "",
                        "<profile> <device> <key>=<value>...",
                        "Set keys of a device",
                        "berth profile device set web root size=20GiB"),
                entry(
                        "profile device unset",
                        "",
                        "<profile> <device> <key>",
                        "Remove a key of a device",
                        "berth profile device unset web root size"),
                entry(
                        "profile device get",
                        "",
                        "<profile> <device> <key>",
                        "Show a key of a device",
                        "berth profile device get web root pool"),
                entry(
                        "profile device list",
                        "ls",
                        "<profile>",
                        "List the devices of a profile",
                        "berth profile device list web"),
                entry(
                        "profile device show",
                        "",
                        "<profile>",
                        "Show the devices of a profile as YAML",
                        "berth profile device show web"));
    }

    static @Nullable Command make(String path) {
        if (path.startsWith("profile device ")) {
            return new Devices(Kind.PROFILE, path.substring("profile device ".length()));
        }
        return switch (path) {
            case "profile list" -> new Profiles();
            case "profile show" -> new ShowObject(Kind.PROFILE);
            case "profile create" -> new Profiles.Create();
            case "profile delete" -> new DeleteObject(Kind.PROFILE);
            case "profile copy" -> new Profiles.Copy();
            case "profile rename" -> new Rename(Kind.PROFILE);
            case "profile edit" -> new EditObject(Kind.PROFILE);
            case "profile get" -> new GetKey(Kind.PROFILE);
            case "profile set" -> new SetKeys(Kind.PROFILE, false);
            case "profile unset" -> new SetKeys(Kind.PROFILE, true);
            case "profile add" -> new Profiles.OfInstance("add");
            case "profile remove" -> new Profiles.OfInstance("remove");
            case "profile assign" -> new Profiles.OfInstance("assign");
            default -> null;
        };
    }
}
