package berth.rest;

import berth.engine.UseCases;
import berth.engine.apply.Generation;
import berth.engine.apply.HealthBook;
import berth.engine.apply.Sites;
import berth.model.Declared;
import berth.model.Quoted;
import berth.model.StorePath;
import berth.model.wanted.Finding;
import berth.model.wanted.GuestSystem;
import berth.model.wanted.Spec;
import berth.model.wanted.Strategy;
import berth.plan.PlanReport;
import berth.plan.Rule;
import berth.rest.http.HttpRefused;
import berth.spec.Parsed;
import berth.spec.SourceFile;
import berth.wire.ActivationRule;
import berth.wire.Site;
import berth.wire.SiteGeneration;
import berth.wire.SitePost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sites and their files, on the wire and back. */
final class SiteTranslation {
    private static final int MOST_FILES = 1000;

    private SiteTranslation() {}

    static List<SourceFile> files(@Nullable List<SitePost.@Nullable File> sent) {
        if (sent == null || sent.isEmpty()) {
            throw new HttpRefused(400, "No files were sent");
        }
        if (sent.size() > MOST_FILES) {
            throw new HttpRefused(400, "More than " + MOST_FILES + " files were sent");
        }
        var files = new ArrayList<SourceFile>();
        for (SitePost.File file : sent) {
            String name = file == null ? "" : Given.text(file.name());
            if (file == null
                    || name.isEmpty()
                    || name.length() > 4096
                    || name.chars().anyMatch(Character::isISOControl)) {
                throw new HttpRefused(400, "A file needs a name of printable characters");
            }
            String folder = Given.text(file.folder());
            var plain = new SourceFile(name, Given.text(file.text()));
            files.add(new SourceFile(
                    name, folder.startsWith("/") ? folder : plain.folder(), plain.text(), Given.text(file.guest())));
        }
        return files;
    }

    /** The name of the site where no file says it. */
    static String site(SitePost body) {
        return Given.text(body.site());
    }

    private static Set<String> adopt(SitePost body) {
        return Set.copyOf(Given.list(body.adopt()).stream().distinct().toList());
    }

    static List<PlanReport.Message> messages(List<Finding> findings) {
        return findings.stream().map(PlanReport.Message::of).toList();
    }

    /** The answer for files that could not be planned. */
    static PlanReport unread(String site, Parsed parsed) {
        return new PlanReport(
                site,
                "",
                0,
                0,
                false,
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                messages(parsed.errors()),
                messages(parsed.warnings()),
                "");
    }

    /** What a body asks to be checked, planned or applied. */
    static Sites.Wanted wanted(SitePost body) {
        return new Sites.Wanted(
                files(body.files()),
                site(body),
                adopt(body),
                !Boolean.FALSE.equals(body.awaitReady()),
                strategy(body),
                null,
                Set.of(),
                body.plan(),
                Boolean.TRUE.equals(body.now()),
                false,
                body.systems() == null ? Map.of() : systems(body.systems()));
    }

    /** What has to be built before the site can be applied. */
    static List<Map<String, String>> systems(Spec spec) {
        var systems = new ArrayList<Map<String, String>>();
        spec.instances().forEach((name, it) -> {
            GuestSystem system = it.system();
            if (system != null && system.how() == GuestSystem.How.CONFIG) {
                systems.add(Map.of("guest", name.text(), "module", system.place(), "nixpkgs", system.nixpkgs()));
            }
        });
        return systems;
    }

    /** Paths of the Nix store, by guest; refuses what is none. */
    private static Map<String, String> systems(Map<String, String> given) {
        given.forEach((guest, path) -> new StorePath(Given.text(path)));
        return Map.copyOf(given);
    }

    static @Nullable Strategy strategy(SitePost body) {
        String word = Given.text(body.strategy());
        if (word.isEmpty()) {
            return null;
        }
        return Strategy.of(word).orElseThrow(() -> new HttpRefused(400, "There is no strategy " + Quoted.of(word)));
    }

    static ActivationRule toWire(Rule it) {
        return new ActivationRule(
                it.id(),
                it.facet().name().toLowerCase(Locale.ROOT),
                it.keys().pattern(),
                it.lxc().text(),
                it.vm().text(),
                it.skill() == null ? null : it.skill().name().toLowerCase(Locale.ROOT),
                it.why());
    }

    static SiteGeneration toWire(Generation it, Generation current) {
        return new SiteGeneration(
                it.site(),
                it.number(),
                it.outcome(),
                it.at(),
                it.number() == current.number(),
                it.of(),
                it.done().stream()
                        .map(done ->
                                new SiteGeneration.Step(done.object(), done.action(), done.seconds(), done.result()))
                        .toList(),
                it.files().stream()
                        .map(file -> new SiteGeneration.File(file.name(), file.folder(), file.text(), file.guest()))
                        .toList(),
                it.given());
    }

    static Site toWire(UseCases engine, Generation last) {
        var objects = new ArrayList<Site.Thing>();
        var shelves = engine.shelves();
        shelves.pools()
                .all()
                .forEach(it ->
                        add(objects, last, it.declared(), "pool", it.name().text(), "Created"));
        shelves.networks()
                .all()
                .forEach(it -> add(
                        objects,
                        last,
                        it.declared(),
                        "network",
                        it.name().text(),
                        engine.networks().isUp(it) ? "Up" : "Down"));
        shelves.aliases().all().forEach(it -> add(objects, last, it.declared(), "image", it.name(), "Here"));
        shelves.profiles()
                .all()
                .forEach(it ->
                        add(objects, last, it.declared(), "profile", it.name().text(), "Created"));
        engine.instances()
                .listAll()
                .forEach(it -> add(
                        objects,
                        last,
                        it.instance().declared(),
                        "instance",
                        it.instance().name().text(),
                        it.status().text(),
                        note(it.instance().declared(), engine.sites().pending(it.instance())),
                        engine.sites()
                                .health()
                                .of(it.instance())
                                .map(SiteTranslation::toWire)
                                .orElse(null)));
        return new Site(last.site(), last.number(), last.outcome(), last.at(), objects);
    }

    private static void add(
            List<Site.Thing> objects,
            Generation site,
            @Nullable Declared declared,
            String kind,
            String name,
            String status) {
        add(objects, site, declared, kind, name, status, note(declared, Set.of()), null);
    }

    private static Site.Health toWire(HealthBook.Seen it) {
        return new Site.Health(it.well(), it.health().text(), it.wrong(), it.at(), it.since());
    }

    private static void add(
            List<Site.Thing> objects,
            Generation site,
            @Nullable Declared declared,
            String kind,
            String name,
            String status,
            String note,
            Site.@Nullable Health health) {
        if (declared != null && declared.site().equals(site.site())) {
            objects.add(new Site.Thing(kind, name, status, note, health));
        }
    }

    private static String note(@Nullable Declared declared, Set<String> pending) {
        if (declared != null && declared.retired()) {
            return "retired: it left the file";
        }
        return pending.isEmpty() ? "" : "pending until its next start: " + String.join(", ", pending);
    }
}
