package berth.cli;

import static berth.cli.Catalogue.entry;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands of the declared half. */
final class SiteChapter {
    private static final Flag FORMAT = Flag.one("format", '\0', "FORMAT", "text or json (default: text)");

    private SiteChapter() {}

    static List<Entry> entries() {
        var plan = new ArrayList<>(Sites.FILES);
        plan.add(Sites.ADOPT);
        plan.add(FORMAT);
        var apply = new ArrayList<>(Sites.FILES);
        apply.add(Sites.ADOPT);
        apply.add(Flag.on("ask", '\0', "show the plan and ask first"));
        return List.of(
                entry(
                        "check",
                        "",
                        "[<file>...]",
                        "Check a site's files, wholly, and touch nothing",
                        "berth check\nberth check examples/first.yaml",
                        Sites.FILES),
                entry(
                        "plan",
                        "",
                        "[<file>...]",
                        "Show what an apply would do and why. Exit codes: 0 nothing, 2 changes, 1 check failed, 3 refused",
                        "berth plan\nberth plan examples/first.yaml --format json",
                        plan),
                entry(
                        "apply",
                        "",
                        "[<file>...]",
                        "Make it as the files say. Exit codes: 0 done, 1 check failed, 3 refused, 4 partly done",
                        "berth apply\nberth apply -f examples/first.yaml --ask",
                        apply),
                entry(
                        "status",
                        "",
                        "[<site>...]",
                        "Show the declared sites and how their objects are",
                        "berth status",
                        List.of(FORMAT)));
    }

    static @Nullable Command make(String path) {
        return switch (path) {
            case "check" -> new Sites.Check();
            case "plan" -> new PlanSite();
            case "apply" -> new ApplySite();
            case "status" -> new SiteStatus();
            default -> null;
        };
    }
}
