package berth.plan;

import berth.model.Declared;
import berth.model.wanted.Flat;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Names plans by what they do. Findings, and what is left as it is, do not count: they do nothing. */
final class PlanId {
    private static final int DIGITS = 12;

    private PlanId() {}

    static String of(Plan plan) {
        var does = new TreeMap<String, String>();
        int number = 0;
        for (Change change : plan.changes()) {
            does.put("%06d".formatted(number++), text(change));
        }
        return plan.generation() + "-" + Flat.digest(does).substring(0, DIGITS);
    }

    private static String text(Change change) {
        var text = new StringBuilder()
                .append(change.action())
                .append(' ')
                .append(change.target())
                .append(' ')
                .append(asked(change))
                .append('\n');
        change.keys().forEach(key -> key(text, key));
        PlanText.touches(change).forEach(it -> {
            text.append(it.instance()).append(' ').append(it.ours()).append('\n');
            it.keys().forEach(key -> key(text, key));
        });
        return text.toString();
    }

    private static void key(StringBuilder text, KeyChange key) {
        SortedMap<String, String> values = new TreeMap<>();
        put(values, "from", key.from());
        put(values, "to", key.to());
        text.append(key.key())
                .append(' ')
                .append(key.verdict())
                .append(' ')
                .append(Flat.digest(values))
                .append('\n');
    }

    private static void put(SortedMap<String, String> values, String name, @Nullable String value) {
        if (value != null) {
            values.put(name, value);
        }
    }

    /** What the object is asked to be, and what becomes of its power. */
    private static String asked(Change change) {
        return switch (change) {
            case Change.OfPool pool -> digest(pool.pool().declared());
            case Change.OfServer server -> digest(server.declared());
            case Change.OfNetwork network -> digest(network.network().declared());
            case Change.OfImage image -> digest(image.declared());
            case Change.OfProfile profile -> digest(profile.profile().declared());
            case Change.OfInstance guest ->
                digest(guest.draft().declared())
                        + ' '
                        + guest.power()
                        + ' '
                        + guest.draft().was();
        };
    }

    private static String digest(@Nullable Declared declared) {
        return declared == null ? "" : declared.digest();
    }
}
