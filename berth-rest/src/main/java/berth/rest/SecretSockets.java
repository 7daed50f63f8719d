package berth.rest;

import berth.model.Refused;
import berth.rest.http.HttpRefused;
import berth.rest.http.Reply;
import berth.rest.http.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The websockets of one operation, each opened once, by whoever knows its secret. */
final class SecretSockets {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final class End {
        private final String secret;
        private final CompletableFuture<Socket> socket = new CompletableFuture<>();
        private boolean taken;

        End() {
            byte[] bytes = new byte[32];
            RANDOM.nextBytes(bytes);
            secret = HexFormat.of().formatHex(bytes);
        }
    }

    private final Map<String, End> ends = new LinkedHashMap<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Runnable whenOver = () -> {};

    /** One for each of those names. */
    SecretSockets(List<String> names) {
        names.forEach(it -> ends.put(it, new End()));
    }

    /** The secret of each socket: only for whoever began the operation. */
    Map<String, String> secrets() {
        var secrets = new LinkedHashMap<String, String>();
        ends.forEach((name, end) -> secrets.put(name, end.secret));
        return secrets;
    }

    void whenOver(Runnable then) {
        whenOver = then;
        if (over.getCount() == 0) {
            then.run();
        }
    }

    /** Lets in whoever knows the secret of a socket that nobody has taken. */
    Reply connect(String secret) {
        End mine = null;
        for (End end : ends.values()) { // all of them: the time this takes tells nothing
            if (same(end.secret, secret)) {
                mine = end;
            }
        }
        if (mine == null || !take(mine) || over.getCount() == 0) {
            throw new HttpRefused(403, "permission denied");
        }
        var end = mine;
        return new Reply.Upgrade(
                true,
                socket -> {
                    end.socket.complete(socket);
                    over.await();
                },
                () -> {});
    }

    private static boolean same(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    private static synchronized boolean take(End end) {
        boolean free = !end.taken;
        end.taken = true;
        return free;
    }

    /** Waits until all of these are connected; refuses with LXD's words when they are not within the limit. */
    void await(List<String> names, Duration limit) throws InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        for (String name : names) {
            try {
                end(name).socket.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException tooLate) {
                throw Refused.failed("Timed out waiting for websockets to connect");
            } catch (ExecutionException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    /** Waits for one, for as long as it takes. */
    Socket await(String name) throws InterruptedException {
        try {
            return end(name).socket.get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Nullable
    Socket connected(String name) {
        return end(name).socket.getNow(null);
    }

    /** All is over: every socket's own thread wakes up and closes it. */
    void end() {
        over.countDown();
        whenOver.run();
    }

    private End end(String name) {
        return Objects.requireNonNull(ends.get(name));
    }
}
