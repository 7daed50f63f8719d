package berth.cli;

import static berth.cli.Catalogue.entry;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands of the declared half. */
final class SiteChapter {
    private static final Flag FORMAT = Flag.one("format", '\0', "FORMAT", "text or json (default: text)");

    private static final Flag IMPORTED = Flag.one("site", '\0', "NAME", "what the site is called (default: lxd)");

    private SiteChapter() {}

    static List<Entry> entries() {
        var plan = new ArrayList<>(Sites.FILES);
        plan.add(Sites.ADOPT);
        plan.addAll(Sites.STRATEGY);
        plan.add(Flag.on("watch", '\0', "plan again whenever a file of the site or something on the host changes"));
        plan.add(FORMAT);
        var apply = new ArrayList<>(Sites.FILES);
        apply.add(Sites.ADOPT);
        apply.addAll(Sites.STRATEGY);
        apply.add(Flag.one(
                "plan", '\0', "PLAN", "only if this is what it does: as plan names it, or a generation's number"));
        apply.add(Flag.on(
                "only-drift", '\0', "only put right what somebody changed since the last apply; takes no files"));
        apply.add(Flag.on("ask", '\0', "show the plan and ask first"));
        apply.add(Flag.on("no-wait", '\0', "do not wait until the guests that it starts are ready"));
        var drift = new ArrayList<>(Sites.FILES);
        drift.add(Flag.on(
                "adopt",
                '\0',
                "write it into the files, in place: that object's or key's, else what they say is to be"));
        drift.add(FORMAT);
        var show = new ArrayList<>(Sites.FILES);
        show.add(Flag.on(
                "normal", '\0', "the normal form: sorted, short forms resolved, defaults filled in (the default)"));
        show.add(Flag.on("digest", '\0', "only its digest: equal for files that ask for the same"));
        return List.of(
                entry(
                        "update",
                        "",
                        "<name> [<file>]",
                        "Bring a guest that was made of a file to what the file says, or another one",
                        "berth update web2 ./web2.yaml\nberth update web2 --reload",
                        Sites.STRATEGY),
                entry(
                        "remove",
                        "",
                        "<name>",
                        "Stop a guest that was made of a file and keep its data aside, or delete it with its data",
                        "berth remove web2\nberth remove web2 --delete-state",
                        List.of(Flag.on("delete-state", '\0', "delete it for good"))),
                entry(
                        "migrate",
                        "",
                        "<name|directory>",
                        "Copy the directory of a container of NixOS or systemd-nspawn into a guest",
                        "berth migrate web --dry-run\nberth migrate /var/lib/machines/web --as web2 --yes",
                        Migrate.FLAGS),
                entry(
                        "show",
                        "",
                        "[<file>...]",
                        "Show what is understood of a site's files, in one spelling for YAML, JSON and Nix",
                        "berth show\nberth show --digest examples/lxd/site.nix",
                        show),
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
                        "berth plan\nberth plan examples/first.yaml --format json\nberth plan --watch",
                        plan),
                entry(
                        "apply",
                        "",
                        "[<file>...]",
                        "Make it as the files say. Exit codes: 0 done, 1 check failed, 3 refused, 4 partly done",
                        "berth apply\nberth apply -f examples/first.yaml --ask\nberth apply --only-drift",
                        apply),
                entry(
                        "status",
                        "",
                        "[<site>...]",
                        "Show the declared sites and how their objects are",
                        "berth status",
                        List.of(FORMAT)),
                entry(
                        "generations",
                        "",
                        "[<site>]",
                        "List all that was ever applied of a site",
                        "berth generations\nberth generations shop --format json",
                        List.of(Sites.SITE, Listing.FORMAT)),
                entry(
                        "generation show",
                        "",
                        "<number>",
                        "Show what an apply did, or the files that it applied",
                        "berth generation show 41\nberth generation show 41 --files > berth.yaml",
                        List.of(Sites.SITE, Flag.on("files", '\0', "print the files as they were applied"), FORMAT)),
                entry(
                        "generation diff",
                        "",
                        "<number> [<number>]",
                        "Show what one generation asks for and another (the current) does not",
                        "berth generation diff 40 42",
                        List.of(Sites.SITE, FORMAT)),
                entry(
                        "rollback",
                        "",
                        "[<number>]",
                        "Apply an earlier generation again (the last good one that differs). Data stays unless it is asked for",
                        "berth rollback --dry-run\nberth rollback 41 --with-state db",
                        List.of(
                                Sites.SITE,
                                Flag.many(
                                        "with-state",
                                        '\0',
                                        "GUEST[=SNAPSHOT]",
                                        "data of this guest goes back too; what is there now is kept as a snapshot"),
                                Flag.on("dry-run", '\0', "only show what it would do"))),
                entry(
                        "reset",
                        "",
                        "<guest>...",
                        "Let guests of a site begin anew from their image; what they were is set aside with its data",
                        "berth reset web1 --dry-run\nberth reset web1 web2 --site shop",
                        List.of(
                                Sites.SITE,
                                Flag.on("dry-run", '\0', "only show what it would do"),
                                Flag.on("no-wait", '\0', "do not wait until the guests that it starts are ready"))),
                entry(
                        "drift",
                        "",
                        "[<object> [<key>]]",
                        "Show how what is differs from what was applied last. Exit codes: 0 not at all, 2 it does",
                        "berth drift\nberth drift web1 limits.memory --adopt",
                        drift),
                entry(
                        "explain",
                        "",
                        "[<key>|<rule>|<object> <key>]",
                        "Show which rule decides what a change costs; of an object, in the plan of the files here",
                        "berth explain limits.memory\nberth explain A22\nberth explain web1 limits.memory",
                        List.of(
                                Flag.many("file", '\0', "FILE", "a file of the site, or a directory of them"),
                                Sites.SITE,
                                Listing.FORMAT)),
                entry(
                        "detach",
                        "",
                        "<object>...",
                        "Let objects go from their site: they stay as they are, and are changed by hand from then on",
                        "berth detach instance:web1",
                        List.of(Sites.SITE)),
                entry(
                        "purge",
                        "",
                        "[<object>...]",
                        "Delete for good what left the site's files and was kept: all of it, or those named",
                        "berth purge --dry-run\nberth purge instance:web2 --yes",
                        List.of(
                                Sites.SITE,
                                Flag.on("dry-run", '\0', "only show what would be deleted"),
                                Flag.on("yes", 'y', "do not ask"))),
                entry(
                        "doctor",
                        "",
                        "",
                        "Look this host over: what stands in the way of guests, and what to do. Exit code 1 when something is bad",
                        "berth doctor",
                        List.of(FORMAT)),
                entry(
                        "import here",
                        "",
                        "[<file>]",
                        "Write a first berth.yaml: for an empty host, or of what is here already. Applies nothing",
                        "berth import here\nberth import here --storage-backend btrfs --site shop",
                        List.of(
                                Flag.one("site", '\0', "NAME", "what the site is called (default: home)"),
                                Flag.one("storage-backend", '\0', "DRIVER", "dir or btrfs (default: dir)"))),
                entry(
                        "import preseed",
                        "",
                        "<file>",
                        "Write a site's file from a preseed, as lxd init --dump prints it, naming what is not carried",
                        "berth import preseed preseed.yaml > berth.yaml\nlxd init --dump | berth import preseed - > berth.yaml",
                        List.of(IMPORTED)),
                entry(
                        "import lxd",
                        "",
                        "",
                        "Write a site's file from what a running LXD or Incus has, naming what is not carried",
                        "berth import lxd > berth.yaml\nberth import lxd --from /var/lib/lxd/unix.socket",
                        List.of(
                                Flag.one(
                                        "from",
                                        '\0',
                                        "SOCKET",
                                        "its socket or directory (default: the one of this machine)"),
                                IMPORTED)),
                entry(
                        "import nixos-containers",
                        "",
                        "[<file>...]",
                        "Write a site's file from the settings of NixOS' containers (/etc/nixos-containers), naming what is not carried",
                        "berth import nixos-containers > berth.yaml\nberth import nixos-containers web.conf --site classic",
                        List.of(Flag.one("site", '\0', "NAME", "what the site is called (default: classic)"))),
                entry(
                        "import nspawn",
                        "",
                        "[<file>...]",
                        "Write a site's file from the files of systemd-nspawn (/etc/systemd/nspawn), naming what is not carried",
                        "berth import nspawn > berth.yaml\nberth import nspawn web.nspawn",
                        List.of(Flag.one("site", '\0', "NAME", "what the site is called (default: nspawn)"))),
                entry(
                        "import libvirt-xml",
                        "",
                        "<file>...",
                        "Write a site's file from libvirt's domains, naming what is not carried",
                        "berth import libvirt-xml /etc/libvirt/qemu/web.xml > berth.yaml\nvirsh dumpxml web | berth import libvirt-xml - > berth.yaml",
                        List.of(Flag.one("site", '\0', "NAME", "what the site is called (default: libvirt)"))));
    }

    static @Nullable Command make(String path) {
        return switch (path) {
            case "update" -> new OneGuest.Update();
            case "remove" -> new OneGuest.Remove();
            case "migrate" -> new Migrate();
            case "show" -> new Sites.Show();
            case "check" -> new Sites.Check();
            case "plan" -> new PlanSite();
            case "apply" -> new ApplySite();
            case "status" -> new SiteStatus();
            case "generations" -> new Generations();
            case "generation show" -> new Generations.Show();
            case "generation diff" -> new Generations.Diff();
            case "rollback" -> new Rollback();
            case "reset" -> new ResetGuests();
            case "drift" -> new Drift();
            case "explain" -> new Explain();
            case "import preseed" -> new ImportSite.Preseed();
            case "import nixos-containers" -> new ImportContainers();
            case "import nspawn" -> new ImportNspawn();
            case "import libvirt-xml" -> new ImportLibvirt();
            case "import lxd" -> new ImportSite.Lxd();
            case "doctor" -> new DoctorCheck();
            case "import here" -> new FirstFile();
            case "detach" -> new DetachObject();
            case "purge" -> new PurgeSite();
            default -> null;
        };
    }
}
