package berth.cli;

import static berth.cli.Catalogue.entry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands about images. */
final class ImageChapter {
    private ImageChapter() {}

    static List<Entry> entries() {
        return List.of(
                entry(
                        "image build",
                        "",
                        "<distribution>/<release>",
                        "Make an image from a distribution's own packages",
                        "berth image build debian/12\nberth image build debian/13 --alias trixie --split",
                        BuildImage.FLAGS),
                entry(
                        "image import",
                        "",
                        "<tarball> [<rootfs>] [<key>=<value>...]",
                        "Import an image from files",
                        "berth image import alpine.tar.xz --alias alpine\n"
                                + "berth image import meta.tar.xz rootfs.squashfs --alias debian/12 os=Debian",
                        ImportImage.FLAGS),
                entry(
                        "image list",
                        "ls",
                        "[<filter>...]",
                        "List images",
                        "berth image list\nberth image list debian -c lfs\nberth image list os=debian",
                        List.of(
                                Listing.FORMAT,
                                Flag.one("columns", 'c', "COLUMNS", "letters, see below (default: lfpdatsu)"))),
                entry("image show", "", "<image>", "Show an image as YAML", "berth image show debian/12"),
                entry("image info", "", "<image>", "Show what an image is", "berth image info debian/12"),
                entry(
                        "image export",
                        "",
                        "<image> [<target>]",
                        "Write an image into a file, or into two",
                        "berth image export debian/12 /srv/images/"),
                entry("image delete", "rm", "<image> [<image>...]", "Delete images", "berth image delete debian/11"),
                entry(
                        "image edit",
                        "",
                        "<image>",
                        "Change an image's properties in an editor or from the input",
                        "berth image edit debian/12"),
                entry(
                        "image get-property",
                        "",
                        "<image> <key>",
                        "Show a property",
                        "berth image get-property debian/12 os"),
                entry(
                        "image set-property",
                        "",
                        "<image> <key> <value>",
                        "Set a property",
                        "berth image set-property debian/12 description \"our base\""),
                entry(
                        "image unset-property",
                        "",
                        "<image> <key>",
                        "Remove a property",
                        "berth image unset-property debian/12 description"),
                entry(
                        "image alias list",
                        "ls",
                        "[<filter>]",
                        "List the names of images",
                        "berth image alias list",
                        List.of(Listing.FORMAT)),
                entry(
                        "image alias create",
                        "",
                        "<alias> <image>",
                        "Give an image a name",
                        "berth image alias create web-base 3f9c12"),
                entry("image alias delete", "rm", "<alias>", "Remove a name", "berth image alias delete web-base"),
                entry(
                        "image alias rename",
                        "mv",
                        "<alias> <new-name>",
                        "Change a name",
                        "berth image alias rename web-base base"));
    }

    static @Nullable Command make(String path) {
        if (path.startsWith("image alias ")) {
            return new Images.Aliases(path.substring("image alias ".length()));
        }
        return switch (path) {
            case "image build" -> new BuildImage();
            case "image import" -> new ImportImage();
            case "image list" -> new Images();
            case "image show" -> new ShowObject(Kind.IMAGE);
            case "image info" -> new Images.Info();
            case "image export" -> new ExportImage();
            case "image delete" -> new DeleteObject(Kind.IMAGE);
            case "image edit" -> new EditObject(Kind.IMAGE);
            case "image get-property" -> new GetKey(Kind.IMAGE);
            case "image set-property" -> new SetKeys(Kind.IMAGE, false);
            case "image unset-property" -> new SetKeys(Kind.IMAGE, true);
            default -> null;
        };
    }
}
