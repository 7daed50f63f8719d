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

/**
 * Whether a container has come up: it has an address beyond link-local if it has a card, and systemd, if that is its
 * init, says that start-up is over.
 */
record Ready(long pid, boolean hasCard) {
    private static final Set<String> UP = Set.of("running", "degraded");

    boolean check(Function<ExecSetup, Execution> run) {
        return networkIsUp() && (!isSystemd() || systemdSays(run));
    }

    private boolean networkIsUp() {
        return !hasCard || Links.of(pid).stream().anyMatch(Ready::hasAddress);
    }

    private static boolean hasAddress(Link link) {
        return !link.type().equals("loopback")
                && link.up()
                && link.addresses().stream().anyMatch(it -> it.scope().equals("global"));
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
