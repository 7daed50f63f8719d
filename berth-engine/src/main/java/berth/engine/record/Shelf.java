package berth.engine.record;

import berth.model.Problem;
import berth.model.Refused;
import berth.spi.Store;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Documents of one kind, as values, all of them kept in memory: reading costs no store access, writing is durable when it
 * returns. The daemon is the only writer of an embedded store; a guard catches it if that ever is not so.
 */
public final class Shelf<T> {
    private record Entry<T>(T value, long revision) {}

    private final Store store;
    private final Codec codec;
    private final String prefix;
    private final Class<T> type;
    private final Function<T, String> key;
    private final ConcurrentSkipListMap<String, Entry<T>> entries = new ConcurrentSkipListMap<>();

    /**
     * Reads the shelf from the store.
     *
     * @param prefix where the documents are, ending in a slash
     * @param key of a value, below the prefix
     */
    public Shelf(Store store, Codec codec, String prefix, Class<T> type, Function<T, String> key) {
        this.store = store;
        this.codec = codec;
        this.prefix = prefix;
        this.type = type;
        this.key = key;
        for (Store.Document document : store.list(prefix)) {
            entries.put(
                    document.key().substring(prefix.length()),
                    new Entry<>(codec.read(document.text(), type), document.revision()));
        }
    }

    /** The value at a key. */
    public Optional<T> find(String at) {
        Entry<T> entry = entries.get(at);
        return entry == null ? Optional.empty() : Optional.of(entry.value());
    }

    /** All values, by key. */
    public List<T> all() {
        return entries.values().stream().map(Entry::value).toList();
    }

    /** All values whose key begins so, by key. */
    public List<T> under(String begin) {
        return entries.subMap(begin, true, begin + '\uffff', false).values().stream()
                .map(Entry::value)
                .toList();
    }

    /** Puts it there if the key is free. Whoever holds the key now is returned: the value given, or the one before it. */
    public synchronized T addIfAbsent(T value) {
        String at = key.apply(value);
        Entry<T> there = entries.get(at);
        if (there != null) {
            return there.value();
        }
        write(at, value, 0);
        return value;
    }

    /** Edits the value at the key; empty when there is none. */
    public synchronized Optional<T> change(String at, UnaryOperator<T> edit) {
        Entry<T> there = entries.get(at);
        if (there == null) {
            return Optional.empty();
        }
        T changed = edit.apply(there.value());
        if (!changed.equals(there.value())) {
            if (!key.apply(changed).equals(at)) {
                throw new IllegalArgumentException("an edit may not change the key " + at);
            }
            write(at, changed, there.revision());
        }
        return Optional.of(changed);
    }

    /** Puts it there, whatever was there. */
    public synchronized void put(T value) {
        String at = key.apply(value);
        Entry<T> there = entries.get(at);
        if (there == null || !there.value().equals(value)) {
            write(at, value, there == null ? 0 : there.revision());
        }
    }

    /** Moves a value to another key, in one commit; refuses when that is taken. */
    public synchronized void rekey(String from, T renamed) {
        Entry<T> there = entries.get(from);
        String to = key.apply(renamed);
        if (there == null || from.equals(to)) {
            put(renamed);
            return;
        }
        if (entries.containsKey(to)) {
            throw new Refused(new Problem.Taken("Name \"" + to + "\" already in use"));
        }
        var writes = new HashMap<String, @Nullable String>();
        writes.put(prefix + from, null);
        writes.put(prefix + to, codec.write(renamed));
        long revision = store.commit(Map.of(prefix + from, there.revision(), prefix + to, 0L), writes)
                .orElseThrow(() -> beaten(from));
        entries.put(to, new Entry<>(renamed, revision));
        entries.remove(from);
    }

    /** Takes away what is at the key; a no-op when nothing is. */
    public synchronized void remove(String at) {
        Entry<T> there = entries.get(at);
        if (there == null) {
            return;
        }
        var writes = new HashMap<String, @Nullable String>();
        writes.put(prefix + at, null);
        if (store.commit(Map.of(prefix + at, there.revision()), writes).isEmpty()) {
            throw beaten(at);
        }
        entries.remove(at);
    }

    /** Takes away what is at the key if it is what is meant: of two that race for a key, the winner keeps it. */
    public synchronized void removeIf(String at, Predicate<T> meant) {
        if (find(at).filter(meant).isPresent()) {
            remove(at);
        }
    }

    private void write(String at, T value, long guard) {
        var writes = new HashMap<String, @Nullable String>();
        writes.put(prefix + at, codec.write(value));
        long revision = store.commit(Map.of(prefix + at, guard), writes).orElseThrow(() -> beaten(at));
        entries.put(at, new Entry<>(value, revision));
    }

    private Refused beaten(String at) {
        return Refused.failed(
                "The document " + prefix + at + " was changed by someone else: is a second daemon running?");
    }
}
