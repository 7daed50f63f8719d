package berth.spi;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store that forgets everything at its end; for tests. Keeps the same promises as the real ones but durability. */
public final class InMemoryStore implements Store {
    private final TreeMap<String, Document> documents = new TreeMap<>(Comparator.comparing(
            it -> it.getBytes(java.nio.charset.StandardCharsets.UTF_8),
            (a, b) -> java.util.Arrays.compareUnsigned(a, b)));
    private final List<Changed> history = new ArrayList<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private long revision;
    private List<Document> synced = List.of();

    @Override
    public synchronized Optional<Document> find(String key) {
        return Optional.ofNullable(documents.get(key));
    }

    @Override
    public synchronized List<Document> list(String prefix) {
        return documents.values().stream()
                .filter(it -> it.key().startsWith(prefix))
                .toList();
    }

    @Override
    public synchronized long revision() {
        return revision;
    }

    /** What was noted since the last commit is forgotten. Who watches is not told. */
    public synchronized void cutPower() {
        documents.clear();
        synced.forEach(it -> documents.put(it.key(), it));
    }

    @Override
    public synchronized Optional<Long> commit(Map<String, Long> guards, Map<String, @Nullable String> writes) {
        var done = carryOut(guards, writes);
        synced = List.copyOf(documents.values());
        return done;
    }

    private Optional<Long> carryOut(Map<String, Long> guards, Map<String, @Nullable String> writes) {
        for (var guard : guards.entrySet()) {
            long current = find(guard.getKey()).map(Document::revision).orElse(0L);
            if (current != guard.getValue()) {
                return Optional.empty();
            }
        }
        long next = revision + 1;
        for (var write : new TreeMap<>(writes).entrySet()) {
            String key = write.getKey();
            String text = write.getValue();
            if (text == null ? documents.remove(key) == null : false) {
                continue;
            }
            if (text != null) {
                documents.put(key, new Document(key, text, next));
            }
            var change = new Changed(key, text, next);
            history.add(change);
            watchers.forEach(it -> it.offer(change));
            revision = next;
        }
        return Optional.of(revision);
    }

    @Override
    public synchronized long note(Map<String, @Nullable String> writes) {
        return carryOut(Map.of(), writes).orElseThrow();
    }

    @Override
    public synchronized AutoCloseable watch(String prefix, long after, Consumer<Changed> listener) {
        var watcher = new Watcher(prefix, listener);
        history.stream().filter(it -> it.revision() > after).forEach(watcher::offer);
        watchers.add(watcher);
        watcher.thread.start();
        return () -> {
            synchronized (this) {
                watchers.remove(watcher);
            }
            watcher.thread.interrupt();
        };
    }

    @Override
    public void backup(Path target) {
        throw new UnsupportedOperationException("there is no file to copy");
    }

    @Override
    public synchronized void close() {
        watchers.forEach(it -> it.thread.interrupt());
        watchers.clear();
    }

    private static final class Watcher {
        private final String prefix;
        private final LinkedBlockingQueue<Changed> queue = new LinkedBlockingQueue<>();
        private final Thread thread;

        Watcher(String prefix, Consumer<Changed> listener) {
            this.prefix = prefix;
            this.thread = Thread.ofVirtual().unstarted(() -> {
                try {
                    while (true) {
                        listener.accept(queue.take());
                    }
                } catch (InterruptedException closed) {
                    // Nothing more is told.
                }
            });
        }

        void offer(Changed change) {
            if (change.key().startsWith(prefix)) {
                queue.add(change);
            }
        }
    }
}
