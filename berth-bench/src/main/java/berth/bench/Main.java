package berth.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * {@code Main [--rounds N] [--stopped N] [--running N] [--snapshots N] [--image ALIAS=FILE] [--crowd ALIAS=FILE] [--pid NAME=PID]...
 * NAME=SOCKET NAME=SOCKET...}: the same work against each door in turn (A B A B), a table of medians at the end. The
 * first is set beside the better of the others, row by row. {@code Main --commands N COMMAND -- COMMAND} times two command
 * lines in turn.
 *
 * <p>Each door must have a default profile with a root disk and a network (bench/run sees to it).
 */
public final class Main {
    private static final int WARM = 3;
    private static final int LOOKS = 300;
    private static final int LARGE = 256 << 20;

    private final List<Peer> peers = new ArrayList<>();
    private final Map<String, Long> pids = new LinkedHashMap<>();
    private final Figures figures = new Figures();
    private int rounds = 7;
    private int stopped = 200;
    private int running = 20;
    private int snapshots = 200;
    private String image = "bench";
    private String crowd = "bench";

    private Main() {}

    /** Runs it; see the class. */
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("--commands")) {
            System.out.print(Commands.compare(
                    Integer.parseInt(args[1]), Arrays.asList(args).subList(2, args.length)));
            return;
        }
        var bench = new Main();
        bench.read(args);
        bench.lives();
        bench.bursts();
        bench.snapshots();
        bench.lists();
        System.out.println(bench.figures.table(bench.peers));
    }

    private void read(String[] args) throws IOException {
        Map<String, Path> images = new LinkedHashMap<>();
        for (int at = 0; at < args.length; at++) {
            switch (args[at]) {
                case "--rounds" -> rounds = Integer.parseInt(args[++at]);
                case "--stopped" -> stopped = Integer.parseInt(args[++at]);
                case "--running" -> running = Integer.parseInt(args[++at]);
                case "--snapshots" -> snapshots = Integer.parseInt(args[++at]);
                case "--image" -> {
                    image = key(args[++at]);
                    images.put(image, Path.of(value(args[at])));
                }
                case "--crowd" -> {
                    crowd = key(args[++at]);
                    images.put(crowd, Path.of(value(args[at])));
                }
                case "--pid" -> pids.put(key(args[++at]), Long.valueOf(value(args[at])));
                default -> peers.add(new Peer(key(args[at]), Path.of(value(args[at]))));
            }
        }
        for (var each : images.entrySet()) {
            byte[] archive = Files.readAllBytes(each.getValue());
            peers.forEach(it -> it.importImage(archive, each.getKey()));
        }
    }

    private static String key(String pair) {
        return pair.substring(0, pair.indexOf('='));
    }

    private static String value(String pair) {
        return pair.substring(pair.indexOf('=') + 1);
    }

    /**
     * One instance's life, again and again. The first rounds are not counted: they warm up the doors and this client, whose
     * own slow beginning would otherwise be added to all columns alike.
     */
    private void lives() {
        var warm = new Figures();
        for (int look = 0; look < LOOKS; look++) {
            peers.forEach(it -> it.ask("GET", "/1.0", ""));
        }
        for (int round = 1 - WARM; round <= rounds; round++) {
            for (Peer peer : inTurn(round)) {
                life(peer, round < 1 ? warm : figures);
            }
            System.err.println("round " + round + " of " + rounds);
        }
    }

    private void life(Peer peer, Figures into) {
        String name = "bench-life";
        long began = System.nanoTime();
        into.time("create", peer, () -> peer.create(name, image));
        into.time("start", peer, () -> peer.state(name, "start"));
        into.add("create+start", peer.name(), (System.nanoTime() - began) / 1e6);
        peer.exec(name);
        for (int again = 0; again < 5; again++) {
            into.time("exec", peer, () -> peer.exec(name));
        }
        for (int again = 0; again < 10; again++) {
            into.time("state", peer, () -> peer.ask("GET", "/1.0/instances/" + name + "/state", ""));
        }
        files(peer, name, into);
        into.time("snapshot", peer, () -> peer.snapshot(name, "snap"));
        into.time("restart (forced)", peer, () -> peer.state(name, "restart"));
        into.time("stop (forced)", peer, () -> peer.state(name, "stop"));
        into.time("rename", peer, () -> peer.rename(name, name + "-renamed"));
        into.time("copy", peer, () -> peer.copy(name + "-renamed", name + "-copy"));
        peer.delete(name + "-copy");
        into.time("delete", peer, () -> peer.delete(name + "-renamed"));
    }

    private static void files(Peer peer, String instance, Figures into) {
        var small = new byte[1 << 10];
        var large = new byte[LARGE];
        new java.util.Random(1).nextBytes(large);
        for (int again = 0; again < 5; again++) {
            into.time("push 1 KiB", peer, () -> peer.push(instance, "/root/small", small));
            into.time("pull 1 KiB", peer, () -> peer.pull(instance, "/root/small", small.length));
        }
        into.time("push 256 MiB", peer, () -> peer.push(instance, "/root/large", large));
        into.time("pull 256 MiB", peer, () -> peer.pull(instance, "/root/large", large.length));
    }

    /** One instance with many snapshots, and what lists cost then. */
    private void snapshots() {
        String name = "bench-snapshots";
        String made = snapshots + " snapshots";
        for (Peer peer : peers) {
            peer.create(name, image);
            figures.time(made, peer, () -> {
                for (int at = 0; at < snapshots; at++) {
                    peer.snapshot(name, "snap" + at);
                }
            });
        }
        for (int round = 0; round < rounds; round++) {
            for (Peer peer : inTurn(round)) {
                for (int recursion = 1; recursion <= 2; recursion++) {
                    String path = "/1.0/instances?recursion=" + recursion;
                    figures.time(
                            "list, recursion " + recursion + " (one instance, " + made + ")",
                            peer,
                            () -> peer.ask("GET", path, ""));
                }
            }
        }
        for (Peer peer : peers) {
            figures.time("delete with " + made, peer, () -> peer.delete(name));
        }
    }

    private void bursts() throws InterruptedException, ExecutionException {
        for (int round = 0; round < Math.max(1, rounds / 3); round++) {
            for (Peer peer : inTurn(round)) {
                long began = System.nanoTime();
                each(24, 8, at -> {
                    peer.create("bench-burst" + at, image);
                    peer.state("bench-burst" + at, "start");
                });
                figures.add("24 launches, 8 at a time", peer.name(), (System.nanoTime() - began) / 1e6);
                each(24, 8, at -> {
                    peer.stopIfRunning("bench-burst" + at);
                    peer.delete("bench-burst" + at);
                });
            }
            System.err.println("burst " + round);
        }
    }

    private void lists() throws InterruptedException, ExecutionException, IOException {
        for (Peer peer : peers) {
            each(stopped + running, 2, at -> {
                peer.create("bench-many" + at, crowd);
                if (at < running) {
                    peer.state("bench-many" + at, "start");
                }
            });
        }
        for (int round = 0; round < rounds + 1; round++) {
            for (Peer peer : inTurn(round)) {
                for (int recursion = 0; recursion <= 2; recursion++) {
                    list(peer, "list, recursion " + recursion, "/1.0/instances?recursion=" + recursion, round > 0);
                }
                list(peer, "metrics", "/1.0/metrics", round > 0);
            }
        }
        for (Peer peer : peers) {
            Long pid = pids.get(peer.name());
            if (pid != null) {
                figures.add("memory of the daemon, MiB", peer.name(), Memory.of(pid));
                figures.add("memory with helpers and monitors, MiB", peer.name(), Memory.around(pid));
            }
        }
        for (Peer peer : peers) {
            each(stopped + running, 4, at -> {
                if (at < running) {
                    peer.state("bench-many" + at, "stop");
                }
                peer.delete("bench-many" + at);
            });
        }
    }

    private void list(Peer peer, String what, String path, boolean counts) {
        for (int again = 0; again < 3; again++) {
            if (counts) {
                figures.time(
                        "%s (%d stopped, %d running)".formatted(what, stopped, running),
                        peer,
                        () -> peer.ask("GET", path, ""));
            } else {
                peer.ask("GET", path, "");
            }
        }
    }

    private static void each(int count, int atOnce, java.util.function.IntConsumer work)
            throws InterruptedException, ExecutionException {
        try (var threads = Executors.newFixedThreadPool(atOnce)) {
            List<Future<?>> all = new ArrayList<>();
            for (int at = 0; at < count; at++) {
                int which = at;
                all.add(threads.submit(() -> work.accept(which)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private List<Peer> inTurn(int round) {
        var order = new ArrayList<>(peers);
        java.util.Collections.rotate(order, round);
        return order;
    }
}
