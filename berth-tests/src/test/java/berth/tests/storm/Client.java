package berth.tests.storm;

import berth.tests.host.Daemon;
import berth.tests.http.Answer;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Someone who asks for one thing after the other, and remembers what may be true of each: what was acknowledged, and what
 * was asked for when the daemon died, which may or may not have come about.
 */
final class Client implements Runnable {
    private static final String GONE = "gone";

    private static final String VOLUMES = "/1.0/storage-pools/p0/volumes/custom";

    private final Daemon daemon;
    private final String name;
    private final String fingerprint;
    private final Random chance;
    private final Map<String, Set<String>> possible = new HashMap<>();
    private final List<String> troubles = new ArrayList<>();
    private int acknowledged;
    private volatile boolean ending;

    Client(Daemon daemon, String name, String fingerprint, long seed) {
        this.daemon = daemon;
        this.name = name;
        this.fingerprint = fingerprint;
        this.chance = new Random(seed);
    }

    @Override
    public void run() {
        for (int at = 0; !ending; at++) {
            String profile = "/1.0/profiles/" + name + "-p" + chance.nextInt(2);
            String instance = "/1.0/instances/" + name + "-i" + chance.nextInt(2);
            String volume = VOLUMES + "/" + name + "-v";
            try {
                switch (chance.nextInt(14)) {
                    case 0 ->
                        change(
                                profile,
                                "v0",
                                "POST",
                                "/1.0/profiles",
                                "{\"name\":\"" + last(profile) + "\",\"description\":\"v0\"}");
                    case 1, 2, 3 ->
                        change(
                                profile,
                                "v" + at,
                                "PUT",
                                profile,
                                "{\"description\":\"v" + at + "\",\"config\":{},\"devices\":{}}");
                    case 4 -> change(profile, GONE, "DELETE", profile, "");
                    case 5, 6 ->
                        change(
                                instance,
                                "there",
                                "POST",
                                "/1.0/instances",
                                "{\"name\":\"" + last(instance) + "\",\"source\":{\"type\":\"image\",\"fingerprint\":\""
                                        + fingerprint + "\"}}");
                    case 7 -> state(instance, "start");
                    case 8 -> state(instance, "stop");
                    case 9 -> change(volume, "there", "POST", VOLUMES, "{\"name\":\"" + last(volume) + "\"}");
                    case 10 -> finished("POST", volume + "/snapshots", "{\"name\":\"s" + at + "\"}");
                    case 11 ->
                        finished(
                                "POST",
                                volume + "/backups",
                                "{\"name\":\"b" + at + "\",\"compression_algorithm\":\"none\"}");
                    case 12 -> change(volume, GONE, "DELETE", volume, "");
                    default -> change(instance, GONE, "DELETE", instance, "");
                }
            } catch (UncheckedIOException noDaemon) {
                pause();
            }
        }
    }

    /** Asks for no more. */
    void end() {
        ending = true;
    }

    int acknowledged() {
        return acknowledged;
    }

    /** What is not as it was acknowledged to be. */
    List<String> lost() {
        possible.forEach((path, may) -> {
            String is = seen(path);
            if (!may.contains(is)) {
                troubles.add(path + " is " + is + ", but was acknowledged to be one of " + may);
            }
        });
        return troubles;
    }

    /** Takes away whatever this client made. */
    void tidy() {
        possible.keySet().forEach(path -> {
            if (path.contains("/instances/")) {
                finished("PUT", path + "/state", "{\"action\":\"stop\",\"force\":true,\"timeout\":10}");
            }
            finished("DELETE", path, "");
        });
    }

    /** The request may be carried out or not until its answer says which. */
    private void change(String path, String to, String method, String at, String body) {
        var before = possible.getOrDefault(path, Set.of(GONE));
        var either = new TreeSet<>(before);
        either.add(to);
        possible.put(path, either);
        Answer end = finished(method, at, body);
        int status = Math.max(end.status(), end.metadata().path("status_code").asInt(0));
        if (status < 300) {
            possible.put(path, Set.of(to));
            acknowledged++;
        } else if (status == 404 && before.equals(Set.of(GONE)) || status == 409 && !before.contains(GONE)) {
            possible.put(path, before);
        } else if (status == 404 && end.status() == 404 && !before.contains(GONE)) {
            troubles.add(path + " was lost: " + method + " answered " + end.text() + " though it was " + before);
        }
    }

    private void state(String path, String action) {
        finished("PUT", path + "/state", "{\"action\":\"" + action + "\",\"force\":true,\"timeout\":5}");
    }

    private String seen(String path) {
        var answer = daemon.door().ask("GET", path);
        return answer.status() == 404
                ? GONE
                : path.contains("/profiles/")
                        ? answer.metadata().path("description").asString()
                        : "there";
    }

    private Answer finished(String method, String path, String body) {
        var door = daemon.door();
        var answer = body.isEmpty() ? door.ask(method, path) : door.ask(method, path, body);
        var end = daemon.api().finished(answer);
        if (answer.status() == 202 && end.status() == 404) {
            // The daemon that began it is gone, and so is its answer.
            throw new UncheckedIOException(new java.io.IOException("nobody knows how it ended"));
        }
        Optional.of(end.text())
                .filter(it -> end.status() == 500 && it.contains("Internal error"))
                .ifPresent(it -> troubles.add(method + " " + path + " answered " + it));
        return end;
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Until there is a daemon again. */
    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
