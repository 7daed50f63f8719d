package berth.engine.record;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Lets changes to one object follow one another, in the order of asking; other objects are not held up. */
public final class Turns {
    private static final class Turn {
        final ReentrantLock lock = new ReentrantLock(true);
        int waiting;
    }

    private final Map<String, Turn> turns = new ConcurrentHashMap<>();

    /** Does the work once it is the subject's turn. A thread may ask again for a turn that it has. */
    public <T> T take(String subject, Supplier<T> work) {
        Turn turn = turns.compute(subject, (_, there) -> {
            Turn mine = there == null ? new Turn() : there;
            mine.waiting++;
            return mine;
        });
        turn.lock.lock();
        try {
            return work.get();
        } finally {
            turn.lock.unlock();
            turns.computeIfPresent(subject, (_, there) -> --there.waiting == 0 ? null : there);
        }
    }

    /** Does the work once it is the turn of both; whoever asks for the same two waits in the same order. */
    public void takeBoth(String one, String other, Runnable work) {
        boolean inOrder = one.compareTo(other) < 0;
        take(inOrder ? one : other, () -> take(inOrder ? other : one, work));
    }

    /** Does the work once it is the subject's turn. */
    public void take(String subject, Runnable work) {
        take(subject, () -> {
            work.run();
            return true;
        });
    }
}
