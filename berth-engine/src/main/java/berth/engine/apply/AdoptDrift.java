package berth.engine.apply;

import berth.model.Quoted;
import berth.model.Refused;
import berth.model.wanted.DriftPolicy;
import berth.model.wanted.Origin;
import berth.model.wanted.Spec;
import berth.plan.Cause;
import berth.plan.Differences;
import berth.plan.Drifted;
import berth.plan.Plan;
import berth.spec.FileEdit;
import berth.spec.Parsed;
import berth.spec.SourceFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes what is into the files that say otherwise: the other way to end drift. Nothing is applied. */
public final class AdoptDrift {
    private static final Pattern OWN = Pattern.compile("devices\\..*|description|profiles|ephemeral|power|kind");

    private final Sites sites;

    /** Adopts for sites. */
    public AdoptDrift(Sites sites) {
        this.sites = sites;
    }

    /** One value that was changed in a file; null where there is none. */
    public record Edit(
            String file,
            int line,
            String object,
            String key,
            @Nullable String from,
            @Nullable String to) {}

    /** The files as they are to be, and what is different in them. */
    public record Adopted(List<SourceFile> files, List<Edit> edits) {}

    /**
     * The files with what was found written into them; refuses, with the line, what cannot be written in place.
     *
     * @param object {@code kind:name} or a name; empty for all keys whose policy is to be adopted
     * @param key one of its keys; empty for all that have drifted
     */
    public Adopted adopt(List<SourceFile> files, String site, String object, String key) {
        Spec spec = sites.read(files, site).orRefuse();
        List<Drifted> meant = drift(sites.plan(
                        spec,
                        new Sites.Wanted(
                                files, site, Set.of(), true, null, null, Set.of(), null, true, false, Map.of())))
                .stream()
                .filter(it -> object.isEmpty()
                        ? it.policy() == DriftPolicy.ADOPT
                        : it.target().toString().equals(object)
                                || it.target().name().equals(object))
                .filter(it -> key.isEmpty() || it.key().equals(key))
                .toList();
        if (meant.isEmpty() && !object.isEmpty()) {
            throw Refused.invalid((key.isEmpty() ? "Nothing" : Quoted.of(key)) + " of " + Quoted.of(object) + " has "
                    + (key.isEmpty() ? "" : "not ") + "drifted; see: berth drift");
        }
        var edits = new ArrayList<Edit>();
        List<SourceFile> now = files;
        for (Drifted each : meant) {
            Spec before = sites.read(now, site).orRefuse();
            Origin at = before.origins().get(path(each));
            now = edited(now, site, before, at, each)
                    .orElseThrow(() -> Refused.invalid(each.key() + " of " + each.target()
                            + " cannot be written in place; write it yourself"
                            + (at == null ? "" : " at " + at.file() + ":" + at.line()) + ": it is "
                            + (each.found() == null ? "not set" : each.found())));
            Origin place = Objects.requireNonNull(at);
            edits.add(new Edit(
                    place.file(), place.line(), each.target().toString(), each.key(), each.declared(), each.found()));
        }
        return new Adopted(now, edits);
    }

    /** All that was changed behind the files' back, whatever its policy is. */
    private static List<Drifted> drift(Plan plan) {
        var drift = new ArrayList<>(plan.drifted());
        plan.changes()
                .forEach(change -> change.keys().stream()
                        .filter(it -> it.cause() == Cause.DRIFT)
                        .forEach(it -> drift.add(
                                new Drifted(change.target(), it.key(), it.to(), it.from(), DriftPolicy.REPAIR))));
        return drift;
    }

    private static String path(Drifted it) {
        String key = OWN.matcher(it.key()).matches() ? it.key() : "config." + it.key();
        if (it.target().kind().equals("server")) {
            return "server." + it.key();
        }
        return it.target().kind() + "s." + it.target().name() + "." + key;
    }

    private Optional<List<SourceFile>> edited(
            List<SourceFile> files, String site, Spec before, @Nullable Origin at, Drifted it) {
        if (at == null) {
            return Optional.empty();
        }
        for (int i = 0; i < files.size(); i++) {
            SourceFile file = files.get(i);
            if (!file.name().equals(at.file()) || file.fromNix()) {
                continue;
            }
            for (String text : texts(file.text(), at, it.found())) {
                var after = new ArrayList<>(files);
                after.set(i, new SourceFile(file.name(), file.folder(), text, file.guest()));
                if (says(sites.read(after, site), before, it)) {
                    return Optional.of(after);
                }
            }
        }
        return Optional.empty();
    }

    /** A number of bytes is written with a unit in files. */
    private static List<String> texts(String text, Origin at, @Nullable String found) {
        if (found == null) {
            return FileEdit.without(text, at);
        }
        var texts = new ArrayList<>(FileEdit.set(text, at, found));
        texts.addAll(FileEdit.set(text, at, found + "B"));
        return texts;
    }

    /** Whether that one key of that one object is all that is asked for differently now. */
    private static boolean says(Parsed after, Spec before, Drifted it) {
        if (!after.errors().isEmpty()) {
            return false;
        }
        List<Differences.Key> different = Differences.between(before, after.spec());
        return different.size() == 1
                && different.getFirst().object().equals(it.target().toString())
                && path(it).startsWith(path(it, different.getFirst().key()));
    }

    private static String path(Drifted it, String flatKey) {
        return it.target().kind() + "s." + it.target().name() + "." + flatKey;
    }
}
