package berth.engine.operation;

import berth.engine.event.Events;
import berth.host.Errno;
import berth.model.Problem;
import berth.model.Refused;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** All work under way, and for five seconds after its end (LXD's habit, which clients rely on). */
public final class Operations {
    private static final System.Logger LOG = System.getLogger(Operations.class.getName());
    private static final long KEPT_SECONDS = 5;

    /** The work of an operation: plain and blocking. */
    @FunctionalInterface
    public interface Work {
        /** Does it; what it throws becomes the operation's error. */
        void run(Operation operation) throws Exception;
    }

    private final Clock clock;
    private final Events events;
    private final ScheduledExecutorService later;
    private final Map<UUID, Operation> known = new ConcurrentHashMap<>();

    /** Operations that tell of themselves through those events. */
    public Operations(Clock clock, Events events, ScheduledExecutorService later) {
        this.clock = clock;
        this.events = events;
        this.later = later;
    }

    /** Starts the work on its own virtual thread; the operation that is returned is running already. */
    public Operation begin(OperationRequest request, Work work) {
        var operation = new Operation(request, clock, events);
        known.put(operation.id(), operation);
        operation.announce();
        operation.become(OperationStatus.RUNNING, "");
        Thread.ofVirtual().name(request.description()).start(() -> follow(operation, work));
        return operation;
    }

    /** The operation with that id. */
    public Optional<Operation> find(UUID id) {
        return Optional.ofNullable(known.get(id));
    }

    /** All of them, oldest first. */
    public List<Operation> all() {
        return known.values().stream()
                .sorted((a, b) -> a.state().createdAt().compareTo(b.state().createdAt()))
                .toList();
    }

    /** Cancels a running operation; refuses with LXD's texts when that cannot be. */
    public void cancel(Operation operation) {
        if (operation.state().status().over()) {
            throw Refused.invalid("Only running operations can be cancelled");
        }
        if (!operation.cancel()) {
            throw Refused.invalid("This operation can't be cancelled");
        }
    }

    private void follow(Operation operation, Work work) {
        try {
            work.run(operation);
            operation.become(OperationStatus.SUCCESS, "");
        } catch (CancellationException cancelled) {
            operation.become(OperationStatus.CANCELLED, "");
        } catch (Refused refused) {
            operation.become(OperationStatus.FAILURE, refused.problem().text());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            operation.become(OperationStatus.FAILURE, "interrupted: the daemon is shutting down");
        } catch (UncheckedIOException | Errno trouble) { // a disk, or what the kernel gives, is no bug of ours
            LOG.log(
                    System.Logger.Level.WARNING,
                    "operation \"" + operation.state().description() + "\" failed",
                    trouble);
            operation.become(OperationStatus.FAILURE, String.valueOf(trouble.getMessage()));
        } catch (Exception | Error bug) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "operation \"" + operation.state().description() + "\" broke",
                    bug);
            operation.become(
                    OperationStatus.FAILURE,
                    new Problem.Failed("Internal error (" + bug.getClass().getSimpleName() + "): " + bug.getMessage()
                                    + "; the daemon's log says more")
                            .text());
        } finally {
            later.schedule(() -> known.remove(operation.id()), KEPT_SECONDS, TimeUnit.SECONDS);
        }
    }
}
