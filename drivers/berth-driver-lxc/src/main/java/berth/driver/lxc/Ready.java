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
 * Whether a container has come up: its cards have addresses beyond link-local, and systemd, if that is its init, says that
 * start-up is over.
 *
 * @param cards families that each card gets, by hardware address
 * @param every whether all families of a card are needed
 */
record Ready(long pid, Map<String, Set<String>> cards, boolean every) {
    private static final Set<String> UP = Set.of("running", "degraded");

    boolean check(Function<ExecSetup, Execution> run) {
        return networkIsUp() && (!isSystemd() || systemdSays(run));
    }

    private boolean networkIsUp() {
        if (cards.isEmpty()) {
            return true;
        }
        List<Link> links = Links.of(pid);
        return cards.entrySet().stream()
                .allMatch(card -> links.stream()
                        .anyMatch(it ->
                                it.up() && it.hwaddr().equals(card.getKey()) && enough(card.getValue(), families(it))));
    }

    private boolean enough(Set<String> given, Set<String> found) {
        return every ? found.containsAll(given) : given.stream().anyMatch(found::contains);
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
