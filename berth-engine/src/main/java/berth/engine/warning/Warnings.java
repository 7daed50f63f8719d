package berth.engine.warning;

import berth.engine.event.Event;
import berth.engine.event.Events;
import berth.engine.record.Shelves;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Warning;
import berth.model.Warning.State;
import berth.model.WarningKind;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Warnings: kept until they are over and a day longer, or deleted. The same trouble with the same thing is one warning,
 * counted. What is over is resolved by whoever sees that it is; with an object go its warnings.
 */
public final class Warnings {
    private static final Duration KEPT = Duration.ofDays(1);

    private final Shelves shelves;
    private final Events events;
    private final Clock clock;

    /** Keeps them on those shelves. */
    public Warnings(Shelves shelves, Events events, Clock clock) {
        this.shelves = shelves;
        this.events = events;
        this.clock = clock;
        events.listen(this::hear);
    }

    /** What was found wrong, for {@link #only}. */
    public record Found(WarningKind kind, String about, String message) {}

    /** Something is wrong, or is still wrong. */
    public synchronized void raise(WarningKind kind, @Nullable ProjectName project, String about, String message) {
        Optional<Warning> known = open(it -> it.kind() == kind && it.about().equals(about), true);
        shelves.warnings()
                .put(known.map(it -> it.again(clock.instant(), message))
                        .orElseGet(() -> new Warning(
                                UUID.randomUUID(),
                                kind,
                                about,
                                project == null ? "" : project.text(),
                                State.NEW,
                                1,
                                clock.instant(),
                                clock.instant(),
                                message)));
    }

    /** It is over, if it was there. */
    public synchronized void settle(WarningKind kind, String about) {
        settle(it -> it.kind() == kind && it.about().equals(about));
    }

    /** Of these kinds those that are given are there, and no others. */
    public synchronized void only(Collection<WarningKind> kinds, List<Found> found) {
        settle(it -> kinds.contains(it.kind())
                && found.stream()
                        .noneMatch(now -> now.kind() == it.kind() && now.about().equals(it.about())));
        found.forEach(it -> raise(it.kind(), null, it.about(), it.message()));
    }

    private void settle(Predicate<Warning> which) {
        for (Warning warning : shelves.warnings().all()) {
            if (warning.state() != State.RESOLVED && which.test(warning)) {
                shelves.warnings().put(warning.as(State.RESOLVED));
            }
        }
    }

    private Optional<Warning> open(Predicate<Warning> which, boolean resolvedToo) {
        return shelves.warnings().all().stream()
                .filter(it -> resolvedToo || it.state() != State.RESOLVED)
                .filter(which)
                .findFirst();
    }

    /** Whether there is one that is not over. */
    public boolean isOpen(WarningKind kind, String about) {
        return open(it -> it.kind() == kind && it.about().equals(about), false).isPresent();
    }

    /** All, or those of a project. */
    public List<Warning> list(@Nullable ProjectName project) {
        return shelves.warnings().all().stream()
                .filter(it -> project == null || it.project().equals(project.text()))
                .toList();
    }

    /** The one with that id; refuses when there is none. */
    public Warning require(String id) {
        return shelves.warnings().find(id).orElseThrow(() -> Refused.missing("Warning not found"));
    }

    /** Somebody has looked at it, or wants it looked at again. */
    public synchronized void mark(String id, State state) {
        shelves.warnings().put(require(id).as(state));
        tell(state == State.NEW ? "warning-reset" : "warning-acknowledged", id);
    }

    /** Forgets it. What is still wrong comes back when it is met again. */
    public synchronized void delete(String id) {
        require(id);
        shelves.warnings().remove(id);
        tell("warning-deleted", id);
    }

    /** Forgets what has been over for a day. */
    public synchronized void tidy() {
        var since = clock.instant().minus(KEPT);
        for (Warning warning : shelves.warnings().all()) {
            if (warning.state() == State.RESOLVED && warning.lastSeen().isBefore(since)) {
                shelves.warnings().remove(warning.id().toString());
            }
        }
    }

    private void tell(String action, String id) {
        events.lifecycle(null, action, "/1.0/warnings/" + id, Map.of());
    }

    /** A listener may not wait: looking is quick, what is to be written is written by a thread of its own. */
    private void hear(Event event) {
        if (event.payload() instanceof Event.Lifecycle(String action, String source, var _)) {
            Predicate<Warning> over = action.endsWith("-deleted") || action.endsWith("-renamed")
                    ? it -> it.about().equals(source)
                    : action.equals("instance-started")
                            ? it -> it.about().equals(source) && it.kind() == WarningKind.AUTOSTART
                            : _ -> false;
            if (open(over, false).isPresent()) {
                Thread.ofVirtual().name("settle warnings").start(() -> settleAll(over));
            }
        }
    }

    private synchronized void settleAll(Predicate<Warning> over) {
        settle(over);
    }
}
