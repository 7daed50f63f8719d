package berth.model.wanted;

import java.util.List;

/**
 * How it is found out whether a guest does its work.
 *
 * @param interval seconds between two looks
 * @param timeout seconds that one look may take
 * @param startPeriod seconds after it was started until it must be healthy
 */
public record Health(Probe probe, long interval, long timeout, long startPeriod) {
    /** What is looked at. */
    public sealed interface Probe {
        /** Something listens at a port of the guest. */
        record Tcp(int port) implements Probe {}

        /** An HTTP server answers with a status below 400. */
        record Http(int port, String path) implements Probe {}

        /** A command inside ends with 0. */
        record Exec(List<String> command) implements Probe {
            public Exec {
                command = List.copyOf(command);
            }
        }

        /** A unit of systemd inside is active. */
        record Unit(String name) implements Probe {}
    }

    /** In a few words, as plans and reports show it. */
    public String text() {
        return switch (probe) {
            case Probe.Tcp(int port) -> "tcp:" + port;
            case Probe.Http(int port, String path) -> "http:" + port + path;
            case Probe.Exec(var command) -> "exec " + String.join(" ", command);
            case Probe.Unit(String name) -> "unit " + name;
        };
    }
}
