package berth.engine;

import berth.spi.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store that a dead daemon's threads can no longer write to. */
final class MortalStore implements Store {
    /** The daemon is dead: nothing catches it. */
    static final class Death extends Error {
        Death() {
            super("the daemon is dead", null, false, false);
        }
    }

    private final Store store;
    private volatile boolean dead;

    MortalStore(Store store) {
        this.store = store;
    }

    void die() {
        dead = true;
    }

    @Override
    public Optional<Document> find(String key) {
        return store.find(key);
    }

    @Override
    public List<Document> list(String prefix) {
        return store.list(prefix);
    }

    @Override
    public long revision() {
        return store.revision();
    }

    @Override
    public Optional<Long> commit(Map<String, Long> guards, Map<String, @Nullable String> writes) {
        if (dead) {
            throw new Death();
        }
        return store.commit(guards, writes);
    }

    @Override
    public long note(Map<String, @Nullable String> writes) {
        if (dead) {
            throw new Death();
        }
        return store.note(writes);
    }

    @Override
    public AutoCloseable watch(String prefix, long after, Consumer<Changed> listener) {
        return store.watch(prefix, after, listener);
    }

    @Override
    public void backup(Path target) {
        store.backup(target);
    }

    @Override
    public void close() {}
}
