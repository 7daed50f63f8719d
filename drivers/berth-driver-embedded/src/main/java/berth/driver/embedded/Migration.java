package berth.driver.embedded;

import java.util.List;

/**
 * One step from a schema version to the next. Never edited after a release: a change of mind is a new migration.
 *
 * @param version the schema's number once it has been carried out
 * @param why shown in the log
 * @param statements SQL, in order, all in one transaction
 */
record Migration(int version, String why, List<String> statements) {
    /** All there are, oldest first. */
    static final List<Migration> ALL = List.of(new Migration(
            1,
            "documents with revisions",
            List.of(
                    // What is so now: one row per key.
                    "CREATE TABLE document(key TEXT PRIMARY KEY, text TEXT NOT NULL, revision INTEGER NOT NULL)"
                            + " WITHOUT ROWID",
                    // What happened lately, for watchers: text is NULL where the key was removed. Its newest revision
                    // is the store's, so that row is never dropped.
                    "CREATE TABLE change(revision INTEGER NOT NULL, key TEXT NOT NULL, text TEXT,"
                            + " PRIMARY KEY(revision, key)) WITHOUT ROWID")));
}
