package berth.engine.storage;

import berth.engine.driver.Drivers;
import berth.engine.event.Events;
import berth.engine.instance.InstanceHosts;
import berth.engine.record.RunKind;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.Turns;
import berth.engine.warning.Warnings;
import berth.model.Fingerprint;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.Problem;
import berth.model.Refused;
import berth.model.Volume;
import berth.model.VolumeKind;
import berth.model.WarningKind;
import berth.spi.StorageDriver;
import berth.steps.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Storage pools: list, make, change, delete, space, volumes. */
public final class Pools {
    private static final System.Logger LOG = System.getLogger(Pools.class.getName());

    /** A pool to make or delete. */
    public record Request(Pool pool) {}

    /** A pool that changes. */
    public record Change(Pool before, Pool after) {}

    private final Shelves shelves;
    private final Drivers drivers;
    private final InstanceHosts hosts;
    private final Runs runs;
    private final Turns turns;
    private final Events events;
    private final Warnings warnings;
    private final RunKind<Request> creating = new Creating();
    private final RunKind<Request> deleting = new Deleting();
    private final RunKind<Change> changing = new Changing();

    /** Keeps pools with those. */
    public Pools(
            Shelves shelves,
            Drivers drivers,
            InstanceHosts hosts,
            Runs runs,
            Turns turns,
            Events events,
            Warnings warnings) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.hosts = hosts;
        this.runs = runs;
        this.turns = turns;
        this.events = events;
        this.warnings = warnings;
        runs.register(creating);
        runs.register(deleting);
        runs.register(changing);
    }

    /** All of them, by name. */
    public List<Pool> list() {
        return shelves.pools().all();
    }

    /** The pool of that name; refuses when there is none. */
    public Pool require(PoolName name) {
        return shelves.pools().find(name.text()).orElseThrow(() -> Refused.missing("Storage pool not found"));
    }

    /** Makes a pool. */
    public Pool create(Pool wanted) {
        return turns.take("pool " + wanted.name(), () -> {
            runs.finishOpen(subject(wanted.name()));
            if (shelves.pools().find(wanted.name().text()).isPresent()) {
                throw new Refused(new Problem.Taken("The storage pool already exists"));
            }
            Pool pool = drivers.storageNamed(wanted.driver()).complete(wanted);
            runs.run(creating, subject(pool.name()), new Request(pool));
            tell(pool, "storage-pool-created");
            return pool;
        });
    }

    /** Changes a pool. */
    public void update(PoolName name, UnaryOperator<Pool> edit) {
        turns.take("pool " + name, () -> {
            runs.finishOpen(subject(name));
            Pool before = require(name);
            Pool after = edit.apply(before);
            if (!after.equals(before)) {
                runs.run(changing, subject(before.name()), new Change(before, after));
                tell(after, "storage-pool-updated");
            }
        });
    }

    /** Deletes a pool; refuses while an instance, a profile or a volume of somebody's is on it. */
    public void delete(PoolName name) {
        turns.take("pool " + name, () -> {
            runs.finishOpen(subject(name));
            Pool pool = require(name);
            boolean used = !hosts.usersOfPool(name).isEmpty()
                    || volumes(pool).stream().anyMatch(it -> it.kind() != VolumeKind.IMAGE);
            if (used) {
                throw Refused.invalid("The storage pool is currently in use");
            }
            runs.run(deleting, subject(pool.name()), new Request(pool));
            tell(pool, "storage-pool-deleted");
        });
    }

    /** URLs of what uses it: instances, profiles, unpacked images. */
    public List<String> usedBy(PoolName name) {
        var users = new ArrayList<>(hosts.usersOfPool(name));
        shelves.volumes().under(name.text() + "/image/").stream()
                .map(it -> "/1.0/images/" + it.name())
                .forEach(users::add);
        return users;
    }

    /** Space and inodes. */
    public StorageDriver.PoolSpace space(Pool pool) {
        return drivers.keeping(pool).space(pool);
    }

    /** Volumes of a pool: roots of instances, unpacked images, custom ones. */
    public List<Volume> volumes(Pool pool) {
        var volumes = new ArrayList<>(shelves.volumes().under(pool.name().text() + "/"));
        shelves.instances().all().stream()
                .filter(it -> it.pool().equals(pool.name()))
                .map(it -> Volume.plain(
                        it.pool(),
                        VolumeKind.of(it.kind().text()),
                        it.project(),
                        it.name().text(),
                        it.description(),
                        new java.util.TreeMap<>(),
                        it.createdAt()))
                .forEach(volumes::add);
        return volumes;
    }

    /** Opens all, after a start of the daemon; one that fails does not hold up the others. */
    public void openAll() {
        shelves.pools().all().forEach(this::open);
    }

    /** Looks after a pool: one that could not be opened is tried again. */
    public void look(Pool pool) {
        turns.take("pool " + pool.name(), () -> {
            if (warnings.isOpen(WarningKind.POOL, url(pool.name()))) {
                shelves.pools().find(pool.name().text()).ifPresent(this::open);
            }
        });
    }

    /** Opens a pool; warns when that fails, until it goes well. */
    private void open(Pool pool) {
        try {
            drivers.keeping(pool).openPool(pool);
            warnings.settle(WarningKind.POOL, url(pool.name()));
        } catch (RuntimeException failure) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "opening storage pool " + pool.name() + " failed: " + failure.getMessage());
            warnings.raise(WarningKind.POOL, null, url(pool.name()), failure.getMessage() + "");
        }
    }

    /** Where the door shows it. */
    private static String url(PoolName name) {
        return "/1.0/storage-pools/" + name;
    }

    private static String subject(PoolName name) {
        return "storage pool " + name;
    }

    private void tell(Pool pool, String action) {
        events.lifecycle(null, action, url(pool.name()), Map.of());
    }

    private final class Creating implements RunKind<Request> {
        @Override
        public String kind() {
            return "create storage pool";
        }

        @Override
        public Class<Request> request() {
            return Request.class;
        }

        @Override
        public List<Step> steps(Request request) {
            Pool pool = request.pool();
            return List.of(
                    Step.of("claim the name", () -> claim(pool), () -> release(pool)),
                    Step.of(
                            "make the pool",
                            () -> drivers.keeping(pool).createPool(pool),
                            () -> drivers.keeping(pool).deletePool(pool)));
        }

        /** Only this very one: a race's winner keeps its row. */
        private void release(Pool pool) {
            shelves.pools().removeIf(pool.name().text(), pool::equals);
        }

        private void claim(Pool pool) {
            if (!shelves.pools().addIfAbsent(pool).equals(pool)) {
                throw new Refused(new Problem.Taken("The storage pool already exists"));
            }
        }
    }

    private final class Deleting implements RunKind<Request> {
        @Override
        public String kind() {
            return "delete storage pool";
        }

        @Override
        public Class<Request> request() {
            return Request.class;
        }

        @Override
        public List<Step> steps(Request request) {
            Pool pool = request.pool();
            return List.of(
                    Step.forward("drop the unpacked images", () -> dropImages(pool)),
                    Step.forward("remove the pool", () -> drivers.keeping(pool).deletePool(pool)),
                    Step.forward(
                            "release the name",
                            () -> shelves.pools().remove(pool.name().text())));
        }

        private void dropImages(Pool pool) {
            for (Volume image : shelves.volumes().under(pool.name().text() + "/image/")) {
                drivers.keeping(pool).deleteImage(pool, new Fingerprint(image.name()));
                shelves.volumes().remove(Shelves.key(image));
            }
        }
    }

    private final class Changing implements RunKind<Change> {
        @Override
        public String kind() {
            return "update storage pool";
        }

        @Override
        public Class<Change> request() {
            return Change.class;
        }

        @Override
        public List<Step> steps(Change request) {
            return List.of(
                    Step.of(
                            "put it into effect",
                            () -> drivers.keeping(request.after()).updatePool(request.before(), request.after()),
                            () -> {}), // a pool that grew is not shrunk again; its data is worth more
                    Step.of(
                            "write the document",
                            () -> shelves.pools().put(request.after()),
                            () -> shelves.pools().put(request.before())));
        }
    }
}
