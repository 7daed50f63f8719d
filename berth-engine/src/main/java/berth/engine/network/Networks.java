package berth.engine.network;

import berth.engine.driver.Drivers;
import berth.engine.event.Events;
import berth.engine.instance.InstanceHosts;
import berth.engine.record.RunKind;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.Turns;
import berth.engine.warning.Warnings;
import berth.model.Network;
import berth.model.NetworkName;
import berth.model.Problem;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.WarningKind;
import berth.spi.NetworkDriver;
import berth.steps.Step;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Managed networks: list, make, change live, rename, delete, leases. */
public final class Networks {
    private static final System.Logger LOG = System.getLogger(Networks.class.getName());
    private static final ProjectName PROJECT = new ProjectName("default");

    /** A network to make. */
    public record Creation(Network network) {}

    /** A network that changes. */
    public record Change(Network before, Network after) {}

    private final Shelves shelves;
    private final Drivers drivers;
    private final InstanceHosts hosts;
    private final Runs runs;
    private final Turns turns;
    private final Events events;
    private final Warnings warnings;
    private final RunKind<Creation> creating = new Creating();
    private final RunKind<Change> changing = new Changing();
    private final RunKind<Creation> deleting = new Deleting();
    private final RunKind<Change> renaming = new Renaming();

    /** Keeps networks with those. */
    public Networks(
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
        runs.register(changing);
        runs.register(deleting);
        runs.register(renaming);
    }

    /** All managed ones, by name. */
    public List<Network> list() {
        return shelves.networks().all();
    }

    /** The network of that name; refuses when there is none. */
    public Network require(NetworkName name) {
        return shelves.networks().find(name.text()).orElseThrow(() -> Refused.missing("Network not found"));
    }

    /** URLs of instances and profiles that use it. */
    public List<String> usedBy(NetworkName name) {
        return hosts.usersOfNetwork(name);
    }

    /** Makes a network and brings it up. The one that is returned has every {@code auto} resolved. */
    public Network create(Network wanted) {
        return turns.take("networks", () -> {
            runs.finishOpen(subject(wanted.name()));
            if (shelves.networks().find(wanted.name().text()).isPresent()) {
                throw Refused.invalid("The network already exists");
            }
            NetworkDriver driver = drivers.networkOf(wanted.type());
            Network network = driver.complete(wanted, shelves.networks().all());
            if (driver.isUp(network)) {
                throw Refused.invalid("Network interface \"" + network.name() + "\" already exists");
            }
            runs.run(creating, subject(network.name()), new Creation(network));
            tell(network, "network-created", Map.of());
            return network;
        });
    }

    /** Changes a network, live. */
    public void update(NetworkName name, UnaryOperator<Network> edit) {
        turns.take("networks", () -> {
            runs.finishOpen(subject(name));
            Network before = require(name);
            Network edited = edit.apply(before);
            List<Network> others = shelves.networks().all().stream()
                    .filter(it -> !it.name().equals(name))
                    .toList();
            Network after = drivers.making(before).complete(edited, others);
            if (!after.equals(before)) {
                runs.run(changing, subject(before.name()), new Change(before, after));
                tell(after, "network-updated", Map.of());
            }
        });
    }

    /** Deletes a network; refuses while something uses it. */
    public void delete(NetworkName name) {
        turns.take("networks", () -> {
            runs.finishOpen(subject(name));
            Network network = require(name);
            requireUnused(network);
            runs.run(deleting, subject(network.name()), new Creation(network));
            tell(network, "network-deleted", Map.of());
        });
    }

    /** Gives it another name; refuses while something uses it. */
    public void rename(NetworkName name, NetworkName to) {
        turns.take("networks", () -> {
            runs.finishOpen(subject(name));
            Network before = require(name);
            requireUnused(before);
            if (shelves.networks().find(to.text()).isPresent()) {
                throw new Refused(new Problem.Taken("Network \"" + to + "\" already exists"));
            }
            var after = new Network(to, before.type(), before.description(), before.config(), before.declared());
            runs.run(renaming, subject(before.name()), new Change(before, after));
            tell(after, "network-renamed", Map.of("old_name", name.text()));
        });
    }

    /** What was handed out and what is fixed. */
    public List<NetworkDriver.Lease> leases(NetworkName name) {
        Network network = require(name);
        return drivers.making(network).leases(network, hosts.all(network));
    }

    /** Whether it is up. */
    public boolean isUp(Network network) {
        return drivers.making(network).isUp(network);
    }

    /** Brings all up, after a start of the daemon; one that fails does not hold up the others. */
    public void upAll() {
        shelves.networks().all().forEach(this::up);
    }

