package berth.plan;

import berth.model.wanted.Finding;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A plan in plain texts and numbers, to be sent or kept as JSON.
 *
 * @param id what {@code apply --plan} takes, so that just this is done or nothing
 * @param generation the one that holds now; applying makes the next
 * @param against revision of the world that it was made against
 * @param summary how many changes of each word of {@link Item#verdict}
 * @param refused whether a rule refuses it
 * @param text the same for a person
 */
public record PlanReport(
        String site,
        String id,
        long generation,
        long against,
        boolean refused,
        List<Item> changes,
        Map<String, Long> summary,
        List<Plan.Waiting> pending,
        List<Left> drifted,
        List<State> states,
        List<Message> errors,
        List<Message> warnings,
        String text) {

    /**
     * One change.
     *
     * @param verdict {@code create}, {@code retire}, {@code revive}, {@code refused}, or for an update its verdict
     * @param power {@code leave}, {@code start}, {@code restart} or {@code stop}
     * @param rule that decided
     */
    public record Item(
            String kind,
            String name,
            String verdict,
            String power,
            String rule,
            String reason,
            List<Key> keys,
            List<Guest> touches) {}

    /**
     * One key of a change.
     *
     * @param before null when it is not set
     * @param after null when it is taken away
     * @param cause {@code file}, {@code profile}, {@code network} or {@code drift}
     */
    public record Key(
            String key,
            @Nullable String before,
            @Nullable String after,
            String verdict,
            String rule,
            String reason,
            String cause) {}

    /** A key that somebody changed and that is left so; {@code policy} says why: report or adopt. */
    public record Left(
            String object,
            String key,
            @Nullable String declared,
            @Nullable String found,
            String policy) {}

    /** Data of a guest as it was before a later apply; {@code used} when this plan puts it back. */
    public record State(String instance, String snapshot, boolean used) {}

    /** A guest that feels the change of something it uses. */
    public record Guest(String instance, boolean ours, String verdict, List<Key> keys) {}

    /** An error or warning, with its place. */
    public record Message(String file, int line, int column, String path, String text) {
        /** A finding, to be sent. */
        public static Message of(Finding finding) {
            return new Message(
                    finding.at().file(), finding.at().line(), finding.at().column(), finding.path(), finding.text());
        }
    }

    /** The report of a plan. */
    public static PlanReport of(Plan plan) {
        var items = plan.changes().stream().map(PlanReport::item).toList();
        var summary = new TreeMap<String, Long>();
        items.forEach(it -> summary.merge(it.verdict(), 1L, Long::sum));
        return new PlanReport(
                plan.site(),
                plan.id(),
                plan.generation() - 1,
                plan.against(),
                plan.isRefused(),
                items,
                summary,
                plan.pending(),
                plan.drifted().stream()
                        .map(it -> new Left(
                                it.target().toString(),
                                it.key(),
                                it.declared(),
                                it.found(),
                                it.policy().text()))
                        .toList(),
                plan.states().stream()
                        .map(it -> new State(it.instance().text(), it.snapshot(), it.used()))
                        .toList(),
                messages(plan, true),
                messages(plan, false),
                PlanText.of(plan));
    }

    private static List<Message> messages(Plan plan, boolean errors) {
        return plan.findings().stream()
                .filter(it -> it.error() == errors)
                .map(Message::of)
                .toList();
    }

    private static Item item(Change change) {
        Power power = change instanceof Change.OfInstance guest ? guest.power() : Power.LEAVE;
        return new Item(
                change.target().kind(),
                change.target().name(),
                PlanText.word(change).toLowerCase(Locale.ROOT),
                lower(power),
                rule(change),
                PlanText.how(change),
                change.keys().stream().map(PlanReport::key).toList(),
                PlanText.touches(change).stream()
                        .map(it -> new Guest(
                                it.instance().text(),
                                it.ours(),
                                it.verdict().text(),
                                it.keys().stream().map(PlanReport::key).toList()))
                        .toList());
    }

    private static String rule(Change change) {
        String none = change.action() == Action.RETIRE ? "A43" : "";
        return change.keys().stream()
                .filter(key -> key.verdict() == change.verdict())
                .map(KeyChange::rule)
                .findFirst()
                .orElse(none);
    }

    private static Key key(KeyChange key) {
        return new Key(
                key.key(), key.from(), key.to(), key.verdict().text(), key.rule(), key.why(), lower(key.cause()));
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
