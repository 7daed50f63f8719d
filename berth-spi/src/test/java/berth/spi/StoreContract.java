package berth.spi;

import static org.assertj.core.api.Assertions.assertThat;

import berth.spi.Store.Changed;
import berth.spi.Store.Document;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store promises, whatever it keeps its documents in. */
public abstract class StoreContract {
    private Store store = new InMemoryStore();

    /** A new, empty store. */
    protected abstract Store open() throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void an_empty_store_is_at_revision_0() {
        assertThat(store.revision()).isZero();
        assertThat(store.list("")).isEmpty();
        assertThat(store.find("a")).isEmpty();
    }

    @Test
    void finds_what_was_written_with_the_revision_of_its_commit() {
        long first = put("instance/web1", "{\"a\":1}");
        long second = put("instance/web2", "two");
        assertThat(first).isEqualTo(1);
        assertThat(second).isEqualTo(2);
        assertThat(store.revision()).isEqualTo(2);
        assertThat(store.find("instance/web1")).contains(new Document("instance/web1", "{\"a\":1}", 1));
        put("instance/web1", "again");
        assertThat(store.find("instance/web1")).contains(new Document("instance/web1", "again", 3));
    }

    @Test
    void a_note_is_seen_at_once_and_counts_as_a_commit() {
        put("a", "1");
        assertThat(store.note(Map.of("a", "2", "b", "3"))).isEqualTo(2);
        assertThat(store.find("a")).contains(new Document("a", "2", 2));
        assertThat(store.commit(Map.of("a", 1L), Map.of("a", "4"))).isEmpty();
        assertThat(put("c", "5")).isEqualTo(3);
    }

    @Test
    void keeps_any_text_to_the_letter() {
        String text = "quotes ' \" ; -- \\ newline \n tab \t zero-width \u200b snow ☃ rocket \uD83D\uDE80 "
                + "x".repeat(100_000);
        put("it's/a \"key\"/ü/🚀", text);
        assertThat(store.find("it's/a \"key\"/ü/🚀").orElseThrow().text()).isEqualTo(text);
        put("empty", "");
        assertThat(store.find("empty").orElseThrow().text()).isEmpty();
    }

    @Test
    void removes_and_forgets_the_revision_so_that_the_name_is_free_again() {
        put("a", "1");
        assertThat(store.commit(Map.of(), remove("a"))).contains(2L);
        assertThat(store.find("a")).isEmpty();
        assertThat(store.commit(Map.of("a", 0L), Map.of("a", "new"))).contains(3L);
    }

    @Test
    void a_commit_that_changes_nothing_makes_no_revision() {
        put("a", "1");
        assertThat(store.commit(Map.of(), remove("not-there"))).contains(1L);
        assertThat(store.commit(Map.of("a", 1L), Map.of())).contains(1L);
        assertThat(store.revision()).isEqualTo(1);
    }

    @Test
    void writes_nothing_unless_every_guard_holds() {
        put("a", "1");
        put("b", "1");
        assertThat(store.commit(Map.of("a", 1L, "b", 1L), Map.of("a", "2", "c", "2")))
                .isEmpty();
        assertThat(store.commit(Map.of("c", 3L), Map.of("a", "2"))).isEmpty();
        assertThat(store.commit(Map.of("a", 0L), Map.of("a", "2"))).isEmpty();
        assertThat(store.find("a").orElseThrow().text()).isEqualTo("1");
        assertThat(store.find("c")).isEmpty();
        assertThat(store.revision()).isEqualTo(2);
        assertThat(store.commit(Map.of("a", 1L, "b", 2L, "c", 0L), Map.of("a", "2", "c", "2")))
                .contains(3L);
    }

    @Test
    void all_writes_of_a_commit_have_one_revision() {
        store.commit(Map.of(), Map.of("a", "1", "b", "1", "c", "1"));
        assertThat(store.list("")).extracting(Document::revision).containsOnly(1L);
    }