    /** Brings one up; warns when that fails, until it goes well. */
    private void up(Network network) {
        try {
            drivers.making(network).up(network, hosts.of(network));
            warnings.settle(WarningKind.NETWORK, url(network));
        } catch (RuntimeException failure) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "bringing up network " + network.name() + " failed: " + failure.getMessage());
            warnings.raise(WarningKind.NETWORK, PROJECT, url(network), failure.getMessage() + "");
        }
    }

    /** Looks after a network: one that failed to come up is tried again, and its leases must be readable. */
    public void look(Network network) {
        turns.take("networks", () -> {
            if (shelves.networks().find(network.name().text()).isEmpty()) {
                return;
            }
            if (warnings.isOpen(WarningKind.NETWORK, url(network))) {
                up(network);
                return;
            }
            try {
                drivers.making(network).leases(network, List.of());
                warnings.settle(WarningKind.LEASES, url(network));
            } catch (RuntimeException failure) {
                warnings.raise(WarningKind.LEASES, PROJECT, url(network), failure.getMessage() + "");
            }
        });
    }

    private static String url(Network network) {
        return "/1.0/networks/" + network.name();
    }

    /** Takes down those that no running guest uses; at the end of the daemon. */
    public void downUnused() {
        for (Network network : shelves.networks().all()) {
            if (!hosts.anyRunningOn(network)) {
                try {
                    drivers.making(network).down(network);
                } catch (RuntimeException failure) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "taking down network " + network.name() + " failed: " + failure.getMessage());
                }
            }
        }
    }

    private void requireUnused(Network network) {
        if (!hosts.usersOfNetwork(network.name()).isEmpty()) {
            throw Refused.invalid("The network is currently in use");
        }
    }

    private static String subject(NetworkName name) {
        return "network " + name;
    }

    private void tell(Network network, String action, Map<String, Object> context) {
        events.lifecycle(PROJECT, action, url(network), context);
    }

    private void claim(Network network) {
        Network holder = shelves.networks().addIfAbsent(network);
        if (!holder.equals(network)) {
            throw Refused.invalid("The network already exists");
        }
    }

    /** Only this very one: a race's winner keeps its row. */
    private void release(Network network) {
        shelves.networks().removeIf(network.name().text(), network::equals);
    }

    private final class Creating implements RunKind<Creation> {
        @Override
        public String kind() {
            return "create network";
        }

        @Override
        public Class<Creation> request() {
            return Creation.class;
        }

        @Override
        public List<Step> steps(Creation request) {
            Network network = request.network();
            return List.of(
                    Step.of("claim the name", () -> claim(network), () -> release(network)),
                    Step.of(
                            "bring it up",
                            () -> drivers.making(network).up(network, hosts.of(network)),
                            () -> drivers.making(network).delete(network)));
        }
    }

    private final class Changing implements RunKind<Change> {
        @Override
        public String kind() {
            return "update network";
        }

        @Override
        public Class<Change> request() {
            return Change.class;
        }

        @Override
        public List<Step> steps(Change request) {
            return List.of(
                    Step.of(
                            "write the document",
                            () -> shelves.networks().put(request.after()),
                            () -> shelves.networks().put(request.before())),
                    Step.of(
                            "put it into effect",
                            () -> swap(request.before(), request.after()),
                            () -> swap(request.after(), request.before())));
        }

        private void swap(Network before, Network after) {
            drivers.making(after).update(before, after, hosts.of(after));
        }
    }

    private final class Renaming implements RunKind<Change> {
        @Override
        public String kind() {
            return "rename network";
        }

        @Override
        public Class<Change> request() {
            return Change.class;
        }

        @Override
        public List<Step> steps(Change request) {
            Network before = request.before();
            Network after = request.after();
            return List.of(
                    Step.of(
                            "take the old one down",
                            () -> drivers.making(before).delete(before),
                            () -> drivers.making(before).up(before, hosts.of(before))),
                    Step.of("rename the document", () -> rekey(before, after), () -> rekey(after, before)),
                    Step.of(
                            "bring the new one up",
                            () -> drivers.making(after).up(after, hosts.of(after)),
                            () -> drivers.making(after).delete(after)));
        }

        private void rekey(Network from, Network to) {
            if (shelves.networks().find(from.name().text()).isPresent()) {
                shelves.networks().rekey(from.name().text(), to);
            }
        }
    }

    private final class Deleting implements RunKind<Creation> {
        @Override
        public String kind() {
            return "delete network";
        }

        @Override
        public Class<Creation> request() {
            return Creation.class;
        }

        @Override
        public List<Step> steps(Creation request) {
            Network network = request.network();
            return List.of(
                    Step.forward("take it down", () -> drivers.making(network).delete(network)),
                    Step.forward(
                            "release the name",
                            () -> shelves.networks().remove(network.name().text())));
        }
    }
}
