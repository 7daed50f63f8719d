package berth.driver.embedded;

import berth.model.Problem;
import berth.model.Quoted;
import berth.model.Refused;
import berth.spi.Store;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The store in one SQLite file with a write-ahead log, synced at each commit but those that are only notes.
 *
 * <p>One platform thread does all writing (a sync in a native call would hold up virtual threads); whatever has queued up
 * meanwhile is committed by one sync. Changes are remembered for the last {@value #REMEMBERED} commits, for watchers that
 * catch up; older ones are dropped, so that the file grows with what is in it and not with time.
 */
public final class EmbeddedStore implements Store {
    /** How many commits a watcher may lag behind. */
    static final int REMEMBERED = 2000;

    private static final int DROP_EVERY = 500;
    private static final int BATCH = 256;

    private final StoreFile file;
    private final Runnable afterSync;
    private Tables writing;
    private Tables reading;
    private final ReentrantLock readLock = new ReentrantLock();
    private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final Thread writer;
    private volatile long revision;
    private volatile boolean closed;

    /** Opens the store, making it when it is not there, and brings an older one to this version's schema. */
    public EmbeddedStore(Path path) {
        this(path, Migration.ALL, () -> {});
    }

    /** For tests: keeps the files as they were when last synced, which is what a power cut leaves, in that directory. */
    public EmbeddedStore(Path path, Path keep) {
        this(path, Migration.ALL, new KeptCopies(path, keep)::keep);
    }

    EmbeddedStore(Path path, List<Migration> migrations, Runnable afterSync) {
        this.afterSync = afterSync;
        file = new StoreFile(path);
        Connection connection = file.open(migrations);
        try {
            writing = new Tables(connection);
            reading = new Tables(file.openForReading());
            revision = writing.newest();
        } catch (SQLException failed) {
            closeQuietly(connection);
            throw file.refused("open", failed);
        }
        writer = Thread.ofPlatform().name("store writer").daemon().start(this::write);
    }

    @Override
    public Optional<Document> find(String key) {
        return read("read", tables -> tables.find(key));
    }

    @Override
    public List<Document> list(String prefix) {
        return read("read", tables -> tables.list(prefix));
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public Optional<Long> commit(Map<String, Long> guards, Map<String, @Nullable String> writes) {
        writes.keySet().forEach(EmbeddedStore::checkKey);
        var task = new Commit(Map.copyOf(guards), new java.util.TreeMap<>(writes), true, new CompletableFuture<>());
        return await(task, task.result());
    }

    @Override
    public long note(Map<String, @Nullable String> writes) {
        writes.keySet().forEach(EmbeddedStore::checkKey);
        var task = new Commit(Map.of(), new java.util.TreeMap<>(writes), false, new CompletableFuture<>());
        return await(task, task.result()).orElseThrow();
    }

    @Override
    public AutoCloseable watch(String prefix, long after, Consumer<Changed> listener) {
        var watch = new Watch(prefix, listener, watches::remove);
        var task = new Join(watch, after, new CompletableFuture<>());
        await(task, task.result());
        return watch;
    }

    @Override
    public void backup(Path target) {
        read("back up", tables -> {
            file.copy(tables.connection(), target);
            return target;
        });
    }

    /** Finishes what was asked for, then closes the file; further calls are refused. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        tasks.add(new Stop());
        try {
            writer.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        watches.forEach(Watch::close);
        readLock.lock();
        try {
            reading.close();
        } catch (SQLException failed) {
            throw file.refused("close", failed);
        } finally {
            readLock.unlock();
        }
    }

    /** For tests: the file may not grow beyond so many pages, as if its disk were full. */
    void limitPages(int pages) {
        var task = new Limit(pages, new CompletableFuture<>());
        await(task, task.result());
    }

    // ---- reading ----

    private interface Query<T> {
        T ask(Tables tables) throws SQLException;
    }

    private <T> T read(String tried, Query<T> query) {
        readLock.lock();
        try {
            refuseWhenClosed();
            return query.ask(reading);
        } catch (SQLException failed) {
            reading = prepareAgain(reading);
            throw file.refused(tried, failed);
        } finally {
            readLock.unlock();
        }
    }

    // ---- writing: all below runs on the writer's thread ----

    private sealed interface Task {}

    private record Commit(
            Map<String, Long> guards,
            java.util.SortedMap<String, @Nullable String> writes,
            boolean synced,
            CompletableFuture<Optional<Long>> result)
            implements Task {}

    private record Join(Watch watch, long after, CompletableFuture<Boolean> result) implements Task {}

    private record Limit(int pages, CompletableFuture<Boolean> result) implements Task {}

    private record Stop() implements Task {}

    /** A commit that was carried out, but is not safe yet. */
    private record Done(Commit commit, Optional<Long> revision, List<Changed> changes) {}

    private void write() {
        var batch = new ArrayList<Commit>();
        boolean going = true;
        while (going) {
            batch.clear();
            var taken = new ArrayList<Task>();
            try {
                taken.add(tasks.take());
            } catch (InterruptedException nobodyDoes) {
                continue;
            }
            tasks.drainTo(taken, BATCH);
            for (Task task : taken) {
                switch (task) {
                    case Commit commit -> batch.add(commit);
                    case Join join -> {
                        commitAll(batch);
                        batch.clear();
                        join(join);
                    }
                    case Limit limit -> limit(limit);
                    case Stop() -> going = false;
                }
            }
            commitAll(batch);
        }
        refuseRest();
        closeQuietly(writing.connection());
    }

    private void commitAll(List<Commit> batch) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            tell(commitTogether(batch));
        } catch (SQLException failed) {
            if (batch.size() == 1) {
                batch.get(0).result().completeExceptionally(file.refused("write to", failed));
            } else {
                // One too large for the disk must not take the others with it.
                batch.forEach(it -> commitAll(List.of(it)));
            }
        } catch (RuntimeException broken) {
            batch.forEach(it -> it.result().completeExceptionally(broken));
        }
    }

    private List<Done> commitTogether(List<Commit> batch) throws SQLException {
        boolean synced = batch.stream().anyMatch(Commit::synced);
        writing.syncing(synced);
        writing.execute("BEGIN IMMEDIATE");
        try {
            long last = writing.newest();
            var done = new ArrayList<Done>();
            for (Commit commit : batch) {
                Done one = carryOut(commit, last);
                last = Math.max(last, one.revision().orElse(0L));
                done.add(one);
            }
            dropOld(last);
            writing.execute("COMMIT");
            revision = last;
            if (synced) {
                afterSync.run();
            }
            return done;
        } catch (SQLException | RuntimeException failed) {
            rollBack();
            throw failed;
        }
    }

    private Done carryOut(Commit commit, long last) throws SQLException {
        for (var guard : commit.guards().entrySet()) {
            long current = writing.find(guard.getKey()).map(Document::revision).orElse(0L);
            if (current != guard.getValue()) {
                return new Done(commit, Optional.empty(), List.of());
            }
        }
        long next = last + 1;
        var changes = new ArrayList<Changed>();
        for (var write : commit.writes().entrySet()) {
            if (writing.write(write.getKey(), write.getValue(), next)) {
                changes.add(new Changed(write.getKey(), write.getValue(), next));
            }
        }
        return new Done(commit, Optional.of(changes.isEmpty() ? last : next), changes);
    }

    private void dropOld(long last) throws SQLException {
        if (last - writing.oldest() > REMEMBERED + DROP_EVERY) {
            writing.forget(last - REMEMBERED);
        }
    }

    private void rollBack() {
        try {
            writing.execute("ROLLBACK");
        } catch (SQLException rolledBackAlready) {
            // SQLite rolls back by itself after some errors (a full disk).
        }
        writing = prepareAgain(writing);
    }

    /** A prepared statement that failed once is not to be used again (sqlite-jdbc loses track of its state). */
    private static Tables prepareAgain(Tables broken) {
        try {
            broken.closeStatements();
            return new Tables(broken.connection());
        } catch (SQLException stillBroken) {
            return broken;
        }
    }

    private void tell(List<Done> all) {
        for (Done done : all) {
            watches.forEach(it -> it.offer(done.changes()));
            done.commit().result().complete(done.revision());
        }
    }

    private void join(Join join) {
        try {
            long oldest = writing.oldest();
            if (join.after() < oldest - 1 && join.after() < revision) {
                throw new Refused(new Problem.Outdated("Changes after revision " + join.after()
                        + " are not all known any more, only those after " + (oldest - 1)
                        + ": list the documents, then watch from the revision of that moment"));
            }
            join.watch().offer(writing.changes(join.watch().prefix(), join.after()));
            watches.add(join.watch());
            join.watch().start();
            join.result().complete(true);
        } catch (SQLException failed) {
            join.result().completeExceptionally(file.refused("read", failed));
        } catch (RuntimeException refused) {
            join.result().completeExceptionally(refused);
        }
    }

    private void limit(Limit limit) {
        try {
            writing.execute("PRAGMA max_page_count=" + limit.pages());
            limit.result().complete(true);
        } catch (SQLException failed) {
            limit.result().completeExceptionally(failed);
        }
    }

    private void refuseRest() {
        for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
            switch (task) {
                case Commit commit -> commit.result().completeExceptionally(closedAlready());
                case Join join -> join.result().completeExceptionally(closedAlready());
                case Limit limit -> limit.result().completeExceptionally(closedAlready());
                case Stop() -> {}
            }
        }
    }

    // ---- waiting ----

    private <T> T await(Task task, CompletableFuture<T> result) {
        refuseWhenClosed();
        tasks.add(task);
        if (closed && !writer.isAlive()) {
            refuseRest();
        }
        try {
            return result.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof Refused refused) {
                throw new Refused(refused.problem(), refused);
            }
            throw failed;
        }
    }

    private void refuseWhenClosed() {
        if (closed) {
            throw closedAlready();
        }
    }

    private static Refused closedAlready() {
        return new Refused(new Problem.Unavailable("The store is closed"));
    }

    private static void checkKey(String key) {
        boolean bad = key.isEmpty()
                || key.length() > 1024
                || key.codePoints()
                        .anyMatch(it -> Character.isISOControl(it)
                                || it == 0x10FFFF
                                || Character.getType(it) == Character.SURROGATE);
        if (bad) {
            throw Refused.invalid("Not a key of the store: " + Quoted.of(key));
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException closing) {
            System.getLogger(EmbeddedStore.class.getName())
                    .log(System.Logger.Level.WARNING, "The store did not close cleanly: {0}", closing.getMessage());
        }
    }
}
