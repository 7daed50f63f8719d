package berth.engine.instance;

import berth.engine.driver.Drivers;
import berth.engine.event.Events;
import berth.engine.record.Turns;
import berth.host.Errno;
import berth.host.file.ActingAs;
import berth.host.file.Beneath;
import berth.host.file.Stat;
import berth.model.IdMap;
import berth.model.Instance;
import berth.model.Pool;
import berth.model.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Files in and out of guests, running or stopped: every path is resolved inside of the guest's root, as the guest would
 * (security C1), with the guest's own ids. Content goes by a file of ours, so that no lock is held for a slow client.
 */
public final class TransferFiles {
    /** More than any disk: the guest's own limits hold. */
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private static final int MOST_LINKS = 40;

    private final Drivers drivers;
    private final Pulses pulses;
    private final Instances instances;
    private final Roots roots;
    private final Turns turns;
    private final InstanceEvents events;

    /** Transfers files of those. */
    public TransferFiles(Drivers drivers, Pulses pulses, Instances instances, Roots roots, Turns turns, Events events) {
        this.drivers = drivers;
        this.pulses = pulses;
        this.instances = instances;
        this.roots = roots;
        this.turns = turns;
        this.events = new InstanceEvents(events);
    }

    /** Owner, permission bits, bytes and time of a file; ids as inside. */
    public record Facts(long uid, long gid, int mode, long size, Instant modified) {}

    /** What lies at a path. */
    public sealed interface Found {
        /** Its facts. */
        Facts facts();

        /** A plain file; its content was copied to where the caller said. */
        record File(Facts facts) implements Found {}

        /** A directory and the names in it. */
        record Directory(Facts facts, List<String> names) implements Found {}

        /** A symbolic link and what it says. */
        record Link(Facts facts, String target) implements Found {}
    }

    /** How a new file is to be; null leaves a part to the default, and to the file that is there already. */
    public record Wish(
            @Nullable Long uid,
            @Nullable Long gid,
            @Nullable Integer mode) {}

    /** A root that is usable for the time of a call. */
    private record Inside(Beneath root, long base, long size) {
        Facts facts(Stat stat) {
            return new Facts(inside(stat.uid()), inside(stat.gid()), stat.permissions(), stat.size(), stat.modified());
        }

        private long inside(int id) {
            long there = Integer.toUnsignedLong(id) - base;
            return there >= 0 && there < size ? there : 65_534; // nobody (overflowuid)
        }

        long outside(long id) {
            if (id < 0 || id >= size) {
                throw Refused.invalid("The guest has no id " + id);
            }
            return base + id;
        }
    }

    /**
     * What lies there; a link is not followed, directories on the way may be links. Refuses when there is nothing.
     *
     * @param copyTo where the content of a plain file is written; null: it is not wanted
     */
    public Found look(Instance instance, String path, @Nullable Path copyTo) {
        var found = new Found[1];
        within(instance, inside -> {
            Stat stat = inside.root().lstat(path).orElseThrow(() -> Refused.missing("Not Found"));
            Facts facts = inside.facts(stat);
            if (stat.isLink()) {
                found[0] = new Found.Link(facts, inside.root().readlink(path));
            } else if (stat.isDirectory()) {
                found[0] = new Found.Directory(facts, inside.root().list(path));
            } else if (stat.isFile()) {
                if (copyTo != null) {
                    copy(inside.root(), path, copyTo);
                }
                found[0] = new Found.File(facts);
            } else {
                throw Refused.invalid(path + " is a device, socket or FIFO: it has no content");
            }
        });
        if (copyTo != null) {
            events.tell(instance, "instance-file-retrieved", Map.of("path", path));
        }
        return found[0];
    }

    /** Writes a file; one that is there keeps its owner and permissions. A link is followed, inside. */
    public void putFile(Instance instance, String path, Path content, Wish wish, boolean append) {
        within(instance, inside -> {
            String target = followed(inside.root(), path);
            var there = inside.root().lstat(target);
            if (there.isPresent() && !there.get().isFile()) {
                throw Refused.invalid(path + " is there already and is no plain file");
            }
            Facts facts = there.map(inside::facts)
                    .orElseGet(() -> new Facts(or(wish.uid()), or(wish.gid()), mode(wish, 0644), 0, Instant.EPOCH));
            inside.root()
                    .write(
                            target,
                            facts.mode(),
                            inside.outside(facts.uid()),
                            inside.outside(facts.gid()),
                            NO_LIMIT,
                            false,
                            out -> {
                                if (append && there.isPresent()) {
                                    try (InputStream before = inside.root().input(target)) {
                                        before.transferTo(out);
                                    }
                                }
                                Files.copy(content, out);
                            });
        });
        events.tell(instance, "instance-file-pushed", Map.of("path", path));
    }

