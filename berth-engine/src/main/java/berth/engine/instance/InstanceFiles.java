package berth.engine.instance;

import berth.engine.driver.Drivers;
import berth.engine.event.Events;
import berth.engine.record.Turns;
import berth.host.Errno;
import berth.host.file.ActingAs;
import berth.host.file.Beneath;
import berth.host.file.Entry;
import berth.host.file.GuestRoot;
import berth.host.file.IdExtent;
import berth.host.file.IdExtents;
import berth.host.file.OwnThread;
import berth.host.file.Stat;
import berth.model.IdMap;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.Pool;
import berth.model.Problem;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.spi.Life;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Files in instances, running or stopped: looked at, put, made and deleted by whoever asks the API. Paths are the guest's:
 * a link is followed as the guest would follow it, and none leads out of its root (security C1). Owners are the guest's
 * ids. In a stopped instance the work has the instance's turn, so that it is not started or deleted meanwhile.
 */
public final class InstanceFiles {
    /** The kernel's number for an owner that a map does not have. */
    private static final long NOBODY = 65_534;

    private static final long MOST_IDS = 0xFFFF_FFFFL;

    private final Drivers drivers;
    private final Pulses pulses;
    private final Instances instances;
    private final Roots roots;
    private final Turns turns;
    private final InstanceEvents events;

    /** Files of those. */
    public InstanceFiles(Drivers drivers, Pulses pulses, Instances instances, Roots roots, Turns turns, Events events) {
        this.drivers = drivers;
        this.pulses = pulses;
        this.instances = instances;
        this.roots = roots;
        this.turns = turns;
        this.events = new InstanceEvents(events);
    }

    /** Who a new file or directory belongs to, as the guest numbers users, and its permission bits. */
    public record Owned(long uid, long gid, int mode) {}

    /** What lies at the path, a last link not followed; refuses with "Not Found" when nothing does. */
    public FoundFile look(ProjectName project, InstanceName name, String path) {
        Instance instance = instances.require(project, name);
        FoundFile found = within(instance, path, root -> root.found(path));
        events.tell(instance, "instance-file-retrieved", Map.of("path", path));
        return found;
    }

    /**
     * Puts a file; the directory it goes to is there. One that is there already keeps its owner and mode, and is written in
     * place; a new one is seen only when it is whole.
     *
     * @param append whether the content goes behind what is there
     */
    public void put(
            ProjectName project, InstanceName name, String path, Owned owned, boolean append, InputStream content) {
        change(project, name, path, "instance-file-pushed", root -> root.put(path, owned, append, content));
    }

    /** Makes a directory in one that is there; when it is there already nothing is done. */
    public void makeDirectory(ProjectName project, InstanceName name, String path, Owned owned) {
        change(project, name, path, "instance-file-pushed", root -> root.makeDirectory(path, owned));
    }

    /** Makes a symbolic link; when the same one is there already nothing is done. */
    public void makeLink(ProjectName project, InstanceName name, String path, String target) {
        change(project, name, path, "instance-file-pushed", root -> root.makeLink(path, target));
    }

    /** Deletes a file, a link or an empty directory; refuses with "Not Found" when nothing lies there. */
    public void delete(ProjectName project, InstanceName name, String path) {
        change(project, name, path, "instance-file-deleted", root -> root.delete(path));
    }

    /**
     * Does some work on the tree of its files; for who moves many (SFTP). The tree is good only meanwhile, so the work
     * must not wait for anybody: a stopped instance is not started before it is done. Another one that has the name by
     * now is not meant.
     */
    public void together(Instance instance, Consumer<GuestTree> work) {
        Instance now = instances.require(instance.project(), instance.name());
        if (!now.id().equals(instance.id())) {
            throw Refused.missing("Instance not found");
        }
        within(now, "/", root -> {
            try (var tree = new GuestTree(root.inside, root.ids)) {
                work.accept(tree);
            }
            return true;
        });
    }

    private interface Change {
        void in(Root root);
    }

    private void change(ProjectName project, InstanceName name, String path, String event, Change change) {
        Instance instance = instances.require(project, name);
        within(instance, path, root -> {
            change.in(root);
            return true;
        });
        events.tell(instance, event, Map.of("path", path));
    }

    private <T> T within(Instance instance, String path, Function<Root, T> work) {
        try {
            var pulse = pulses.of(instance.id());
            if (pulse.isPresent()) {
                return running(instance, pulse.get().life(), work);
            }
            return turns.take(Instances.subject(instance), () -> {
                Instance now = instances.require(instance.project(), instance.name());
                var begun = pulses.of(now.id());
                return begun.isPresent() ? running(now, begun.get().life(), work) : stopped(now, work);
            });
        } catch (Errno failed) {
            throw refused(path, failed);
        } catch (UncheckedIOException failed) {
            throw Refused.failed(Quoted.of(path) + " in " + instance.name() + ": " + failed.getMessage());
        }
    }

    private static Refused refused(String path, Errno failed) {
        return switch (failed.number()) {
            case Errno.ENOENT -> Refused.missing("Not Found");
            case Errno.EACCES ->
                Refused.invalid(
                        Quoted.of(path) + " lies where the kernel keeps no files but speaks (/proc, /sys); run a"
                                + " command inside to read or write there");
            case Errno.ENOTDIR, Errno.EISDIR, Errno.EINVAL, Errno.ELOOP ->
                Refused.invalid(Quoted.of(path) + " cannot be used: " + failed.reason());
            default -> Refused.failed(Quoted.of(path) + ": " + failed.reason());
        };
    }

