package berth.driver.embedded;

import berth.model.Problem;
import berth.model.Refused;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The file: how it is opened, brought to the schema we know, copied; and what its errors mean to a person. */
final class StoreFile {
    private static final System.Logger LOG = System.getLogger(StoreFile.class.getName());
    private static final int WAL_LIMIT = 4 * 1024 * 1024;

    private final Path path;

    StoreFile(Path path) {
        this.path = path.toAbsolutePath();
        // The native library is unpacked before it is loaded: not into a directory that everybody may write to.
        if (System.getProperty("org.sqlite.tmpdir") == null) {
            System.setProperty("org.sqlite.tmpdir", directory().toString());
        }
    }

    /** Opens the file, making it when it is not there (0600), and brings it to the newest schema. */
    Connection open(List<Migration> migrations) {
        try {
            create();
            Connection connection = connect();
            try {
                migrate(connection, migrations);
                return connection;
            } catch (SQLException | RuntimeException failed) {
                connection.close();
                throw failed;
            }
        } catch (SQLException failed) {
            throw refused("open", failed);
        } catch (IOException failed) {
            throw Refused.failed("Cannot open the store " + path + ": " + failed);
        }
    }

    /** One more connection, for reading. */
    Connection openForReading() {
        try {
            return connect();
        } catch (SQLException failed) {
            throw refused("open", failed);
        }
    }

    /** Writes a consistent copy to a new file, durably; an existing file is refused. */
    void copy(Connection connection, Path target) {
        Path whole = target.toAbsolutePath();
        Path part = whole.resolveSibling(whole.getFileName() + ".part");
        if (Files.exists(whole)) {
            throw Refused.invalid("Cannot back up the store to " + whole + ": the file exists already");
        }
        try {
            Files.deleteIfExists(part);
            Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (var copying = connection.prepareStatement("VACUUM INTO ?")) {
                copying.setString(1, part.toString());
                copying.execute();
            }
            sync(part, StandardOpenOption.WRITE);
            Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
            sync(whole.resolveSibling("."), StandardOpenOption.READ);
        } catch (SQLException failed) {
            throw refused("back up to " + whole, failed);
        } catch (IOException failed) {
            throw Refused.failed("Cannot back up the store to " + whole + ": " + failed);
        } finally {
            deleteQuietly(part);
        }
    }

    /** What a failure means, and what to do. */
    Refused refused(String tried, SQLException failed) {
        SQLiteErrorCode code =
                failed instanceof SQLiteException known ? known.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        String text = switch (code.code & 0xff) {
            case 13 -> "no space is left on its file system. Nothing was changed; free some space and try again";
            case 8 -> "the file or its file system is read-only. Nothing was changed";
            case 11, 26 ->
                "the file is damaged (" + failed.getMessage() + "). Keep a copy of it, then put a backup in its"
                        + " place";
            case 5, 6 -> "another process has locked it; is another berthd using the same directory?";
            default -> failed.getMessage();
        };
        return new Refused(new Problem.Failed("Cannot " + tried + " the store " + path + ": " + text), failed);
    }

    private Path directory() {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }

    private void create() throws IOException {
        if (!Files.exists(path)) {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            sync(directory(), StandardOpenOption.READ);
        }
    }

    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            // FULL: each commit is on the disk before it returns, whatever happens to the power.
            statement.execute("PRAGMA synchronous=FULL");
            statement.execute("PRAGMA busy_timeout=5000");
            statement.execute("PRAGMA journal_size_limit=" + WAL_LIMIT);
            return connection;
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
    }

    private void migrate(Connection connection, List<Migration> migrations) throws SQLException {
        int version = version(connection);
        int newest = migrations.get(migrations.size() - 1).version();
        if (version > newest) {
            throw new Refused(new Problem.Unsupported("The store " + path + " has schema " + version
                    + ", this berthd knows schemas up to " + newest
                    + ": it was last used by a newer one. Install that again, or put back a backup made before it"));
        }
        if (version > 0 && version < newest) {
            copy(connection, nextBackup(version));
        }
        for (Migration migration : migrations) {
            if (migration.version() > version) {
                carryOut(connection, migration);
            }
        }
    }

    private Path nextBackup(int version) {
        String base = path.getFileName() + ".before-schema-" + (version + 1);
        Path backup = path.resolveSibling(base);
        for (int i = 2; Files.exists(backup); i++) {
            backup = path.resolveSibling(base + "." + i);
        }
        LOG.log(Level.INFO, "Copying the store to {0} before its schema changes", backup);
        return backup;
    }

    private static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (var there = statement.executeQuery("SELECT 1 FROM sqlite_schema WHERE name='schema_version'")) {
                if (!there.next()) {
                    return 0;
                }
            }
            try (var row = statement.executeQuery("SELECT version FROM schema_version")) {
                return row.next() ? row.getInt(1) : 0;
            }
        }
    }

    private static void carryOut(Connection connection, Migration migration) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try {
                for (String sql : migration.statements()) {
                    statement.execute(sql);
                }
                statement.execute("CREATE TABLE IF NOT EXISTS schema_version(version INTEGER NOT NULL)");
                statement.execute("DELETE FROM schema_version");
                statement.execute("INSERT INTO schema_version VALUES(" + migration.version() + ")");
                statement.execute("COMMIT");
            } catch (SQLException failed) {
                statement.execute("ROLLBACK");
                throw failed;
            }
        }
        LOG.log(Level.DEBUG, "The store has schema {0}: {1}", migration.version(), migration.why());
    }

    private static void sync(Path file, StandardOpenOption how) throws IOException {
        try (var channel = FileChannel.open(file, how)) {
            channel.force(true);
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException stays) {
            LOG.log(Level.WARNING, "Cannot remove {0}: {1}", file, stays);
        }
    }
}
