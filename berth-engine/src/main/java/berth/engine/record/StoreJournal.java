package berth.engine.record;

import berth.spi.Store;
import berth.steps.Journal;
import berth.steps.Run;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The journal of steps, as documents of the store: one per open run, removed when it is closed. */
public final class StoreJournal implements Journal {
    private static final String PREFIX = "/journal/";

    private record Entry(Run run, int begun, String step, boolean undoing, String why, long since) {}

    private final Store store;
    private final Codec codec;
    private final Map<UUID, Entry> entries = new ConcurrentHashMap<>();

    /** The journal in that store; what a former daemon left open is read at once. */
    public StoreJournal(Store store, Codec codec) {
        this.store = store;
        this.codec = codec;
        for (Store.Document document : store.list(PREFIX)) {
            var entry = codec.read(document.text(), Entry.class);
            entries.put(entry.run().id(), entry);
        }
    }

    @Override
    public void open(Run run) {
        // Written down with its first step: before that, nothing has happened.
        entries.put(run.id(), new Entry(run, 0, "", false, "", store.revision()));
    }

    @Override
    public void starting(UUID run, int index, String step, boolean durably) {
        Entry entry = entry(run);
        write(new Entry(entry.run(), index + 1, step, entry.undoing(), entry.why(), entry.since()), durably);
    }

    @Override
    public void undoing(UUID run, int begun, String why) {
        Entry entry = entry(run);
        write(new Entry(entry.run(), begun, entry.step(), true, why, entry.since()), true);
    }

    @Override
    public void close(UUID run) {
        Entry entry = entries.remove(run);
        if (entry != null && entry.begun() > 0) {
            var writes = new HashMap<String, @Nullable String>();
            writes.put(PREFIX + run, null);
            store.commit(Map.of(), writes);
        }
    }

    @Override
    public List<Open> open() {
        var list = new ArrayList<>(entries.values());
        list.sort(Comparator.comparingLong(Entry::since));
        return list.stream()
                .map(it -> new Open(it.run(), it.begun(), it.undoing()))
                .toList();
    }

    private void write(Entry entry, boolean durably) {
        Map<String, @Nullable String> writes = Map.of(PREFIX + entry.run().id(), codec.write(entry));
        if (durably) {
            store.commit(Map.of(), writes);
        } else {
            store.note(writes);
        }
        entries.put(entry.run().id(), entry);
    }

    private Entry entry(UUID run) {
        Entry entry = entries.get(run);
        if (entry == null) {
            throw new IllegalStateException("run " + run + " was never opened");
        }
        return entry;
    }
}
