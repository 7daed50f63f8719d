package berth.engine.session;

import berth.engine.instance.ExecInstance;
import berth.engine.record.Shelf;
import berth.model.InstanceName;
import berth.model.Problem;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.spi.ExecSetup;
import berth.spi.Execution;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Commands on terminals that the daemon holds, and for a while how they ended. A session ends with its command, its guest or
 * the daemon: the terminal is the daemon's, and the kernel hangs up on the command when it is gone.
 */
public final class Sessions {
    /** How long an ended session is remembered. */
    public static final Duration REMEMBERED = Duration.ofHours(1);

    /** How many sessions go on at once. */
    public static final int MOST = 200;

    /** Exit code of a session whose daemon has ended: 128 and SIGHUP, which is what its command got. */
    public static final int DAEMON_ENDED = 129;

    private static final System.Logger LOG = System.getLogger(Sessions.class.getName());
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int SIGHUP = 1;
    private static final int SIGKILL = 9;

    private final ExecInstance execInstance;
    private final Shelf<SessionRecord> records;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    /** Those that go on, and ended ones whose last words this daemon still has. */
    private final Map<String, Session> held = new ConcurrentHashMap<>();

    /** Sessions by that use-case, remembered on that shelf. */
    public Sessions(ExecInstance execInstance, Shelf<SessionRecord> records, Clock clock) {
        this.execInstance = execInstance;
        this.records = records;
        this.clock = clock;
    }

    /** Starts a command on a terminal of its own; refuses what {@link ExecInstance#prepare} refuses. */
    public SessionView begin(ProjectName project, InstanceName name, ExecInstance.Wanted wanted, boolean oneWriter) {
        ExecSetup setup = execInstance.prepare(project, name, wanted);
        if (records.all().stream().filter(it -> it.endedAt() == null).count() >= MOST) {
            throw new Refused(new Problem.InUse(
                    MOST + " sessions go on already, which is the most; end one of them first" + " (berth sessions)"));
        }
        tidy();
        var begun =
                new SessionRecord(freeId(), project, name, setup.command(), oneWriter, clock.instant(), null, 0, "");
        Execution execution = execInstance.start(project, name, setup);
        var session = new Session(execution, oneWriter, setup.width(), setup.height());
        held.put(begun.id(), session);
        records.put(begun);
        Thread reading = Thread.ofVirtual().name("session " + begun.id()).start(session::readOutput);
        Thread.ofVirtual().name("end of session " + begun.id()).start(() -> follow(begun, session, reading));
        return session.view(begun);
    }

    private String freeId() {
        while (true) {
            var bytes = new byte[4];
            random.nextBytes(bytes);
            String id = HexFormat.of().formatHex(bytes);
            if (records.find(id).isEmpty()) {
                return id;
            }
        }
    }

    private void follow(SessionRecord begun, Session session, Thread reading) {
        try {
            int code = session.execution().await();
            reading.join(LAST_WORDS);
            var ended = switch (session.execution().outcome()) {
                case RAN -> begun.ended(clock.instant(), code, code > 128 ? "ended by a signal" : "ended");
                case COMMAND_NOT_FOUND -> begun.ended(clock.instant(), 127, "Command not found");
                case NOT_EXECUTABLE -> begun.ended(clock.instant(), 126, "Command not executable");
                case FAILED -> begun.ended(clock.instant(), 255, "the command could not be started");
            };
            records.change(begun.id(), _ -> ended);
            session.over(ended);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.ERROR, "the end of session " + begun.id() + " was not recorded", failure);
            session.over(begun.ended(clock.instant(), 255, "its end was not recorded: " + failure.getMessage()));
        }
    }

    /** Those that a former daemon held: their terminals went with it. Before the door opens. */
    public void recover() {
        for (SessionRecord record : records.all()) {
            if (record.endedAt() == null) {
                records.change(
                        record.id(),
                        it -> it.ended(
                                clock.instant(), DAEMON_ENDED, "hung up: the daemon that held its terminal ended"));
            }
        }
        tidy();
    }

    /** All of a project, oldest first. */
    public List<SessionView> list(ProjectName project) {
        tidy();
        return records.all().stream()
                .filter(it -> it.project().equals(project))
                .sorted(Comparator.comparing(SessionRecord::startedAt))
                .map(this::view)
                .toList();
    }

    /** One of a project; refuses when there is none. */
    public SessionView show(ProjectName project, String id) {
        return view(require(project, id));
    }

    private SessionRecord require(ProjectName project, String id) {
        return records.find(id)
                .filter(it -> it.project().equals(project))
                .orElseThrow(() -> Refused.missing("Session not found"));
    }

    private SessionView view(SessionRecord record) {
        Session session = held.get(record.id());
        return session == null ? new SessionView(record, 0, 0, 0, 0) : session.view(record);
    }

    /** The session itself, to look at; empty when only its end is known. */
    public Optional<Session> open(ProjectName project, String id) {
        return Optional.ofNullable(held.get(require(project, id).id()));
    }

    /** Hangs up on one that goes on (and kills it when it does not mind), or forgets one that is over. */
    public void end(ProjectName project, String id) {
        SessionRecord record = require(project, id);
        Session session = held.get(id);
        if (record.endedAt() != null || session == null) {
            forget(record);
            return;
        }
        session.signal(SIGHUP);
        Thread.ofVirtual().name("kill session " + id).start(() -> kill(session));
    }

    private static void kill(Session session) {
        try {
            if (!session.endsWithin(GRACE)) {
                session.signal(SIGKILL);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void tidy() {
        var oldest = clock.instant().minus(REMEMBERED);
        for (SessionRecord record : records.all()) {
            if (record.endedAt() != null && record.endedAt().isBefore(oldest)) {
                forget(record);
            }
        }
    }

    private void forget(SessionRecord record) {
        records.remove(record.id());
        held.remove(record.id());
    }
}
