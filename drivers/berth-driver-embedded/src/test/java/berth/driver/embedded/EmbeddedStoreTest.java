package berth.driver.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.model.Refused;
import berth.spi.Store;
import berth.spi.StoreContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreTest extends StoreContract {
    @TempDir
    Path directory = Path.of("");

    private Path file() {
        return directory.resolve("berth.db");
    }

    @Override
    protected Store open() {
        return new EmbeddedStore(directory.resolve("contract.db"));
    }

    @Test
    void everything_is_there_after_it_was_closed_and_opened_again() {
        try (var store = new EmbeddedStore(file())) {
            store.commit(Map.of(), Map.of("a", "1", "b", "2"));
            store.commit(Map.of(), Map.of("a", "3"));
        }
        try (var store = new EmbeddedStore(file())) {
            assertThat(store.revision()).isEqualTo(2);
            assertThat(store.find("a").orElseThrow()).isEqualTo(new Store.Document("a", "3", 2));
            assertThat(store.commit(Map.of("b", 1L), Map.of("b", "4"))).contains(3L);
        }
    }

    @Test
    void what_was_noted_is_on_the_disk_as_soon_as_a_later_commit_is() {
        Path kept = directory.resolve("kept");
        try (var store = new EmbeddedStore(file(), kept)) {
            store.commit(Map.of(), Map.of("a", "1"));
            store.note(Map.of("b", "2"));
            assertThat(store.find("b").orElseThrow().text()).isEqualTo("2");
            try (var copy = new EmbeddedStore(kept.resolve("1.db"))) {
                assertThat(copy.find("a")).isPresent();
                assertThat(copy.find("b")).as("what a power cut forgets").isEmpty();
            }
            store.commit(Map.of(), Map.of("c", "3"));
            try (var copy = new EmbeddedStore(kept.resolve("2.db"))) {
                assertThat(copy.list("")).extracting(Store.Document::key).containsExactly("a", "b", "c");
            }
        }
    }

    @Test
    void only_root_may_read_it() throws Exception {
        try (var store = new EmbeddedStore(file())) {
            store.commit(Map.of(), Map.of("a", "secret"));
            try (Stream<Path> files = Files.list(directory)) {
                for (Path path : files.filter(it -> it.getFileName().toString().startsWith("berth.db"))
                        .toList()) {
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .as(path.toString())
                            .isEqualTo("rw-------");
                }
            }
        }
    }

    @Test
    void a_closed_store_says_so() {
        var store = new EmbeddedStore(file());
        store.close();
        store.close();
        assertThatThrownBy(() -> store.find("a")).isInstanceOf(Refused.class).hasMessage("The store is closed");
        assertThatThrownBy(() -> store.commit(Map.of(), Map.of("a", "1"))).hasMessage("The store is closed");
    }

    @Test
    void does_not_grow_with_the_number_of_commits() throws Exception {
        try (var store = new EmbeddedStore(file())) {
            var seen = new ArrayList<Long>();
            for (int round = 0; round < 40; round++) {
                // Many at once, so that one sync serves many commits.
                try (var executor = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
                    for (int i = 0; i < 250; i++) {
                        executor.submit(() -> store.commit(Map.of(), Map.of("same", "x".repeat(500))));
                    }
                }
                seen.add(Files.size(file()) + Files.size(directory.resolve("berth.db-wal")));
            }
            assertThat(store.revision()).isEqualTo(10_000);
            assertThat(seen.getLast()).isLessThan(12L * 1024 * 1024);
            assertThatThrownBy(() -> store.watch("same", 5, change -> {}))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("list the documents");
            assertThat(store.watch("same", 10_000, change -> {})).isNotNull();
        }
    }

    @Test
    void refuses_keys_that_no_store_could_keep() {
        try (var store = new EmbeddedStore(file())) {
            for (String key : List.of("", "a\0b", "a\nb", "x".repeat(1025), "\ud800", Character.toString(0x10FFFF))) {
                assertThatThrownBy(() -> store.commit(Map.of(), Map.of(key, "1")))
                        .isInstanceOf(Refused.class)
                        .hasMessageStartingWith("Not a key of the store");
            }
        }
    }

    @Test
    void a_store_of_a_newer_version_is_refused_and_left_alone() throws Exception {
        var newer = new ArrayList<>(Migration.ALL);
        newer.add(new Migration(7, "from the future", List.of("CREATE TABLE future(x)")));
        new EmbeddedStore(file(), newer, () -> {}).close();
        byte[] before = Files.readAllBytes(file());
        assertThatThrownBy(() -> new EmbeddedStore(file()))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("has schema 7, this berthd knows schemas up to 1")
                .hasMessageContaining("Install that again");
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void an_older_store_is_copied_and_then_brought_up_to_date() {
        try (var store = new EmbeddedStore(file())) {
            store.commit(Map.of(), Map.of("a", "1"));
        }
        var newer = new ArrayList<>(Migration.ALL);
        newer.add(new Migration(2, "one table more", List.of("CREATE TABLE more(x)")));
        try (var store = new EmbeddedStore(file(), newer, () -> {})) {
            assertThat(store.find("a").orElseThrow().text()).isEqualTo("1");
        }
        Path backup = directory.resolve("berth.db.before-schema-2");
        try (var old = new EmbeddedStore(backup)) {
            assertThat(old.find("a").orElseThrow().text()).isEqualTo("1");
        }
    }

    @Test
    void a_migration_that_fails_changes_nothing() {
        try (var store = new EmbeddedStore(file())) {
            store.commit(Map.of(), Map.of("a", "1"));
        }
        var broken = new ArrayList<>(Migration.ALL);
        broken.add(new Migration(2, "broken", List.of("DROP TABLE document", "CREATE NONSENSE")));
        assertThatThrownBy(() -> new EmbeddedStore(file(), broken, () -> {})).isInstanceOf(Refused.class);
        try (var store = new EmbeddedStore(file())) {
            assertThat(store.find("a").orElseThrow().text()).isEqualTo("1");
        }
    }

    @Test
    void a_backup_is_a_whole_store_and_never_overwrites() {
        Path target = directory.resolve("it's a backup.db");
        try (var store = new EmbeddedStore(file())) {
            store.commit(Map.of(), Map.of("a", "1"));
            store.backup(target);
            store.commit(Map.of(), Map.of("a", "2"));
            assertThatThrownBy(() -> store.backup(target)).hasMessageContaining("exists already");
        }
        try (var copy = new EmbeddedStore(target)) {
            assertThat(copy.find("a").orElseThrow().text()).isEqualTo("1");
            assertThat(copy.revision()).isEqualTo(1);
        }
    }

    @Test
    void a_file_that_is_no_store_is_refused_in_plain_words() throws Exception {
        Files.writeString(file(), "this is not a database, whatever its name says".repeat(100));
        assertThatThrownBy(() -> new EmbeddedStore(file()))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("the file is damaged")
                .hasMessageContaining("backup");
    }

    @Test
    void a_full_disk_is_said_and_writing_goes_on_once_there_is_room() throws Exception {
        try (var store = new EmbeddedStore(file())) {
            store.commit(Map.of(), Map.of("a", "1"));
            store.limitPages(8);
            assertThatThrownBy(() -> store.commit(Map.of(), Map.of("big", "x".repeat(100_000))))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("no space is left on its file system")
                    .hasMessageContaining("Nothing was changed");
            assertThat(store.commit(Map.of("a", 1L), Map.of("a", "2"))).contains(2L);
            assertThat(store.find("big")).isEmpty();
            store.limitPages(100_000);
            assertThat(store.commit(Map.of(), Map.of("big", "x".repeat(100_000))))
                    .contains(3L);
        }
    }

    @Test
    void a_commit_too_large_for_the_disk_does_not_take_others_with_it() throws Exception {
        try (var store = new EmbeddedStore(file())) {
            store.limitPages(12);
            var failed = new java.util.concurrent.atomic.AtomicInteger();
            try (var executor = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 20; i++) {
                    int number = i;
                    executor.submit(() -> {
                        try {
                            String text = number % 5 == 0 ? "x".repeat(100_000) : "small";
                            store.commit(Map.of(), Map.of("k" + number, text));
                        } catch (Refused full) {
                            failed.incrementAndGet();
                        }
                    });
                }
            }
            assertThat(failed.get()).isEqualTo(4);
            assertThat(store.list("k")).hasSize(16);
        }
    }
}
