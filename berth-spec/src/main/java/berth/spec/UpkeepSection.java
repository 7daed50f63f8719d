package berth.spec;

import berth.model.Quoted;
import berth.model.wanted.Health;
import berth.model.wanted.Strategy;
import berth.model.wanted.Upkeep;
import berth.model.wanted.Window;
import berth.spec.yaml.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code activation.strategy}, {@code activation.reloadScript}, {@code health:}, {@code update:} and {@code snapshots:} of a guest. */
final class UpkeepSection {
    private static final Shape HEALTH = Shape.of("tcp", "http", "exec", "unit", "interval", "timeout", "start-period")
            .later("agent", "failures");
    private static final Shape UPDATE = Shape.of("batch", "pause", "on-failure", "window");
    private static final Shape SNAPSHOTS = Shape.of("before").later("schedule", "keep", "expiry", "pattern");
    private static final List<String> PROBES = List.of("tcp", "http", "exec", "unit");
    private static final Pattern PAGE = Pattern.compile("([0-9]{1,5})(/[!-~]{0,512})?");
    private static final int MOST_PORTS = 65_535;

    private final Findings findings;

    UpkeepSection(Findings findings) {
        this.findings = findings;
    }

    /** @param activation the keys of {@code activation:} */
    Upkeep of(Fields guest, Fields activation) {
        var update = new Fields(
                guest.mapping("update").orElse(new Tree.Mapping(guest.at("update"), List.of())),
                guest.path("update"),
                UPDATE,
                findings);
        return new Upkeep(
                word(activation, "strategy", Strategy::of, "dynamic, reload, restart, none")
                        .orElse(Strategy.DYNAMIC),
                activation.has("reloadScript") ? command(activation, "reloadScript") : List.of(),
                health(guest),
                number(update, "batch", 1, 1000).orElse(1),
                seconds(update, "pause", 0),
                word(
                                update,
                                "on-failure",
                                it -> switch (it) {
                                    case "rollback" -> Optional.of(true);
                                    case "stop" -> Optional.of(false);
                                    default -> Optional.empty();
                                },
                                "rollback, stop")
                        .orElse(true),
                snapshotFirst(guest),
                windows(update));
    }

    /** When it may be disturbed: a time of the week, or a list of them. */
    private List<Window> windows(Fields update) {
        List<Tree> said = update.any("window").orElse(null) instanceof Tree.Scalar one && !one.isNull()
                ? List.of(one)
                : update.list("window");
        return said.stream()
                .flatMap(it -> findings.text(it, update.path("window")).stream()
                        .flatMap(text -> findings.made(it.at(), update.path("window"), () -> Window.of(text)).stream()))
                .toList();
    }

    private boolean snapshotFirst(Fields guest) {
        var keys = new Fields(
                guest.mapping("snapshots").orElse(new Tree.Mapping(guest.at("snapshots"), List.of())),
                guest.path("snapshots"),
                SNAPSHOTS,
                findings);
        return word(keys, "before", it -> it.equals("restart") ? Optional.of(true) : Optional.empty(), "restart")
                .orElse(false);
    }

    private @Nullable Health health(Fields guest) {
        if (!guest.has("health")) {
            return null;
        }
        var keys = new Fields(
                guest.mapping("health").orElse(new Tree.Mapping(guest.at("health"), List.of())),
                guest.path("health"),
                HEALTH,
                findings);
        List<String> said = PROBES.stream().filter(keys::has).toList();
        if (said.size() != 1) {
            findings.error(
                    guest.at("health"),
                    guest.path("health"),
                    "says one of " + String.join(", ", PROBES) + " to look at");
            return null;
        }
        Health.Probe probe = probe(keys, said.getFirst());
        return probe == null
                ? null
                : new Health(
                        probe,
                        seconds(keys, "interval", 2),
                        seconds(keys, "timeout", 5),
                        seconds(keys, "start-period", 60));
    }

    private Health.@Nullable Probe probe(Fields keys, String kind) {
        return switch (kind) {
            case "tcp" ->
                number(keys, "tcp", 1, MOST_PORTS).map(Health.Probe.Tcp::new).orElse(null);
            case "http" -> page(keys);
            case "unit" ->
                keys.line("unit")
                        .filter(it -> matches(keys, "unit", it, "[A-Za-z0-9@:_.\\\\-]{1,255}", "the name of a unit"))
                        .map(Health.Probe.Unit::new)
                        .orElse(null);
            default -> {
                List<String> command = command(keys, "exec");
                yield command.isEmpty() ? null : new Health.Probe.Exec(command);
            }
        };
    }

    private Health.@Nullable Probe page(Fields keys) {
        String text = keys.line("http").orElse("");
        var page = PAGE.matcher(text);
        if (!page.matches()
                || Integer.parseInt(page.group(1)) > MOST_PORTS
                || page.group(1).matches("0+")) {
            findings.error(
                    keys.at("http"),
                    keys.path("http"),
                    Quoted.of(text) + " is no port and path, such as 80 or 8080/up");
            return null;
        }
        return new Health.Probe.Http(Integer.parseInt(page.group(1)), page.group(2) == null ? "/" : page.group(2));
    }

    /** A command as a list of its words; a single one may stand by itself. */
    private List<String> command(Fields keys, String key) {
        if (keys.any(key).orElse(null) instanceof Tree.Scalar) {
            return keys.line(key)
                    .filter(it ->
                            matches(keys, key, it, "\\S+", "a command without arguments; write a list of its words"))
                    .map(List::of)
                    .orElse(List.of());
        }
        var words = new ArrayList<String>();
        for (Tree item : keys.list(key)) {
            findings.text(item, keys.path(key)).ifPresent(words::add);
        }
        if (words.isEmpty()) {
            findings.error(keys.at(key), keys.path(key), "is a command: write a list of its words");
        }
        return words;
    }

    private long seconds(Fields keys, String key, long otherwise) {
        return keys.line(key)
                .flatMap(text -> findings.made(keys.at(key), keys.path(key), () -> Seconds.of(text)))
                .map(it -> Math.max(1, it))
                .orElse(otherwise);
    }

    /** A whole number within bounds. */
    Optional<Integer> number(Fields keys, String key, int least, int most) {
        return keys.line(key)
                .filter(it -> {
                    boolean fits =
                            it.matches("[0-9]{1,6}") && Integer.parseInt(it) >= least && Integer.parseInt(it) <= most;
                    if (!fits) {
                        findings.error(
                                keys.at(key),
                                keys.path(key),
                                Quoted.of(it) + " is no number from " + least + " to " + most);
                    }
                    return fits;
                })
                .map(Integer::valueOf);
    }

    private boolean matches(Fields keys, String key, String text, String pattern, String what) {
        boolean fits = text.matches(pattern);
        if (!fits) {
            findings.error(keys.at(key), keys.path(key), Quoted.of(text) + " is not " + what);
        }
        return fits;
    }

    private interface Words<T> {
        Optional<T> of(String word);
    }

    private <T> Optional<T> word(Fields keys, String key, Words<T> words, String all) {
        Optional<String> word = keys.line(key);
        Optional<T> known = word.flatMap(words::of);
        if (word.isPresent() && known.isEmpty()) {
            findings.error(keys.at(key), keys.path(key), Quoted.of(word.get()) + " is not one of " + all);
        }
        return known;
    }
}
