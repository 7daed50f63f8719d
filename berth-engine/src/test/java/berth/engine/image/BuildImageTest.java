package berth.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import berth.engine.driver.Drivers;
import berth.engine.event.Events;
import berth.engine.operation.Operations;
import berth.engine.record.Codec;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.StoreJournal;
import berth.engine.record.Turns;
import berth.host.archive.ArchiveLimits;
import berth.host.archive.Layout;
import berth.host.archive.Unpack;
import berth.model.Image;
import berth.model.ProjectName;
import berth.model.wanted.GuestFile;
import berth.spi.InMemoryStore;
import berth.steps.Faults;
import berth.steps.StepRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Builds real images; needs root and this host's package mirror, which host tests do not reach: asked for by name only. */
@Tag("host")
@EnabledIfEnvironmentVariable(
        named = "BERTH_MIRROR_TESTS",
        matches = "1",
        disabledReason = "fetches packages: set BERTH_MIRROR_TESTS=1")
class BuildImageTest {
    private static final ProjectName PROJECT = new ProjectName("default");

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"debian/12,false", "debian/13,true"})
    void builds_an_image_that_is_ready_to_be_many_guests(String name, boolean split) throws Exception {
        Path keep = Path.of(System.getenv().getOrDefault("BERTH_MIRROR_TESTS_DIR", directory.toString()));
        var store = new InMemoryStore();
        var codec = new Codec();
        var events = new Events(Clock.systemUTC());
        var journal = new StoreJournal(store, codec);
        try (var later = Executors.newSingleThreadScheduledExecutor()) {
            var images = ImageUseCases.assemble(
                    keep.resolve("images"),
                    new Shelves(store, codec),
                    new Drivers(Map.of(), Map.of(), Map.of()),
                    events,
                    new Operations(Clock.systemUTC(), events, later),
                    new Runs(new StepRunner(journal, () -> false, Faults.NONE), journal, codec),
                    new Turns(),
                    Clock.systemUTC());
            var stages = new ArrayList<String>();
            var motd = new GuestFile("/etc/made/motd", new GuestFile.Content.Text("hello"), 0640, 0, 4);
            Image image = images.buildImage()
                    .now(
                            PROJECT,
                            new ImageRecipe(Distribution.of(name), List.of("less"), List.of(motd)),
                            List.of(new ImageUpload.Alias(name, "")),
                            split,
                            it -> stages.add(it.text()));
            assertThat(stages).contains("installing packages: 50%", "packing: 85%");
            assertThat(images.images().resolve(PROJECT, name)).isEqualTo(image);
            assertThat(image.properties()).containsEntry("os", "Debian").containsKey("serial");
            assertThat(image.split()).isEqualTo(split);
            try (var left = Files.list(keep.resolve("images"))) {
                assertThat(left.map(it -> it.getFileName().toString()).filter(it -> it.contains("-")))
                        .isEmpty();
            }
            Path target = Files.createDirectories(keep.resolve("unpacked-" + name.replace('/', '-')));
            Path root = Files.createDirectories(target.resolve("rootfs"));
            var export =
                    images.exportImage().export(PROJECT, image.fingerprint().text());
            var unpack = Unpack.within(ArchiveLimits.IMAGE);
            unpack.into(target, export.main(), split ? Layout.METADATA : Layout.UNIFIED);
            if (export.root() != null) {
                unpack.into(root, export.root().file(), Layout.ROOT);
            }
            assertThat(root.resolve("etc/made/motd")).hasContent("hello");
            assertThat(Files.getAttribute(root.resolve("etc/made/motd"), "unix:gid"))
                    .isEqualTo(4);
            assertThat(root.resolve("usr/bin/less")).exists();
            assertThat(root.resolve("etc/machine-id")).isEmptyFile();
            assertThat(root.resolve("etc/hostname")).doesNotExist();
            assertThat(root.resolve("var/cache/apt/archives/lock").resolveSibling("x.deb"))
                    .doesNotExist();
            assertThat(Files.readSymbolicLink(root.resolve("etc/systemd/system/sys-kernel-debug.mount")))
                    .isEqualTo(Path.of("/dev/null"));
        }
    }
}
