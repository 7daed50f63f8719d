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
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Whether a container has come up: its cards have the addresses that are wanted, or if none are, it has any address beyond
 * link-local if it has a card; and systemd, if that is its init, says that start-up is over.
 *
 * @param wanted families by hardware address
 */
record Ready(long pid, boolean hasCard, Map<String, Set<String>> wanted) {
    private static final Set<String> UP = Set.of("running", "degraded");

    boolean check(Function<ExecSetup, Execution> run) {
        return networkIsUp() && (!isSystemd() || systemdSays(run));
    }

    private boolean networkIsUp() {
        if (!hasCard && wanted.isEmpty()) {
            return true;
        }
        List<Link> up = Links.of(pid).stream()
                .filter(it -> !it.type().equals("loopback") && it.up())
                .toList();
        return wanted.isEmpty()
                ? up.stream().anyMatch(it -> !families(it).isEmpty())
                : wanted.entrySet().stream()
                        .allMatch(card -> up.stream()
                                .anyMatch(it -> it.hwaddr().equals(card.getKey())
                                        && families(it).containsAll(card.getValue())));
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