    @Test
    void lists_a_prefix_by_key() {
        for (String key : List.of("i/b", "i/a", "i", "i/", "j", "i/a/x", "i0", "h", "i/ü", "i/a%", "i/_", "i/🚀")) {
            put(key, key);
        }
        assertThat(store.list("i/"))
                .extracting(Document::key)
                .containsExactly("i/", "i/_", "i/a", "i/a%", "i/a/x", "i/b", "i/ü", "i/🚀");
        assertThat(store.list("i/a%")).extracting(Document::key).containsExactly("i/a%");
        assertThat(store.list("")).hasSize(12);
        assertThat(store.list("k")).isEmpty();
    }

    @Test
    void a_watch_catches_up_and_goes_on_in_order() throws Exception {
        put("w/a", "1");
        put("w/b", "2");
        put("other", "3");
        var seen = new LinkedBlockingQueue<Changed>();
        try (var watch = store.watch("w/", 1, seen::add)) {
            assertThat(watch).isNotNull();
            put("w/c", "4");
            store.commit(Map.of(), remove("w/a"));
            put("else", "6");
            put("w/c", "7");
            assertThat(next(seen, 4))
                    .containsExactly(
                            new Changed("w/b", "2", 2),
                            new Changed("w/c", "4", 4),
                            new Changed("w/a", null, 5),
                            new Changed("w/c", "7", 7));
        }
        put("w/d", "8");
        assertThat(seen.poll(50, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void a_watch_misses_and_repeats_nothing_while_others_write() throws Exception {
        var seen = new LinkedBlockingQueue<Changed>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                int number = i;
                executor.submit(() -> put("n/" + number, "x"));
            }
            try (var watch = store.watch("n/", 0, seen::add)) {
                assertThat(watch).isNotNull();
                List<Changed> all = next(seen, 200);
                assertThat(all).extracting(Changed::revision).isSorted().doesNotHaveDuplicates();
                assertThat(all).extracting(Changed::key).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void a_watch_can_be_closed_from_its_own_callback() throws Exception {
        var seen = Collections.synchronizedList(new ArrayList<Changed>());
        var told = new LinkedBlockingQueue<Boolean>();
        var self = new java.util.concurrent.CompletableFuture<AutoCloseable>();
        self.complete(store.watch("a", 0, change -> {
            seen.add(change);
            try {
                self.join().close();
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
            told.add(true);
        }));
        put("a", "1");
        assertThat(told.poll(5, TimeUnit.SECONDS)).isTrue();
        put("a", "2");
        put("a", "3");
        Thread.sleep(20);
        assertThat(seen).hasSize(1);
    }

    @Test
    void no_update_is_lost_when_many_count_at_once() throws Exception {
        put("counter", "0");
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                executor.submit(() -> {
                    for (int n = 0; n < 25; n++) {
                        increment();
                    }
                });
            }
        }
        assertThat(store.find("counter").orElseThrow().text()).isEqualTo("200");
        assertThat(store.revision()).isEqualTo(201);
    }

    @Test
    void of_many_who_claim_a_name_one_wins() throws Exception {
        var winners = new LinkedBlockingQueue<Integer>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                int who = i;
                executor.submit(() -> {
                    if (store.commit(Map.of("name", 0L), Map.of("name", "" + who))
                            .isPresent()) {
                        winners.add(who);
                    }
                });
            }
        }
        assertThat(winners).hasSize(1);
        assertThat(store.find("name").orElseThrow().text()).isEqualTo("" + winners.peek());
    }

    private void increment() {
        Optional<Long> done = Optional.empty();
        while (done.isEmpty()) {
            Document now = store.find("counter").orElseThrow();
            done = store.commit(
                    Map.of("counter", now.revision()), Map.of("counter", "" + (Integer.parseInt(now.text()) + 1)));
        }
    }

    private long put(String key, String text) {
        return store.commit(Map.of(), Map.of(key, text)).orElseThrow();
    }

    private static Map<String, @Nullable String> remove(String key) {
        var writes = new HashMap<String, @Nullable String>();
        writes.put(key, null);
        return writes;
    }

    private static List<Changed> next(LinkedBlockingQueue<Changed> seen, int count) throws InterruptedException {
        var all = new ArrayList<Changed>();
        while (all.size() < count) {
            Changed change = seen.poll(10, TimeUnit.SECONDS);
            assertThat(change).as("change %d of %d", all.size() + 1, count).isNotNull();
            all.add(change);
        }
        return all;
    }
}
