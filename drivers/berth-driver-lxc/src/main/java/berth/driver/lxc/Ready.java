package berth.driver.lxc;

import berth.host.net.Link;
import berth.host.net.Links;
import berth.spi.ExecSetup;
import berth.spi.Execution;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How far a container has come up: the addresses of its cards, and what systemd says if that is its init. */
record Ready(long pid) {
    private static final Set<String> UP = Set.of("running", "degraded");

    /** Of the families that each card gets, by hardware address, those of which it has no address beyond link-local. */
    Map<String, Set<String>> lacks(Map<String, Set<String>> cards) {
        if (cards.isEmpty()) {
            return Map.of();
        }
        List<Link> links = Links.of(pid);
        var lacks = new TreeMap<String, Set<String>>();
        cards.forEach((hwaddr, given) -> {
            var missing = new TreeSet<>(given);
            links.stream()
                    .filter(it -> it.up() && it.hwaddr().equals(hwaddr))
                    .forEach(it -> missing.removeAll(families(it)));
            if (!missing.isEmpty()) {
                lacks.put(hwaddr, missing);
            }
        });
        return lacks;
    }

    /** Whether systemd, if that is its init, says that start-up is over. */
    boolean started(Function<ExecSetup, Execution> run) {
        return !isSystemd() || systemdSays(run);
    }

    private static Set<String> families(Link link) {
        return link.addresses().stream()
                .filter(it -> it.scope().equals("global"))
                .map(Link.Address::family)
                .collect(Collectors.toSet());
    }

    private boolean isSystemd() {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "comm"))
                    .strip()
                    .equals("systemd");
        } catch (IOException gone) {
            return false;
        }
    }

    private static boolean systemdSays(Function<ExecSetup, Execution> run) {
        var ask = new ExecSetup(
                List.of("systemctl", "is-system-running"),
                Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
                0,
                0,
                "/",
                false,
                0,
                0);
        try (Execution answer = run.apply(ask)) {
            answer.input().close();
            String text = new String(answer.output().readNBytes(64), StandardCharsets.UTF_8);
            answer.await();
            return UP.contains(text.strip());
        } catch (IOException failed) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
