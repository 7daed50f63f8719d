package berth.engine.instance;

import berth.host.Reach;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.wanted.Health;
import berth.spi.Usage;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Looks whether guests do their work, and waits until they do. */
public final class AwaitHealthy {
    private final Instances instances;
    private final RunInside runInside;

    /** Looks at those. */
    public AwaitHealthy(Instances instances, RunInside runInside) {
        this.instances = instances;
        this.runInside = runInside;
    }

    /** Why it is not healthy after the time that it has for that; empty as soon as it is. */
    public Optional<String> await(ProjectName project, InstanceName name, Health health) {
        long end = System.nanoTime() + Duration.ofSeconds(health.startPeriod()).toNanos();
        while (true) {
            Optional<String> wrong = look(project, name, health);
            if (wrong.isEmpty() || System.nanoTime() >= end) {
                return wrong.map(it -> health.text() + " after " + health.startPeriod() + " s: " + it);
            }
            try {
                Thread.sleep(Duration.ofSeconds(health.interval()));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return wrong;
            }
        }
    }

    /** Looks once: what is wrong, if anything is. */
    public Optional<String> look(ProjectName project, InstanceName name, Health health) {
        Instance instance = instances.require(project, name);
        if (!instances.status(instance).alive()) {
            return Optional.of("it does not run");
        }
        return switch (health.probe()) {
            case Health.Probe.Tcp(int port) ->
                knock(instance, at -> {
                    Reach.tcp(at, port, millis(health));
                    return Optional.empty();
                });
            case Health.Probe.Http(int port, String path) ->
                knock(instance, at -> {
                    int status = Reach.http(at, port, path, name.text(), millis(health));
                    return status < 400 ? Optional.empty() : Optional.of("GET " + path + " gave " + status);
                });
            case Health.Probe.Exec(List<String> command) -> inside(project, name, command, health);
            case Health.Probe.Unit(String unit) ->
                inside(project, name, List.of("systemctl", "is-active", "--", unit), health);
        };
    }

    private Optional<String> inside(ProjectName project, InstanceName name, List<String> command, Health health) {
        try {
            var ended = runInside.run(project, name, command, Duration.ofSeconds(health.timeout()));
            return ended.well()
                    ? Optional.empty()
                    : Optional.of("it ended with " + ended.code()
                            + ended.said()
                                    .lines()
                                    .findFirst()
                                    .map(it -> ": " + it)
                                    .orElse(""));
        } catch (Refused failed) {
            return Optional.of(failed.problem().text());
        }
    }

    @FunctionalInterface
    private interface Knock {
        Optional<String> at(String address) throws IOException;
    }

    /** Healthy at one of its addresses is healthy. */
    private Optional<String> knock(Instance instance, Knock knock) {
        List<String> addresses = instances.usage(instance).map(Usage::interfaces).orElse(List.of()).stream()
                .filter(it -> !it.type().equals("loopback"))
                .flatMap(it -> it.addresses().stream())
                .filter(it -> it.scope().equals("global"))
                .sorted(Comparator.comparing(Usage.Address::family))
                .map(Usage.Address::address)
                .toList();
        String wrong = "it has no address yet";
        for (String address : addresses) {
            try {
                Optional<String> answer = knock.at(address);
                if (answer.isEmpty()) {
                    return answer;
                }
                wrong = answer.get();
            } catch (IOException unreachable) {
                wrong = address + ": " + unreachable.getMessage();
            }
        }
        return Optional.of(wrong);
    }

    private static int millis(Health health) {
        return Math.toIntExact(Duration.ofSeconds(health.timeout()).toMillis());
    }
}
