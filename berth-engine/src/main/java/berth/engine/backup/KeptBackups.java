package berth.engine.backup;

import berth.engine.record.RunKind;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.SimpleRun;
import berth.host.archive.Compression;
import berth.model.Backup;
import berth.model.Problem;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Volume;
import berth.steps.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The backups there are, of instances and of volumes: found, named, renamed, deleted. What is packed is their owners' matter. */
public final class KeptBackups {
    /** A backup that goes. */
    public record Removal(Backup backup) {}

    /** A backup that gets another name. */
    public record Renaming(Backup before, Backup after) {}

    private static final System.Logger LOG = System.getLogger(KeptBackups.class.getName());

    private final Shelves shelves;
    private final BackupFiles files;
    private final Runs runs;
    private final RunKind<Removal> deleting;
    private final RunKind<Renaming> renaming;

    /** Keeps backups with those. */
    public KeptBackups(Shelves shelves, BackupFiles files, Runs runs) {
        this.shelves = shelves;
        this.files = files;
        this.runs = runs;
        this.deleting = runs.register(new SimpleRun<>("delete backup", Removal.class, this::removal));
        this.renaming = runs.register(new SimpleRun<>("rename backup", Renaming.class, this::renaming));
    }

    /** Where their files are. */
    public BackupFiles files() {
        return files;
    }

    /** The id by which a custom volume's backups are found. */
    public static UUID owner(Volume volume) {
        return Objects.requireNonNull(volume.id(), "only custom volumes have backups");
    }

    /** The backups of an instance or a volume, oldest first. */
    public List<Backup> of(UUID owner) {
        return shelves.backups().under(owner + "/").stream()
                .sorted(Comparator.comparing(Backup::createdAt))
                .toList();
    }

    /** The one of that name. */
    public Optional<Backup> find(UUID owner, String name) {
        return shelves.backups().find(owner + "/" + name);
    }

    /** Its file, to be handed out. */
    public Path file(Backup backup) {
        Path file = files.file(backup);
        if (!Files.isRegularFile(file)) {
            throw Refused.missing("The backup " + backup.name() + " is not packed yet");
        }
        return file;
    }

    /** The way of compressing of that name, gzip for an empty one; refuses others. */
    public static Compression compression(String name) {
        return Compression.named(name.isEmpty() ? "gzip" : name)
                .orElseThrow(() -> Refused.invalid("Invalid compression algorithm " + Quoted.of(name)
                        + " (there are: "
                        + Arrays.stream(Compression.values())
                                .map(Compression::text)
                                .collect(Collectors.joining(", "))
                        + ")"));
    }

    /** Refuses when there is one of that name. */
    public void requireFree(Backup backup) {
        if (find(backup.of(), backup.name()).isPresent()) {
            throw new Refused(new Problem.Taken("Backup \"" + backup.name() + "\" already exists"));
        }
    }

    /**
     * One that is to be made.
     *
     * @param name empty for the next {@code backup0}, {@code backup1}, …
     * @param expiresAt null or the epoch for never
     */
    public Backup wanted(
            UUID owner, String name, Instant now, @Nullable Instant expiresAt, boolean alone, boolean optimized) {
        return new Backup(
                owner, named(owner, name), now, expiresAt == null ? Instant.EPOCH : expiresAt, alone, optimized);
    }

    private String named(UUID owner, String name) {
        if (!name.isEmpty()) {
            return name;
        }
        for (int n = 0; ; n++) {
            if (find(owner, "backup" + n).isEmpty()) {
                return "backup" + n;
            }
        }
    }

    /** What changes of an owner's backups follow one another by; whoever deletes the owner waits for them. */
    public static String subject(UUID owner) {
        return "backups of " + owner;
    }

    /** The steps that make one. */
    public List<Step> making(Backup backup, Runnable pack) {
        return List.of(
                Step.of(
                        "write the document",
                        () -> shelves.backups().put(backup),
                        () -> shelves.backups().remove(key(backup))),
                Step.of("pack the file", pack, () -> files.delete(backup)));
    }

    /** Gives it another name; in the turn of its owner's backups. */
    public void rename(Backup before, Backup after) {
        runs.run(renaming, subject(before.of()), new Renaming(before, after));
    }

    /** Deletes it; in the turn of its owner's backups. Says whether it was there. */
    public boolean delete(Backup backup) {
        boolean there = find(backup.of(), backup.name()).isPresent();
        if (there) {
            runs.run(deleting, subject(backup.of()), new Removal(backup));
        }
        return there;
    }

    /** Deletes all of an owner, as a step of what deletes the owner. */
    public void deleteAll(UUID owner) {
        of(owner).forEach(it -> {
            files.delete(it);
            shelves.backups().remove(key(it));
        });
    }

    /** Hands on those whose time is over; goes on when one cannot be deleted. */
    public void expire(Instant now, Consumer<Backup> delete) {
        for (Backup backup : shelves.backups().all()) {
            if (!backup.expired(now)) {
                continue;
            }
            try {
                delete.accept(backup);
            } catch (Refused refused) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "deleting the expired backup {0} failed: {1}",
                        key(backup),
                        refused.problem().text());
            }
        }
    }

    private static String key(Backup backup) {
        return backup.of() + "/" + backup.name();
    }

    private List<Step> removal(Removal request) {
        Backup backup = request.backup();
        return List.of(
                Step.forward("delete the file", () -> files.delete(backup)),
                Step.forward("remove the document", () -> shelves.backups().remove(key(backup))));
    }

    private List<Step> renaming(Renaming request) {
        Backup before = request.before();
        Backup after = request.after();
        return List.of(
                Step.of("rename the file", () -> files.rename(before, after), () -> files.rename(after, before)),
                Step.of(
                        "rename the document",
                        () -> shelves.backups().rekey(key(before), after),
                        () -> shelves.backups().rekey(key(after), before)));
    }
}