    /** Makes a directory; one that is there is left as it is. Its parent must be there. */
    public void putDirectory(Instance instance, String path, Wish wish) {
        within(instance, inside -> {
            if (inside.root().stat(path).filter(Stat::isDirectory).isPresent()) {
                return;
            }
            inside.root().mkdir(path, mode(wish, 0750));
            if (or(wish.uid()) != 0 || or(wish.gid()) != 0) {
                inside.root().chown(path, inside.outside(or(wish.uid())), inside.outside(or(wish.gid())));
            }
        });
        events.tell(instance, "instance-file-pushed", Map.of("path", path));
    }

    /** Makes a symbolic link; one that says the same already is left as it is. */
    public void putLink(Instance instance, String path, String target) {
        if (target.isEmpty() || target.length() > 4095 || target.indexOf('\0') >= 0) {
            throw Refused.invalid("The target of a link has from 1 to 4095 bytes and no NUL");
        }
        within(instance, inside -> {
            var there = inside.root().lstat(path);
            if (there.filter(Stat::isLink).isPresent()
                    && inside.root().readlink(path).equals(target)) {
                return;
            }
            inside.root().symlink(target, path);
        });
        events.tell(instance, "instance-file-pushed", Map.of("path", path));
    }

    /** Deletes a file, a link or an empty directory. */
    public void delete(Instance instance, String path) {
        within(instance, inside -> {
            Stat stat = inside.root().lstat(path).orElseThrow(() -> Refused.missing("Not Found"));
            if (stat.isDirectory()) {
                inside.root().rmdir(path);
            } else {
                inside.root().unlink(path);
            }
        });
        events.tell(instance, "instance-file-deleted", Map.of("path", path));
    }

    private void within(Instance instance, Consumer<Inside> work) {
        turns.take(Instances.subject(instance), () -> {
            try {
                var pulse = pulses.of(instance.id());
                if (pulse.isPresent()) {
                    IdMap map = roots.idMap(instances.effective(instance).config());
                    long base = map == null ? 0 : map.base();
                    long size = map == null ? 0xFFFF_FFFFL : map.size();
                    long pid = pulse.get().life().pid();
                    ActingAs.ids(base, base, () -> open(Beneath.guestOf(pid), base, size, work));
                } else {
                    Pool pool = roots.pool(instance);
                    var storage = drivers.keeping(pool);
                    try {
                        Path root = storage.stoppedRoot(pool, Roots.volume(instance));
                        open(Beneath.guest(root), 0, 0xFFFF_FFFFL, work);
                    } finally {
                        storage.unmount(pool, Roots.volume(instance));
                    }
                }
            } catch (Errno failed) {
                throw failed.number() == Errno.ENOENT
                        ? Refused.missing("Not Found")
                        : Refused.invalid(String.valueOf(failed.getMessage()));
            } catch (UncheckedIOException failed) {
                throw Refused.failed(String.valueOf(failed.getMessage()));
            }
        });
    }

    private static void open(Beneath root, long base, long size, Consumer<Inside> work) {
        try (root) {
            work.accept(new Inside(root, base, size));
        }
    }

    /** Where a link leads in the end, as the guest would say. */
    private static String followed(Beneath root, String path) {
        String at = path;
        for (int i = 0; i < MOST_LINKS; i++) {
            if (root.lstat(at).filter(Stat::isLink).isEmpty()) {
                return at;
            }
            String target = root.readlink(at);
            at = target.startsWith("/") ? target : at.substring(0, at.lastIndexOf('/') + 1) + target;
        }
        throw Refused.invalid(path + " is a link that leads to itself");
    }

    private static void copy(Beneath root, String path, Path to) {
        try (InputStream in = root.input(path)) {
            Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + path, failed);
        }
    }

    private static long or(@Nullable Long id) {
        return id == null ? 0 : id;
    }

    private static int mode(Wish wish, int otherwise) {
        return wish.mode() == null ? otherwise : wish.mode();
    }
}
