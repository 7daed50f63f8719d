package berth.driver.embedded;

import berth.spi.Store.Changed;
import berth.spi.Store.Document;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements over one connection. For one thread at a time. */
final class Tables implements AutoCloseable {
    /** Above every character of a key: an exclusive upper end for a prefix (keys hold no such character). */
    private static final String TOP = Character.toString(0x10FFFF);

    private final Connection connection;
    private final PreparedStatement find;
    private final PreparedStatement list;
    private final PreparedStatement newest;
    private final PreparedStatement oldest;
    private final PreparedStatement changes;
    private final PreparedStatement put;
    private final PreparedStatement remove;
    private final PreparedStatement note;
    private final PreparedStatement forget;
    private @Nullable Boolean syncing;

    Tables(Connection connection) throws SQLException {
        this.connection = connection;
        find = connection.prepareStatement("SELECT key, text, revision FROM document WHERE key = ?");
        list = connection.prepareStatement(
                "SELECT key, text, revision FROM document WHERE key >= ? AND key < ? ORDER BY key");
        newest = connection.prepareStatement("SELECT coalesce(max(revision), 0) FROM change");
        oldest = connection.prepareStatement("SELECT coalesce(min(revision), 0) FROM change");
        changes = connection.prepareStatement("SELECT key, text, revision FROM change"
                + " WHERE revision > ? AND key >= ? AND key < ? ORDER BY revision, key");
        put = connection.prepareStatement("INSERT INTO document(key, text, revision) VALUES(?, ?, ?)"
                + " ON CONFLICT(key) DO UPDATE SET text = excluded.text, revision = excluded.revision");
        remove = connection.prepareStatement("DELETE FROM document WHERE key = ?");
        note = connection.prepareStatement("INSERT INTO change(revision, key, text) VALUES(?, ?, ?)");
        forget = connection.prepareStatement("DELETE FROM change WHERE revision <= ?");
    }

    Optional<Document> find(String key) throws SQLException {
        find.setString(1, key);
        try (ResultSet rows = find.executeQuery()) {
            return rows.next() ? Optional.of(document(rows)) : Optional.empty();
        }
    }

    List<Document> list(String prefix) throws SQLException {
        list.setString(1, prefix);
        list.setString(2, prefix + TOP);
        var found = new ArrayList<Document>();
        try (ResultSet rows = list.executeQuery()) {
            while (rows.next()) {
                found.add(document(rows));
            }
        }
        return found;
    }

    /** The number of the last commit. */
    long newest() throws SQLException {
        return number(newest);
    }

    /** The oldest commit whose changes are still known; 0 when none are. */
    long oldest() throws SQLException {
        return number(oldest);
    }

    List<Changed> changes(String prefix, long after) throws SQLException {
        changes.setLong(1, after);
        changes.setString(2, prefix);
        changes.setString(3, prefix + TOP);
        var found = new ArrayList<Changed>();
        try (ResultSet rows = changes.executeQuery()) {
            while (rows.next()) {
                found.add(new Changed(rows.getString(1), rows.getString(2), rows.getLong(3)));
            }
        }
        return found;
    }

    /** Sets or removes a key; false when there was nothing to remove. */
    boolean write(String key, @Nullable String text, long revision) throws SQLException {
        if (text == null) {
            remove.setString(1, key);
            if (remove.executeUpdate() == 0) {
                return false;
            }
        } else {
            put.setString(1, key);
            put.setString(2, text);
            put.setLong(3, revision);
            put.executeUpdate();
        }
        note.setLong(1, revision);
        note.setString(2, key);
        note.setString(3, text);
        note.executeUpdate();
        return true;
    }

    /** Drops the changes up to a revision. */
    void forget(long upTo) throws SQLException {
        forget.setLong(1, upTo);
        forget.executeUpdate();
    }

    /**
     * Whether what is committed from now on is on the disk before its commit returns. Without it the log is still synced
     * before it is copied into the file, and a commit that is synced takes all before it along. Not within a transaction.
     */
    void syncing(boolean wanted) throws SQLException {
        if (syncing == null || syncing != wanted) {
            syncing = null; // unknown, should it fail
            execute("PRAGMA synchronous=" + (wanted ? "FULL" : "NORMAL"));
            syncing = wanted;
        }
    }

    void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    Connection connection() {
        return connection;
    }

    void closeStatements() throws SQLException {
        for (var statement : List.of(find, list, newest, oldest, changes, put, remove, note, forget)) {
            statement.close();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private static Document document(ResultSet row) throws SQLException {
        return new Document(row.getString(1), row.getString(2), row.getLong(3));
    }

    private static long number(PreparedStatement query) throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
