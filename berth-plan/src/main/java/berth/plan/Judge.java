package berth.plan;

import berth.model.Refused;
import berth.model.Size;
import berth.model.wanted.Protection;
import berth.model.wanted.Strategy;
import berth.model.wanted.Upkeep;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rule for a key of one object and bends its verdict by what is so: values, memory in use, what the drivers
 * can do, whether the guest runs, what is protected.
 *
 * @param upkeep how far it may be changed while it runs
 * @param running whether processes of the guest exist
 */
record Judge(
        Rule.Backend backend,
        boolean running,
        OptionalLong memoryInUse,
        Set<Skill> skills,
        Set<Protection> protect,
        Upkeep upkeep) {

    private static final String STATE = "A46";

    private record Ruling(String rule, Verdict verdict, String why) {}

    /** The verdict for one key. */
    KeyChange key(Rule.Facet facet, String shown, String key, @Nullable String from, @Nullable String to, Cause cause) {
        Rule rule = Rules.of(facet, key);
        Ruling ruling = new Ruling(rule.id(), rule.on(backend), rule.why());
        if (rule.id().equals("A3")) {
            ruling = memory(ruling, from, to);
        } else if (rule.id().equals("A8")) {
            ruling = size(ruling, from, to);
        } else if (rule.id().equals("A35") && !"true".equals(to)) {
            ruling = new Ruling("A35", Verdict.NONE, "it is kept from now on");
        }
        ruling = guarded(bent(reloaded(able(resting(ruling, facet), rule.skill()), facet)), facet);
        return new KeyChange(shown, from, to, ruling.verdict, ruling.rule, ruling.why, cause);
    }

    /**
     * The verdict for data that is put back to a snapshot.
     *
     * @param anew whether the guest is made again at the same time
     */
    KeyChange state(String snapshot, boolean anew) {
        KeyChange change = key(Rule.Facet.FIELD, "state", "state", null, snapshot, Cause.FILE);
        return anew
                ? new KeyChange(
                        "state",
                        null,
                        snapshot,
                        Verdict.REFUSE,
                        "A40",
                        "it is made again at the same time, for its reset differs; leave its state out",
                        Cause.FILE)
                : change;
    }

    private Ruling memory(Ruling ruling, @Nullable String from, @Nullable String to) {
        long before = bytes(from);
        long after = bytes(to);
        if (after >= before) {
            return ruling;
        }
        if (memoryInUse.isPresent() && memoryInUse.getAsLong() > after) {
            return new Ruling(
                    "A4",
                    Verdict.REFUSE,
                    memoryInUse.getAsLong() + " bytes are in use, more than the new limit of " + after);
        }
        return new Ruling("A4", ruling.verdict, "use is below the new limit");
    }

    private Ruling size(Ruling ruling, @Nullable String from, @Nullable String to) {
        if (bytes(to) >= bytes(from)) {
            return ruling;
        }
        if (protect.contains(Protection.SHRINK)) {
            return new Ruling("A44", Verdict.REFUSE, "protected against shrinking");
        }
        return new Ruling("A9", Verdict.REFUSE, "making it smaller could lose data; not supported yet");
    }

    /** No limit is more than any; a share of the host's memory is taken for a limit of that order. */
    private static long bytes(@Nullable String text) {
        if (text == null) {
            return Long.MAX_VALUE;
        }
        if (text.endsWith("%")) {
            return Long.MAX_VALUE / 2;
        }
        try {
            return Size.bytes(text);
        } catch (Refused setByHand) {
            return Long.MAX_VALUE;
        }
    }

    /** In a guest that does not run, nothing has to be done now. */
    private Ruling resting(Ruling ruling, Rule.Facet facet) {
        boolean ofGuest = facet != Rule.Facet.NETWORK && facet != Rule.Facet.POOL && !ruling.rule.equals("A45");
        boolean mild = ruling.verdict.compareTo(Verdict.RESTART) <= 0 && ruling.verdict != Verdict.NONE;
        return ofGuest && mild && !running
                ? new Ruling(ruling.rule, Verdict.NONE, "it is stopped; used from its next start")
                : ruling;
    }

    private Ruling able(Ruling ruling, @Nullable Skill skill) {
        return ruling.verdict == Verdict.LIVE && skill != null && !skills.contains(skill)
                ? new Ruling(ruling.rule, Verdict.RESTART, "the driver cannot do it yet while the guest runs")
                : ruling;
    }

    /** A file that is written into a guest that takes up files by a command of its own. */
    private Ruling reloaded(Ruling ruling, Rule.Facet facet) {
        return facet == Rule.Facet.FILE
                        && ruling.verdict == Verdict.LIVE
                        && !upkeep.reload().isEmpty()
                ? new Ruling(ruling.rule, Verdict.RELOAD, ruling.why + ", which it takes up by activation.reloadScript")
                : ruling;
    }

    /** The strategy of the guest, or of this time. */
    private Ruling bent(Ruling ruling) {
        boolean felt = ruling.verdict.compareTo(Verdict.NONE) > 0 && ruling.verdict.compareTo(Verdict.RESTART) < 0;
        if (upkeep.strategy() == Strategy.RESTART && felt) {
            return new Ruling(ruling.rule, Verdict.RESTART, ruling.why + "; activation.strategy is restart");
        }
        if (upkeep.strategy() == Strategy.RELOAD && ruling.verdict == Verdict.RESTART && !ruling.rule.equals(STATE)) {
            return new Ruling(
                    ruling.rule, Verdict.PENDING, ruling.why + "; activation.strategy is reload: at its next start");
        }
        if (upkeep.strategy() == Strategy.RELOAD && ruling.verdict == Verdict.MOVE && running) {
            return new Ruling(
                    ruling.rule,
                    Verdict.REFUSE,
                    ruling.why + "; activation.strategy is reload, and it runs: stop it, or apply with --restart");
        }
        return ruling;
    }

    /** Protection (A44), and verdicts that nothing carries out yet. */
    private Ruling guarded(Ruling ruling, Rule.Facet facet) {
        boolean stops = ruling.verdict == Verdict.RESTART || ruling.verdict == Verdict.MOVE && running;
        if (stops && protect.contains(Protection.STOP)) {
            return new Ruling("A44", Verdict.REFUSE, "protected against stopping; " + ruling.rule + ": " + ruling.why);
        }
        if (ruling.rule.equals(STATE) && protect.contains(Protection.REPLACE)) {
            return new Ruling("A44", Verdict.REFUSE, "protected against replacing; " + ruling.rule + ": " + ruling.why);
        }
        if (ruling.verdict == Verdict.REPLACE && protect.contains(Protection.REPLACE)) {
            return new Ruling("A44", Verdict.REFUSE, "protected against replacing; " + ruling.rule + ": " + ruling.why);
        }
        boolean later = switch (ruling.verdict) {
            case REPLACE -> !List.of("A33", "A34", "A40").contains(ruling.rule);
            case MOVE -> !ruling.rule.equals("A12");
            case RELOAD -> facet == Rule.Facet.FILE && upkeep.reload().isEmpty();
            case NONE, LIVE, PENDING, RESTART, REFUSE -> false;
        };
        return later
                ? new Ruling(
                        ruling.rule,
                        Verdict.REFUSE,
                        ruling.why + "; it would be a " + ruling.verdict.text() + ", which is not supported yet")
                : ruling;
    }
}
