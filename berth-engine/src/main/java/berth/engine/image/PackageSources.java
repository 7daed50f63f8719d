package berth.engine.image;

import berth.host.Program;
import berth.model.Refused;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a distribution's packages are fetched from: where this host itself fetches its own from. No mirror is named in
 * our code.
 *
 * @param lines of a {@code sources.list}
 * @param settings of apt that fetching needs here, such as a proxy, as lines of an {@code apt.conf}
 */
record PackageSources(List<String> lines, List<String> settings) {
    private static final Pattern URI = Pattern.compile("[a-z][a-z0-9+]*:[!-~&&[^\\[\\]]]+");
    private static final String KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg";
    private static final Set<String> DEBIAN = Set.of(
            "buster", "bullseye", "bookworm", "trixie", "forky", "sid", "oldstable", "stable", "testing", "unstable");
    private static final Pattern PASSED_ON = Pattern.compile(
            "Acquire::((https?::Proxy|https?::Proxy::[A-Za-z0-9.-]+|Check-Valid-Until|Check-Date|Retries)=[ -~&&[^\"\\\\;{}]]*)");

    /** Those of this host, for the release. */
    static PackageSources ofHost(Distribution distribution) {
        String mirror = System.getenv("BERTH_DEBIAN_MIRROR");
        String targets = mirror == null && Program.find("apt-get").isPresent()
                ? Program.of(
                                "apt-get",
                                "indextargets",
                                "--no-release-info", // where the lists were never fetched, or were cleaned away, as
                                // well
                                "--format",
                                "$(REPO_URI) $(RELEASE) $(COMPONENT)",
                                "Identifier: Packages")
                        .must()
                        .out()
                : "";
        String settings = Program.find("apt-config").isPresent()
                ? Program.of("apt-config", "dump", "--format", "%F=%v%n", "Acquire")
                        .must()
                        .out()
                : "";
        return of(distribution, mirror, targets, settings);
    }

    static PackageSources of(Distribution distribution, @Nullable String mirror, String targets, String settings) {
        String archive = mirror == null ? find(targets, false).orElseThrow(PackageSources::none) : mirror;
        Optional<String> security = mirror == null ? find(targets, true) : Optional.empty();
        var lines = new LinkedHashSet<String>();
        lines.add(line(archive, distribution.codename()));
        if (mirror == null && targets.lines().anyMatch(it -> release(it).endsWith("-updates"))) {
            lines.add(line(archive, distribution.codename() + "-updates"));
        }
        security.ifPresent(it -> lines.add(line(it, distribution.codename() + "-security")));
        var passed = new ArrayList<String>();
        settings.lines().forEach(setting -> {
            var matcher = PASSED_ON.matcher(setting);
            if (matcher.matches()) {
                String[] pair = matcher.group(1).split("=", 2);
                passed.add("Acquire::" + pair[0] + " \"" + pair[1] + "\"");
            }
        });
        return new PackageSources(List.copyOf(lines), List.copyOf(passed));
    }

    /** The first archive among apt's index targets that is Debian's main or security one. */
    private static Optional<String> find(String targets, boolean security) {
        return targets.lines()
                .map(it -> it.split(" "))
                .filter(it -> it.length == 3 && it[2].equals("main"))
                .filter(it -> security == it[1].endsWith("-security"))
                .filter(it -> DEBIAN.contains(it[1].replaceFirst("-(updates|security)$", "")))
                .map(it -> it[0])
                .findFirst();
    }

    private static String release(String target) {
        String[] words = target.split(" ");
        return words.length == 3 ? words[1] : "";
    }

    private static String line(String archive, String suite) {
        if (!URI.matcher(archive).matches()) {
            throw Refused.failed("The package archive has an odd address: " + archive);
        }
        return "deb [signed-by=" + KEYS + "] " + archive + " " + suite + " main";
    }

    private static Refused none() {
        return Refused.failed("This host's apt knows no archive of Debian packages to build an image from;"
                + " name a mirror in the daemon's environment as BERTH_DEBIAN_MIRROR");
    }
}
