package berth.plan;

import berth.model.wanted.Finding;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A plan in plain texts and numbers, to be sent or kept as JSON.
 *
 * @param text the same for a person
 * @param exitCode 0 nothing to do, 1 a check failed, 2 changes, 3 refused
 */
public record PlanReport(
        String site,
        long generation,
        long against,
        int exitCode,
        List<Item> changes,
        List<Plan.Waiting> pending,
        List<Message> findings,
        String text) {

    /** One change. */
    public record Item(
            String kind,
            String name,
            String action,
            String verdict,
            String power,
            List<Key> keys,
            List<Guest> touches) {}

    /** One key of a change. */
    public record Key(
            String key,
            @Nullable String from,
            @Nullable String to,
            String verdict,
            String rule,
            String why,
            String cause) {}

    /** A guest that feels the change of something it uses. */
    public record Guest(String instance, boolean ours, String verdict, List<Key> keys) {}

    /** An error or warning. */
    public record Message(boolean error, String file, int line, int column, String path, String text) {
        static Message of(Finding finding) {
            return new Message(
                    finding.error(),
                    finding.at().file(),
                    finding.at().line(),
                    finding.at().column(),
                    finding.path(),
                    finding.text());
        }
    }

    /** The report of a plan. */
    public static PlanReport of(Plan plan) {
        return new PlanReport(
                plan.site(),
                plan.generation(),
                plan.against(),
                plan.exitCode(),
                plan.changes().stream().map(PlanReport::item).toList(),
                plan.pending(),
                plan.findings().stream().map(Message::of).toList(),
                PlanText.of(plan));
    }

    private static Item item(Change change) {
        Power power = change instanceof Change.OfInstance guest ? guest.power() : Power.LEAVE;
        List<Touched> touches = switch (change) {
            case Change.OfProfile profile -> profile.touches();
            case Change.OfNetwork network -> network.touches();
            case Change.OfPool _, Change.OfImage _, Change.OfInstance _ -> List.of();
        };
        return new Item(
                change.target().kind(),
                change.target().name(),
                lower(change.action()),
                change.verdict().text(),
                lower(power),
                change.keys().stream().map(PlanReport::key).toList(),
                touches.stream()
                        .map(it -> new Guest(
                                it.instance().text(),
                                it.ours(),
                                it.verdict().text(),
                                it.keys().stream().map(PlanReport::key).toList()))
                        .toList());
    }

    private static Key key(KeyChange key) {
        return new Key(
                key.key(), key.from(), key.to(), key.verdict().text(), key.rule(), key.why(), lower(key.cause()));
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
