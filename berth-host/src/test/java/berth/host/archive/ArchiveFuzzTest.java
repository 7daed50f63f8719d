package berth.host.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Archives made by chance (R22): each is taken or refused as a bad archive, never anything else, and whatever is unpacked
 * stays where it belongs. {@code -Dberth.fuzz.seed=N} begins with that archive, {@code -Dberth.fuzz.archives=N} takes more.
 */
class ArchiveFuzzTest {
    private static final long FIRST = Long.getLong("berth.fuzz.seed", 1);
    private static final int MORE = Integer.getInteger("berth.fuzz.archives", 0);
    private static final ArchiveLimits LIMITS =
            new ArchiveLimits(1 << 20, 10_000, 1 << 24, 1L << 32, 1 << 16, 1L << 31, Duration.ofSeconds(20));

    @TempDir
    Path directory;

    @Test
    void takes_or_refuses_whatever_comes() throws IOException {
        int taken = 0;
        int many = Math.max(MORE, 3000);
        for (long seed = FIRST; seed < FIRST + many; seed++) {
            taken += taken(seed, Layout.values()[(int) (seed % Layout.values().length)]) ? 1 : 0;
        }
        assertThat(taken).as("archives that were good enough").isBetween(many / 100, many * 3 / 4);
    }

    @Test
    @Tag("host")
    void changes_nothing_beside_the_target() throws IOException {
        Path canary = Files.createDirectory(directory.resolve("canary"));
        Files.writeString(canary.resolve("file"), "alive");
        Files.createSymbolicLink(canary.resolve("link"), Path.of("file"));
        var before = tree(canary);
        var unpack = new Unpack(LIMITS, true);
        int many = Math.max(MORE, 250);
        for (long seed = FIRST; seed < FIRST + many; seed++) {
            Path room = Files.createDirectory(directory.resolve("room"));
            Path target = Files.createDirectory(room.resolve("target"));
            Path file = TarMaker.write(room, RandomTar.of(seed));
            try {
                unpack.into(target, file, Layout.UNIFIED);
            } catch (BadArchive refused) {
                assertThat(refused.getMessage()).as("seed " + seed).isNotBlank();
            } catch (RuntimeException bug) {
                throw new AssertionError("seed " + seed, bug);
            }
            assertThat(tree(canary)).as("seed " + seed).isEqualTo(before);
            assertThat(room.toFile().list()).as("seed " + seed).containsExactlyInAnyOrder("target", "archive");
            assertThat(Path.of("/tmp/berth-fuzz-absolute")).as("seed " + seed).doesNotExist();
            remove(room);
        }
    }

    private boolean taken(long seed, Layout layout) {
        try {
            new ArchiveInspection(LIMITS).inspect(TarMaker.write(directory, RandomTar.of(seed)), layout);
            return true;
        } catch (BadArchive refused) {
            assertThat(refused.getMessage()).as("seed " + seed).isNotBlank().doesNotContain("\n", "Exception");
            return false;
        } catch (RuntimeException bug) {
            throw new AssertionError("seed " + seed + ", " + layout, bug);
        }
    }

    private static Map<String, String> tree(Path of) throws IOException {
        var found = new TreeMap<String, String>();
        try (var all = Files.walk(of)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                var facts = Files.readAttributes(
                        each, "unix:mode,uid,gid,lastModifiedTime,nlink", LinkOption.NOFOLLOW_LINKS);
                found.put(
                        each.toString(),
                        new TreeMap<>(facts) + (Files.isRegularFile(each) ? Files.readString(each) : ""));
            }
        }
        return found;
    }

    private static void remove(Path room) throws IOException {
        try (var all = Files.walk(room)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
