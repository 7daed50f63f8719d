package berth.engine.image;

import berth.engine.operation.Operation;
import berth.engine.operation.OperationRequest;
import berth.engine.operation.Operations;
import berth.host.Program;
import berth.host.file.Beneath;
import berth.model.Image;
import berth.model.ProjectName;
import berth.model.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes an image out of a distribution's own packages, and takes it in as any other. */
public final class BuildImage {
    private static final Duration PACKING = Duration.ofMinutes(20);
    private static final DateTimeFormatter SERIAL =
            DateTimeFormatter.ofPattern("uuuuMMdd_HHmm").withZone(ZoneOffset.UTC);

    private final ImageFiles files;
    private final ImportImage imports;
    private final Operations operations;
    private final Clock clock;
    private final String architecture;

    /**
     * Builds with those.
     *
     * @param architecture the kernel's name for that of this host
     */
    public BuildImage(ImageFiles files, ImportImage imports, Operations operations, Clock clock, String architecture) {
        this.files = files;
        this.imports = imports;
        this.operations = operations;
        this.clock = clock;
        this.architecture = architecture;
    }

    /**
     * Goes on as an operation: its metadata has {@code build_image_progress} meanwhile, {@code fingerprint} and
     * {@code size} at the end.
     *
     * @param split metadata and a squashfs root apart, instead of one tarball
     */
    public Operation start(ProjectName project, ImageRecipe recipe, List<ImageUpload.Alias> aliases, boolean split) {
        aliases.forEach(it -> ImageAliases.check(it.name()));
        require(split);
        return operations.begin(OperationRequest.task("Building image", Map.of(), project), operation -> {
            Image image = now(project, recipe, aliases, split, it -> operation.tell("build_image_progress", it.text()));
            operation.tell("build_image_progress", null);
            operation.tell("fingerprint", image.fingerprint().text());
            operation.tell("size", String.valueOf(image.size()));
        });
    }

    /** Builds it and returns when it is here; for an applied plan. */
    public Image now(
            ProjectName project,
            ImageRecipe recipe,
            List<ImageUpload.Alias> aliases,
            boolean split,
            Consumer<BuildProgress> progress) {
        require(split);
        Path work = files.newWorkplace();
        Path main = files.newUpload();
        Path root = split ? files.newUpload() : null;
        try {
            new DebianRoot(recipe, files.packageCache(), progress).make(work.resolve("rootfs"));
            Instant now = clock.instant();
            var templates = DebianTemplates.of(hasCloudInit(work.resolve("rootfs")), recipe);
            templates.write(work.resolve("templates"));
            Files.writeString(
                    work.resolve("metadata.yaml"),
                    metadata(recipe, now, templates.described()).yaml());
            progress.accept(new BuildProgress("packing", 85));
            pack(work, main, root);
            progress.accept(new BuildProgress("taking it in", 95));
            return imports.now(new ImageUpload(
                    project,
                    main,
                    root,
                    false,
                    filename(recipe, split),
                    "",
                    false,
                    false,
                    Map.of(),
                    List.of(),
                    aliases));
        } catch (IOException failed) {
            throw Refused.failed("Building the image failed: " + failed.getMessage());
        } finally {
            ImageFiles.delete(main);
            if (root != null) {
                ImageFiles.delete(root);
            }
            files.deleteWorkplace(work);
        }
    }

    private static void require(boolean split) {
        var needed = new ArrayList<>(List.of("mmdebstrap", "tar", "zstd", "chroot"));
        if (split) {
            needed.add("mksquashfs");
        }
        for (String program : needed) {
            if (Program.find(program).isEmpty()) {
                throw Refused.failed("Building an image needs the program " + program + ", which is not installed here"
                        + (program.equals("mksquashfs") ? " (package squashfs-tools)" : ""));
            }
        }
    }

    private static void pack(Path work, Path main, @Nullable Path root) {
        var argv = new ArrayList<>(List.of(
                "tar",
                "--create",
                "--zstd",
                "--numeric-owner",
                "--sort=name",
                "--xattrs",
                "--xattrs-include=*",
                "--force-local",
                "--file=" + main,
                "--directory=" + work,
                "metadata.yaml",
                "templates"));
        if (root == null) {
            argv.add("rootfs");
        }
        Program.of(argv).with("ZSTD_NBTHREADS", "0").within(PACKING).must();
        if (root != null) {
            ImageFiles.delete(root); // mksquashfs makes the file itself
            Program.of(
                            "mksquashfs",
                            work.resolve("rootfs").toString(),
                            root.toString(),
                            "-noappend",
                            "-quiet",
                            "-no-progress",
                            "-comp",
                            "zstd",
                            "-Xcompression-level",
                            "6")
                    .within(PACKING)
                    .must();
        }
    }

    private static boolean hasCloudInit(Path root) {
        try (var guest = Beneath.guest(root)) {
            return guest.exists("usr/bin/cloud-init");
        }
    }

    private ImageMetadata metadata(
            ImageRecipe recipe, Instant now, SortedMap<String, ImageMetadata.Template> templates) {
        Distribution release = recipe.distribution();
        String serial = SERIAL.format(now);
        var properties = new TreeMap<>(Map.of(
                "os",
                "Debian",
                "release",
                release.codename(),
                "version",
                release.version(),
                "variant",
                "minbase",
                "architecture",
                architecture,
                "serial",
                serial,
                "name",
                "debian-" + release.version() + "-" + architecture + "-" + serial,
                "description",
                "Debian " + release.version() + " " + release.codename() + " " + architecture + " (" + serial + ")"));
        return new ImageMetadata(
                architecture, Instant.ofEpochSecond(now.getEpochSecond()), Instant.EPOCH, properties, templates);
    }

    private static String filename(ImageRecipe recipe, boolean split) {
        return "debian-" + recipe.distribution().version() + (split ? ".squashfs" : ".tar.zst");
    }
}
