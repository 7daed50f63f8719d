package berth.engine.backup;

import berth.host.Errno;
import berth.host.file.Beneath;
import berth.host.file.Mounts;
import berth.host.file.Places;
import berth.model.Backup;
import berth.model.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** Where the files of backups lie: {@code backups/<id of the instance>/<name>}; all of it is root's alone. */
public final class BackupFiles {
    private final Path directory;

    /** Files in that directory. */
    public BackupFiles(Path directory) {
        this.directory = directory;
    }

    /** The file of a backup. */
    public Path file(Backup backup) {
        return directory.resolve(backup.of().toString()).resolve(backup.name());
    }

    /** Makes the file of a backup: it has its name once the work has written it. */
    void write(Backup backup, Consumer<Path> work) {
        Path folder = directory.resolve(backup.of().toString());
        Places.make(directory, 0700);
        Places.make(folder, 0700);
        try (Beneath own = Beneath.own(folder)) {
            String unfinished = Beneath.UNFINISHED + UUID.randomUUID();
            try {
                own.create(unfinished, new byte[0], 0600);
                work.accept(folder.resolve(unfinished));
                own.rename(unfinished, backup.name());
                own.syncFileSystem();
            } catch (RuntimeException failed) {
                own.unlink(unfinished);
                throw failed;
            }
        }
    }

    /** A directory to put a backup together in, for the time of the work. */
    void workplace(Consumer<Path> work) {
        Places.make(directory, 0700);
        String name = Beneath.UNFINISHED + UUID.randomUUID();
        try (Beneath own = Beneath.own(directory)) {
            own.mkdir(name, 0700);
            try {
                work.accept(directory.resolve(name));
            } finally {
                clear(own, name);
            }
        }
    }

    /** A backup that comes in: kept until it is imported or {@link #forget forgotten}. */
    public Path receive(InputStream from) throws IOException {
        Places.make(directory, 0700);
        Path file = directory.resolve(Beneath.UNFINISHED + UUID.randomUUID());
        try (Beneath own = Beneath.own(directory)) {
            own.create(String.valueOf(file.getFileName()), new byte[0], 0600);
        }
        try (OutputStream into = Files.newOutputStream(file)) {
            from.transferTo(into);
        } catch (IOException | RuntimeException failed) {
            forget(file);
            throw failed;
        }
        return file;
    }

    /** Removes a backup that came in. */
    public void forget(Path received) {
        try (Beneath own = Beneath.own(directory)) {
            own.unlink(String.valueOf(received.getFileName()));
        }
    }

    /** Gives a backup's file another name; done already is no error. */
    public void rename(Backup from, Backup to) {
        Path folder = directory.resolve(from.of().toString());
        if (!Places.isDirectory(folder)) {
            return;
        }
        try (Beneath own = Beneath.own(folder)) {
            if (own.exists(from.name())) {
                own.rename(from.name(), to.name());
            }
        }
    }

    /** Removes the file of a backup; nothing there is no error. */
    public void delete(Backup backup) {
        if (!Places.isDirectory(directory)) {
            return;
        }
        try (Beneath own = Beneath.own(directory)) {
            String folder = backup.of().toString();
            if (own.exists(folder)) {
                own.unlink(folder + "/" + backup.name());
                if (own.list(folder).isEmpty()) {
                    own.rmdir(folder);
                }
            }
        }
    }

    /** Makes the directory, and removes what a daemon that died left half done; only while nothing is under way. */
    public void sweep() {
        Places.make(directory, 0700);
        try (Beneath own = Beneath.own(directory)) {
            for (String name : own.list(".")) {
                if (name.startsWith(Beneath.UNFINISHED)) {
                    clear(own, name);
                } else {
                    List<String> unfinished = own.list(name).stream()
                            .filter(it -> it.startsWith(Beneath.UNFINISHED))
                            .toList();
                    unfinished.forEach(it -> own.unlink(name + "/" + it));
                }
            }
        } catch (Errno failed) {
            throw Refused.failed("cannot tidy " + directory + ": " + failed.getMessage());
        }
    }

    private void clear(Beneath own, String name) {
        Mounts.under(directory.resolve(name)).forEach(it -> Mounts.detach(it.target()));
        own.deleteTree(name);
    }
}
