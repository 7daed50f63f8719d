package berth.plan;

import berth.model.InstanceOptions;
import berth.model.StorePath;
import berth.model.wanted.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A plan as a person reads it. */
public final class PlanText {
    /** Of the hash of a thing in a Nix store its beginning is enough. */
    private static final Pattern STORE_PATH = Pattern.compile("^" + StorePath.STORE + "/(.{8}).{24}(-.*)$");

    private static final int WIDEST = 40;

    private PlanText() {}

    /** Lines without colours, each ended. */
    public static String of(Plan plan) {
        var out = new StringBuilder();
        out.append("site ").append(plan.site());
        if (!plan.isEmpty()) {
            out.append("   generation ")
                    .append(plan.generation() - 1)
                    .append(" -> ")
                    .append(plan.generation());
        }
        out.append('\n');
        plan.changes().forEach(change -> change(out, change));
        if (!plan.pending().isEmpty()) {
            out.append("\npending\n");
            plan.pending()
                    .forEach(it -> out.append("  ! ")
                            .append(it.instance())
                            .append("   ")
                            .append(it.key())
                            .append(' ')
                            .append(it.why())
                            .append('\n'));
        }
        drifted(out, plan);
        states(out, plan);
        findings(out, plan);
        out.append(summary(plan)).append('\n');
        return out.toString();
    }

    private static void change(StringBuilder out, Change change) {
        String head = "  %s %s %s"
                .formatted(
                        change.action().sign(),
                        change.target().kind(),
                        change.target().name());
        out.append('\n')
                .append(pad(head, 52))
                .append("  ")
                .append(headline(change))
                .append('\n');
        var rows = new ArrayList<List<String>>();
        change.keys().forEach(key -> rows.add(row(key)));
        touches(change).forEach(it -> {
            rows.add(List.of("touches " + it.instance(), "", it.verdict().text(), it.ours() ? "A42" : "A42: not ours"));
            it.keys().forEach(key -> rows.add(indented(row(key))));
        });
        table(out, rows);
    }

    static List<Touched> touches(Change change) {
        return switch (change) {
            case Change.OfProfile profile -> profile.touches();
            case Change.OfNetwork network -> network.touches();
            case Change.OfServer _, Change.OfPool _, Change.OfImage _, Change.OfInstance _ -> List.of();
        };
    }

    private static String headline(Change change) {
        String how = how(change);
        return how.isEmpty() ? word(change) : pad(word(change), 9) + " " + how;
    }

    /** What happens, in one word. */
    static String word(Change change) {
        if (change.verdict() == Verdict.REFUSE) {
            return "REFUSED";
        }
        return change.action() == Action.UPDATE
                ? change.verdict().name()
                : change.action().name();
    }

    /** How it happens, in a few more; or nothing. */
    static String how(Change change) {
        return switch (change) {
            case Change.OfInstance guest
            when change.action() == Action.CREATE ->
                from(guest.draft()) + (guest.power() == Power.START ? ", then start" : "");
            case Change.OfInstance guest
            when change.action() == Action.RETIRE ->
                (guest.power() == Power.STOP ? "stop, then " : "") + "kept, revive by declaring it again";
            case Change.OfInstance _ when change.action() == Action.REVIVE -> "with its data as it was";
            case Change.OfInstance guest when guest.power() == Power.START -> "then start";
            case Change.OfInstance guest when guest.power() == Power.RESTART -> "stop and start";
            default -> change.action() == Action.RETIRE ? "kept as it is" : "";
        };
    }

    private static String from(InstanceDraft draft) {
        String system = draft.config().get(InstanceOptions.SYSTEM);
        return system == null ? "image " + draft.image() : "system " + system;
    }

    private static List<String> row(KeyChange key) {
        String values = key.from() == null && key.to() == null ? "" : shown(key.from()) + " -> " + shown(key.to());
        String drift = key.cause() == Cause.DRIFT ? " (drift, A45)" : "";
        String source = key.cause() == Cause.PROFILE ? " (by a profile, A42)" : "";
        return List.of(key.key(), values, key.verdict().text(), key.rule() + ": " + key.why() + drift + source);
    }

    private static List<String> indented(List<String> row) {
        return List.of("  " + row.get(0), row.get(1), row.get(2), row.get(3));
    }

    private static void table(StringBuilder out, List<List<String>> rows) {
        int[] widths = new int[3];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.min(WIDEST, Math.max(widths[i], row.get(i).length()));
            }
        }
        for (List<String> row : rows) {
            out.append("      ")
                    .append(pad(row.get(0), widths[0]))
                    .append("  ")
                    .append(pad(row.get(1), widths[1]))
                    .append("  ")
                    .append(pad(row.get(2), widths[2]))
                    .append("  ")
                    .append(row.get(3))
                    .append('\n');
        }
    }

    private static String shown(@Nullable String value) {
        if (value == null) {
            return "-";
        }
        String first = value.lines().findFirst().orElse("");
        String line = STORE_PATH.matcher(first).replaceAll("$1$2");
        boolean whole = first.length() == value.length() && line.length() <= 30;
        return whole ? line : line.substring(0, Math.min(line.length(), 29)) + "…";
    }

    private static void drifted(StringBuilder out, Plan plan) {
        if (plan.drifted().isEmpty()) {
            return;
        }
        out.append("\ndrifted, and left as it is (A45)\n");
        table(
                out,
                plan.drifted().stream()
                        .map(it -> List.of(
                                it.target().toString(),
                                it.key(),
                                "declared " + shown(it.declared()) + ", found " + shown(it.found()),
                                it.policy().text()))
                        .toList());
    }

    private static void states(StringBuilder out, Plan plan) {
        if (!plan.states().isEmpty()) {
            out.append("\nstate\n");
            table(
                    out,
                    plan.states().stream()
                            .map(it -> List.of(
                                    it.instance().text(),
                                    it.snapshot(),
                                    it.used() ? "put back" : "not used",
                                    it.used() ? "" : "(add --with-state " + it.instance() + ")"))
                            .toList());
        }
    }

    private static void findings(StringBuilder out, Plan plan) {
        if (plan.findings().isEmpty()) {
            return;
        }
        out.append('\n');
        plan.findings()
                .forEach(it -> out.append(it.error() ? "  error    " : "  warning  ")
                        .append(it.line())
                        .append('\n'));
    }

    /** The last line: how much of each, or that there is nothing to do. */
    private static String summary(Plan plan) {
        long errors = plan.findings().stream().filter(Finding::error).count();
        if (errors > 0) {
            return "\n" + (errors == 1 ? "1 error. " : errors + " errors. ") + "Nothing can be applied.";
        }
        if (plan.isEmpty()) {
            return "no changes.";
        }
        if (plan.isRefused()) {
            return "\nRefused. Nothing can be applied.";
        }
        var parts = new ArrayList<String>();
        for (Action action : Action.values()) {
            if (action != Action.UPDATE) {
                count(
                        parts,
                        plan.changes().stream()
                                .filter(it -> it.action() == action)
                                .count(),
                        action.name());
            }
        }
        for (Verdict verdict : Verdict.values()) {
            count(
                    parts,
                    plan.changes().stream()
                            .filter(it -> it.action() == Action.UPDATE && it.verdict() == verdict)
                            .count(),
                    verdict.name());
        }
        return "\n" + String.join(", ", parts) + ".";
    }

    private static void count(List<String> parts, long number, String word) {
        if (number > 0) {
            parts.add(number + " " + word.toLowerCase(Locale.ROOT));
        }
    }

    private static String pad(String text, int width) {
        return text.length() >= width ? text : text + " ".repeat(width - text.length());
    }
}