    private static <T> T running(Instance instance, Life life, Function<Root, T> work) {
        GuestRoot guest;
        try {
            guest = GuestRoot.of(life.pid(), life.startTicks());
        } catch (Errno | UncheckedIOException gone) {
            throw new Refused(
                    new Problem.Unavailable(instance.name() + " has just stopped; try again in a moment"), gone);
        }
        try (guest) {
            var result = new AtomicReference<T>();
            var root = new Root(guest.inside(), guest.ids());
            ActingAs.ids(guest.rootUser(), guest.rootGroup(), () -> result.set(work.apply(root)));
            return Objects.requireNonNull(result.get());
        }
    }

    private <T> T stopped(Instance instance, Function<Root, T> work) {
        Pool pool = roots.pool(instance);
        var storage = drivers.keeping(pool);
        IdMap map = roots.idMap(instance, instances.effective(instance).config());
        Path top = storage.stoppedRoot(pool, Roots.volume(instance));
        try (Beneath inside = Beneath.guest(top)) {
            long ids = map == null ? MOST_IDS : map.size();
            var root = new Root(inside, IdExtents.both(List.of(new IdExtent(0, 0, ids))));
            return OwnThread.call(() -> work.apply(root));
        } finally {
            storage.unmount(pool, Roots.volume(instance));
        }
    }

    /** What an owner is called inside. */
    static long inside(List<IdExtent> map, int hostId) {
        return IdExtents.onDisk(map, hostId & 0xFFFF_FFFFL).orElse(NOBODY);
    }

    /** Who an owner inside is on the host. */
    static long outside(List<IdExtent> map, long id) {
        return IdExtents.shown(map, id)
                .orElseThrow(() -> Refused.invalid("The instance has no user or group " + id + ", only 0 to "
                        + (map.stream()
                                        .mapToLong(it -> it.disk() + it.count())
                                        .max()
                                        .orElse(0)
                                - 1)));
    }

    /**
     * A guest's root.
     *
     * @param ids its ids, and what they are here
     */
    private record Root(Beneath inside, IdExtents ids) {
        FoundFile found(String path) {
            try (Entry entry = inside.entry(path).orElseThrow(() -> Refused.missing("Not Found"))) {
                Stat stat = entry.stat();
                var facts = new FoundFile.Facts(
                        InstanceFiles.inside(ids.users(), stat.uid()),
                        InstanceFiles.inside(ids.groups(), stat.gid()),
                        stat.permissions(),
                        stat.modified());
                if (stat.isDirectory()) {
                    return new FoundFile.Directory(facts, entry.names());
                }
                if (stat.isLink()) {
                    return new FoundFile.Link(facts, absolute(path, entry.target()));
                }
                if (stat.isFile()) {
                    return new FoundFile.Plain(facts, stat.size(), entry.input());
                }
                throw Refused.invalid("Bad file type: " + Quoted.of(path)
                        + " is neither a plain file nor a directory nor a symbolic link");
            }
        }

        void put(String path, Owned owned, boolean append, InputStream content) {
            Beneath.Content copy = out -> copy(path, content, out);
            if (inside.writeInto(path, append, copy)) {
                return;
            }
            long uid = outside(ids.users(), owned.uid());
            long gid = outside(ids.groups(), owned.gid());
            try {
                inside.write(path, owned.mode(), uid, gid, Long.MAX_VALUE, true, copy);
            } catch (Errno failed) {
                if (failed.number() == Errno.EEXIST) {
                    throw Refused.invalid(Quoted.of(path)
                            + " is a link that leads nowhere, or came to be just now; nothing was written");
                }
                throw failed;
            }
        }

        void makeDirectory(String path, Owned owned) {
            if (inside.stat(path).filter(Stat::isDirectory).isPresent()) {
                return;
            }
            try {
                inside.mkdir(path, owned.mode(), outside(ids.users(), owned.uid()), outside(ids.groups(), owned.gid()));
            } catch (Errno failed) {
                if (failed.number() == Errno.EEXIST) {
                    throw Refused.invalid(Quoted.of(path) + " is there already and no directory");
                }
                throw failed;
            }
        }

        void makeLink(String path, String target) {
            if (target.isEmpty() || target.indexOf('\0') >= 0) {
                throw Refused.invalid("A symbolic link needs a target, and one without NUL");
            }
            try {
                inside.symlink(target, path);
            } catch (Errno failed) {
                if (failed.number() != Errno.EEXIST) {
                    throw failed;
                }
                boolean same = inside.lstat(path).filter(Stat::isLink).isPresent()
                        && inside.readlink(path).equals(target);
                if (!same) {
                    throw Refused.invalid(Quoted.of(path) + " is there already; delete it first");
                }
            }
        }

        void delete(String path) {
            boolean directory = inside.lstat(path)
                    .orElseThrow(() -> Refused.missing("Not Found"))
                    .isDirectory();
            if (!(directory ? inside.rmdir(path) : inside.unlink(path))) {
                throw Refused.missing("Not Found");
            }
        }

        private static String absolute(String path, String target) {
            Path directory = Path.of("/" + path).normalize().getParent();
            return directory == null
                    ? target
                    : directory.resolve(target).normalize().toString();
        }

        private static void copy(String path, InputStream from, OutputStream into) {
            var buffer = new byte[128 * 1024];
            while (true) {
                int read;
                try {
                    read = from.read(buffer);
                } catch (IOException hungUp) {
                    throw Refused.invalid("The content of " + Quoted.of(path) + " was cut short");
                }
                if (read < 0) {
                    return;
                }
                try {
                    into.write(buffer, 0, read);
                } catch (IOException full) {
                    throw Refused.failed("Writing " + Quoted.of(path) + " failed: " + full.getMessage());
                }
            }
        }
    }
}
