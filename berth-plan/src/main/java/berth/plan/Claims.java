package berth.plan;

import berth.model.Declared;
import berth.model.wanted.Finding;
import berth.model.wanted.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whose an object is. What a site does not own it never touches; it may ask for it by name. */
final class Claims {
    private final String site;
    private final Set<Target> adopt;
    private final List<Finding> refusals = new ArrayList<>();

    /** @param adopt objects that no site declares and that this one may take over */
    Claims(String site, Set<Target> adopt) {
        this.site = site;
        this.adopt = adopt;
    }

    /** Whether the site may change what is there; if not, says so as an error. */
    boolean may(Target target, @Nullable Declared holder, Origin at) {
        if (holder == null ? adopt.contains(target) : holder.site().equals(site)) {
            return true;
        }
        String text = holder == null
                ? "is there already and no site declares it; take it over with berth apply --adopt " + target
                        + ", or choose another name"
                : "belongs to site " + holder.site() + " (" + holder.file() + ":" + holder.line()
                        + "); choose another name, or take it out there";
        refusals.add(new Finding(true, at, target.kind() + "s." + target.name(), text));
        return false;
    }

    boolean owns(@Nullable Declared holder) {
        return holder != null && holder.site().equals(site);
    }

    /** What was applied last; nothing for an object that is adopted now. */
    static SortedMap<String, String> applied(@Nullable Declared holder) {
        return holder == null ? new TreeMap<>() : holder.applied();
    }

    /** What the object is to remember. */
    Declared declared(Origin at, String digest, Map<String, String> applied) {
        return new Declared(site, at.file(), at.line(), false, digest, new TreeMap<>(applied));
    }

    List<Finding> refusals() {
        return refusals;
    }
}
