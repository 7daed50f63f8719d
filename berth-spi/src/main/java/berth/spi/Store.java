package berth.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Documents with revisions; small enough for an embedded file and for etcd, whose model it follows (revisions count
 * commits of the whole store). A commit has returned only when a power cut could not lose it. No one's write is lost to
 * another's: a write may be guarded by the revision that it was based on.
 */
public interface Store extends AutoCloseable {
    /** The document at a key. */
    Optional<Document> find(String key);

    /** All documents whose key begins so, by key. */
    List<Document> list(String prefix);

    /** The number of the last commit; 0 for an empty store. */
    long revision();

    /**
     * Carries out all writes in one commit, if every guard holds; else none.
     *
     * @param guards key to the revision it must be at (its document's {@link Document#revision}); 0 = must be absent
     * @param writes key to new text; null removes
     * @return the new revision, or empty when a guard did not hold
     */
    Optional<Long> commit(Map<String, Long> guards, Map<String, @Nullable String> writes);

    /**
     * Carries out all writes in one commit that does not wait for the disk. Everyone sees it at once and a daemon that is
     * killed does not lose it; a power cut may, as long as no later {@link #commit} has returned. What is lost is always the
     * end: never one without all that were noted after it.
     *
     * @param writes key to new text; null removes
     * @return the new revision
     */
    long note(Map<String, @Nullable String> writes);

    /**
     * Calls back, in order and on a thread of the store's, for each change under the prefix after the given revision.
     *
     * @return closes the watch
     */
    AutoCloseable watch(String prefix, long after, Consumer<Changed> listener);

    /** Copies the whole store, consistently, into a new file; for backups before a migration. */
    void backup(java.nio.file.Path target);

    @Override
    void close();

    /**
     * A document.
     *
     * @param revision of the commit that wrote it last
     */
    record Document(String key, String text, long revision) {}

    /**
     * A change.
     *
     * @param text null when removed
     */
    record Changed(String key, @Nullable String text, long revision) {}
}
