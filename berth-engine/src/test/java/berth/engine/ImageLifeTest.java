package berth.engine;

import static berth.engine.TestHost.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.engine.image.ImageFiles;
import berth.engine.image.ImageUpload;
import berth.model.Fingerprint;
import berth.model.Image;
import berth.model.Kind;
import berth.model.Refused;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ImageLifeTest {
    private static final String METADATA =
            "architecture: x86_64\ncreation_date: 1767225600\nproperties: {os: Test, release: '1'}\n";

    private final TestHost host = new TestHost();

    @Test
    void an_image_is_known_by_the_digest_of_its_bytes() throws Exception {
        byte[] bytes = tar("metadata.yaml", METADATA, "rootfs/hello", "hello");
        Image image = host.use().images().importImage().now(upload(bytes, null, ""));
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        assertThat(image.fingerprint()).isEqualTo(new Fingerprint(digest));
        assertThat(image.size()).isEqualTo(bytes.length);
        assertThat(image.kind()).isEqualTo(Kind.CONTAINER);
        assertThat(image.properties()).containsEntry("os", "Test").containsEntry("mine", "yes");
        var export = host.use().images().exportImage().export(PROJECT, digest.substring(0, 8));
        assertThat(export.main()).hasBinaryContent(bytes);
        assertThat(export.filename()).isEqualTo(digest + ".tar");
        host.use().images().deleteImage().now(PROJECT, image.fingerprint());
        assertThat(export.main()).doesNotExist();
    }

    /** Printed by: (cat metadata; cat root) | sha256sum. */
    @Test
    void a_split_image_is_known_by_metadata_then_root() throws Exception {
        byte[] metadata = tar("metadata.yaml", METADATA);
        byte[] root = tar("hello", "hello");
        var digest = MessageDigest.getInstance("SHA-256");
        digest.update(metadata);
        digest.update(root);
        Image image = host.use().images().importImage().now(upload(metadata, root, ""));
        assertThat(image.fingerprint().text()).isEqualTo(HexFormat.of().formatHex(digest.digest()));
        assertThat(image.split()).isTrue();
        assertThat(image.size()).isEqualTo(metadata.length + root.length);
        var export = host.use()
                .images()
                .exportImage()
                .export(PROJECT, image.fingerprint().text());
        assertThat(export.filename()).isEqualTo("meta-" + image.fingerprint() + ".tar");
        assertThat(export.root().part()).isEqualTo("rootfs");
        assertThat(export.root().file()).hasBinaryContent(root);
        host.use().images().deleteImage().now(PROJECT, image.fingerprint());
    }

    @Test
    void refuses_a_second_one_and_a_wrong_fingerprint_and_keeps_nothing_of_them() throws IOException {
        byte[] bytes = tar("metadata.yaml", METADATA, "rootfs/hello", "second");
        Image image = host.use().images().importImage().now(upload(bytes, null, ""));
        assertThatThrownBy(() -> host.use().images().importImage().now(upload(bytes, null, "")))
                .hasMessage("Image with same fingerprint already exists");
        assertThatThrownBy(() -> host.use()
                        .images()
                        .importImage()
                        .now(upload(tar("metadata.yaml", METADATA, "rootfs/a", "third"), null, "f".repeat(64))))
                .hasMessageContaining("fingerprint doesn't match");
        for (byte[] bad : List.of(
                new byte[0],
                "no archive".getBytes(StandardCharsets.UTF_8),
                tar("metadata.yaml", METADATA),
                tar("metadata.yaml", "architecture: vax\ncreation_date: 1", "rootfs/a", "a"),
                tar("rootfs/a", "a"),
                tar("metadata.yaml", METADATA, "rootfs/a", "a", "rootfs.img", "b"),
                Arrays.copyOf(bytes, bytes.length - 1200))) {
            assertThatThrownBy(() -> host.use().images().importImage().now(upload(bad, null, "")))
                    .isInstanceOf(Refused.class);
        }
        assertThat(host.use().images().images().list(PROJECT)).containsExactly(image);
        host.use().images().deleteImage().now(PROJECT, image.fingerprint());
        assertThat(host.everything()).noneMatch(it -> it.contains("image"));
        try (var files =
                Files.list(host.use().images().files().main(image.fingerprint()).getParent())) {
            assertThat(files.filter(it -> it.getFileName().toString().startsWith("upload-")))
                    .isEmpty();
        }
    }

    @Test
    void names_come_move_and_go_with_their_image() throws IOException {
        Image one = host.use()
                .images()
                .importImage()
                .now(upload(tar("metadata.yaml", METADATA, "rootfs/a", "1"), null, ""));
        Image two = host.use()
                .images()
                .importImage()
                .now(upload(tar("metadata.yaml", METADATA, "rootfs/a", "2"), null, ""));
        var aliases = host.use().images().aliases();
        var images = host.use().images().images();
        aliases.create(PROJECT, "test/1", "first", one.fingerprint().text().substring(0, 12));
        assertThat(images.resolve(PROJECT, "test/1")).isEqualTo(one);
        assertThatThrownBy(() ->
                        aliases.create(PROJECT, "test/1", "", two.fingerprint().text()))
                .hasMessage("Alias \"test/1\" already exists");
        aliases.update(PROJECT, "test/1", null, two.fingerprint().text());
        assertThat(images.resolve(PROJECT, "test/1")).isEqualTo(two);
        assertThat(aliases.require(PROJECT, "test/1").description()).isEqualTo("first");
        aliases.rename(PROJECT, "test/1", "test/2");
        assertThat(images.aliases(two)).extracting(it -> it.name()).containsExactly("test/2");
        assertThatThrownBy(() -> aliases.require(PROJECT, "test/1")).hasMessage("Image alias not found");
        assertThatThrownBy(() ->
                        aliases.create(PROJECT, "a\nb", "", one.fingerprint().text()))
                .hasMessageContaining("Invalid image alias name");
        assertThatThrownBy(() -> images.resolve(PROJECT, "gone")).hasMessageContaining("Image not found");
        assertThatThrownBy(() -> images.require(PROJECT, "../x")).hasMessage("Image not found");
        host.use().images().deleteImage().now(PROJECT, two.fingerprint());
        assertThat(aliases.list(PROJECT)).isEmpty();
        host.use().images().deleteImage().now(PROJECT, one.fingerprint());
    }

    @Test
    void a_prefix_that_fits_two_is_refused() throws IOException {
        for (int i = 0; i < 17; i++) {
            host.use()
                    .images()
                    .importImage()
                    .now(upload(tar("metadata.yaml", METADATA, "rootfs/a", "n" + i), null, ""));
        }
        var images = host.use().images().images();
        String shared = images.list(PROJECT).stream()
                .map(it -> it.fingerprint().text().substring(0, 1))
                .reduce("", (sofar, it) -> sofar.length() == 2 ? sofar : sofar.equals(it) ? it + "!" : it)
                .substring(0, 1);
        assertThatThrownBy(() -> images.require(PROJECT, shared)).hasMessage("More than one image matches");
        images.list(PROJECT).forEach(it -> host.use().images().deleteImage().now(PROJECT, it.fingerprint()));
    }

    /** Takes in a small image with a name. */
    static void importOne(TestHost host) {
        ImageFiles files = host.use().images().files();
        try {
            byte[] bytes = tar("metadata.yaml", METADATA, "rootfs/hello", "hello");
            Path file = Files.write(files.newUpload(), bytes);
            host.use().images().importImage().now(ImageUpload.unified(PROJECT, file, "one.tar"));
        } catch (IOException full) {
            throw new java.io.UncheckedIOException(full);
        }
    }

    private ImageUpload upload(byte[] bytes, byte @Nullable [] root, String fingerprint) throws IOException {
        ImageFiles files = host.use().images().files();
        Path rootFile = root == null ? null : Files.write(files.newUpload(), root);
        return new ImageUpload(
                PROJECT,
                Files.write(files.newUpload(), bytes),
                rootFile,
                false,
                "test.tar",
                fingerprint,
                false,
                false,
                Map.of("mine", "yes"),
                List.of(),
                List.of());
    }

    private static byte[] tar(String... namesAndContents) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndContents.length; i += 2) {
            byte[] content = namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8);
            out.writeBytes(header(namesAndContents[i], content.length));
            out.writeBytes(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
        }
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    private static byte[] header(String name, int size) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644");
        put(header, 124, String.format("%011o", size));
        header[156] = '0';
        put(header, 257, "ustar");
        put(header, 263, "00");
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o\0", sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
