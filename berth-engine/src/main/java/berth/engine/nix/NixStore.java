package berth.engine.nix;

import berth.host.file.Beneath;
import berth.model.Instance;
import berth.model.InstanceOptions;
import berth.model.Refused;
import berth.model.StorePath;
import berth.spi.Fitting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The host's Nix store, for guests whose root holds no system. Of each such guest there are two directories, named by its id
 * and closed to everybody but root: {@code /nix/var/nix/profiles/berth/ID} is a profile like any other, with a link for each
 * system that the guest was given, so that {@code nix-collect-garbage} takes old ones away and never the present;
 * {@code /nix/var/nix/gcroots/berth/ID/running} is what it runs. In both, {@code own} is the guest's to write.
 */
public final class NixStore {
    private static final int MOST_LINKS = 40;
    private static final String STATE = "nix/var/nix";
    private static final String PROFILE = "system";
    private static final String RUNNING = "running";
    private static final String OWN = "own";
    private static final Pattern LINK = Pattern.compile(PROFILE + "-([0-9]{1,9})-link");

    private final Path root;

    /** @param root the directory that holds {@code nix}: {@code /}, or one where a store lies apart */
    public NixStore(Path root) {
        this.root = root;
    }

    /** The system that an instance starts with; empty for one that has its own in its root. */
    public static Optional<StorePath> of(Instance instance) {
        return Optional.ofNullable(instance.config().get(InstanceOptions.SYSTEM))
                .map(StorePath::new);
    }

    /** The program that is a system's first process. */
    public static String init(StorePath system) {
        return system + "/init";
    }

    /** The command that makes a running guest go over to a system. */
    public static List<String> switching(StorePath system) {
        return List.of(system + "/bin/switch-to-configuration", "test");
    }

    /**
     * The system that a path leads to: a thing of the store, or a link to one, such as a profile.
     *
     * @throws Refused with what is wrong, when there is no system
     */
    public StorePath resolve(String place) {
        StorePath found = follow(place);
        require(found);
        return found;
    }

    /** Refuses what is no system that is here. */
    public void require(StorePath system) {
        Path thing = real(system.text());
        if (!Files.exists(thing, LinkOption.NOFOLLOW_LINKS)) {
            throw Refused.invalid(system + " is not in the Nix store of this host"
                    + (root.equals(Path.of("/")) ? "" : " (" + root + ")") + "; build or copy it again");
        }
        if (!Files.exists(thing.resolve("init"), LinkOption.NOFOLLOW_LINKS)) {
            throw Refused.invalid(system + " is no system of NixOS: it has no init;"
                    + " wanted is what config.system.build.toplevel gives");
        }
    }

    private StorePath follow(String place) {
        var left = new ArrayDeque<>(parts(place));
        Path here = Path.of("/");
        int links = 0;
        while (!left.isEmpty()) {
            String part = left.pop();
            if (part.equals("..")) {
                here = here.getParent() == null ? here : here.getParent();
                continue;
            }
            Path next = here.resolve(part);
            Path lies = real(next.toString());
            if (Files.isSymbolicLink(lies)) {
                if (++links > MOST_LINKS) {
                    throw Refused.invalid(place + " leads through more than " + MOST_LINKS + " links");
                }
                Path target = target(lies);
                here = target.isAbsolute() ? Path.of("/") : here;
                parts(target.toString()).reversed().forEach(left::push);
                continue;
            }
            here = next;
            if (here.startsWith(StorePath.STORE) && here.getNameCount() == 3) {
                break;
            }
            if (!Files.exists(lies)) {
                throw Refused.invalid(place + " leads to nothing: there is no " + here);
            }
        }
        if (!here.startsWith(StorePath.STORE) || here.getNameCount() != 3 || !left.isEmpty()) {
            throw Refused.invalid(place + " does not lead to a thing of " + StorePath.STORE
                    + "; write the path of a system, or of a profile or a link to one");
        }
        return new StorePath(here.toString());
    }

    private static List<String> parts(String path) {
        return Stream.of(path.split("/"))
                .filter(it -> !it.isEmpty() && !it.equals("."))
                .toList();
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException unreadable) {
            throw Refused.invalid("cannot read the link " + link + ": " + unreadable.getMessage());
        }
    }

    /** Where on this host something lies that Nix knows by that path. */
    private Path real(String path) {
        return path.equals("/nix") || path.startsWith("/nix/") ? root.resolve(path.substring(1)) : Path.of(path);
    }

    private Path profile(UUID guest) {
        return root.resolve(STATE).resolve("profiles/berth").resolve(guest.toString());
    }

    private Path roots(UUID guest) {
        return root.resolve(STATE).resolve("gcroots/berth").resolve(guest.toString());
    }

    /** Makes a system the present one of the guest's profile, from where nothing is collected. May be called again. */
    public void keep(UUID guest, StorePath system) {
        require(system);
        try {
            Path profile = directories(guest);
            if (!link(present(profile)).equals(system.text())) {
                String link = PROFILE + "-" + (last(profile) + 1) + "-link";
                replace(profile.resolve(link), Path.of(system.text()));
                replace(profile.resolve(PROFILE), Path.of(link));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("keeping " + system + " from being collected", failed);
        }
    }

    /** Takes back that a system became the present one after another. May be called again. */
    public void takeBack(UUID guest, StorePath system, StorePath before) {
        try {
            Path profile = directories(guest);
            Path present = present(profile);
            if (link(present).equals(system.text())) {
                var link = known(profile, before);
                if (link.isPresent()) {
                    replace(profile.resolve(PROFILE), Path.of(link.get()));
                } else {
                    keep(guest, before);
                }
                Files.deleteIfExists(present);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("going back to " + before, failed);
        }
    }

    /** The link of a profile that is the present one. */
    private static Path present(Path profile) {
        String link = link(profile.resolve(PROFILE));
        return profile.resolve(link.isEmpty() ? PROFILE : link);
    }

    /** The guest is about to run that system. May be called again. */
    public void run(UUID guest, StorePath system) {
        keep(guest, system);
        runs(guest, system);
    }

    /** The guest runs that system. May be called again. */
    public void runs(UUID guest, StorePath system) {
        try {
            replace(roots(guest).resolve(RUNNING), Path.of(system.text()));
        } catch (IOException failed) {
            throw new UncheckedIOException("noting that " + system + " runs", failed);
        }
    }

    /** What the guest runs, as it was told last; empty when it does not run. */
    public Optional<StorePath> running(UUID guest) {
        String link = link(roots(guest).resolve(RUNNING));
        return link.isEmpty() ? Optional.empty() : Optional.of(new StorePath(link));
    }

    /** The guest runs no more. */
    public void rest(UUID guest) {
        try {
            Files.deleteIfExists(roots(guest).resolve(RUNNING));
        } catch (IOException failed) {
            throw new UncheckedIOException("noting that nothing runs", failed);
        }
    }

    /** The guest is no more: what it had may be collected. */
    public void forget(UUID guest) {
        for (Path its : List.of(roots(guest), profile(guest))) {
            Path above = its.getParent();
            if (above != null && Files.isDirectory(its, LinkOption.NOFOLLOW_LINKS)) {
                try (Beneath directory = Beneath.own(above)) {
                    directory.deleteTree(guest.toString());
                }
            }
        }
    }

    /** What a guest sees of the store: all of it, read-only, its database, its daemon, and profiles and roots of its own. */
    public List<Fitting> fittings(UUID guest) {
        Path state = root.resolve(STATE);
        return List.of(
                mount("store", root.resolve("nix/store"), StorePath.STORE, true, false),
                mount("db", state.resolve("db"), "/" + STATE + "/db", true, true),
                mount("daemon", state.resolve("daemon-socket"), "/" + STATE + "/daemon-socket", true, true),
                mount("profiles", profile(guest).resolve(OWN), "/" + STATE + "/profiles", false, false),
                mount("gcroots", roots(guest).resolve(OWN), "/" + STATE + "/gcroots", false, false));
    }

    private static Fitting mount(String name, Path source, String target, boolean readOnly, boolean optional) {
        return new Fitting.Mount(
                "berth.nix." + name, source, target, readOnly, false, true, optional, Fitting.Propagation.PRIVATE);
    }

    /** Makes what is missing of the two directories; others than root may not pass, for the guest may put anything there. */
    private Path directories(UUID guest) throws IOException {
        for (Path its : List.of(profile(guest), roots(guest))) {
            Path above = its.getParent();
            if (above != null && !Files.isDirectory(above)) {
                if (above.getParent() != null) {
                    Files.createDirectories(above.getParent());
                }
                directory(above, "rwx------");
            }
            directory(its, "rwxr-xr-x");
            directory(its.resolve(OWN), "rwxr-xr-x");
        }
        return profile(guest);
    }

    private static void directory(Path path, String mode) throws IOException {
        try {
            Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        } catch (FileAlreadyExistsException already) {
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                throw already;
            }
        }
    }

    private static Optional<String> known(Path profile, StorePath system) throws IOException {
        try (Stream<Path> links = Files.list(profile)) {
            return links.filter(
                            it -> LINK.matcher(String.valueOf(it.getFileName())).matches())
                    .filter(it -> link(it).equals(system.text()))
                    .map(it -> String.valueOf(it.getFileName()))
                    .max((one, other) -> Integer.compare(number(one), number(other)));
        }
    }

    private static int last(Path profile) throws IOException {
        try (Stream<Path> links = Files.list(profile)) {
            return links.mapToInt(it -> number(String.valueOf(it.getFileName())))
                    .max()
                    .orElse(0);
        }
    }

    private static int number(String name) {
        var link = LINK.matcher(name);
        return link.matches() ? Integer.parseInt(link.group(1)) : 0;
    }

    private static String link(Path link) {
        try {
            return Files.isSymbolicLink(link) ? Files.readSymbolicLink(link).toString() : "";
        } catch (IOException gone) {
            return "";
        }
    }

    private static void replace(Path link, Path target) throws IOException {
        Path fresh = link.resolveSibling(link.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createSymbolicLink(fresh, target);
        Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
    }
}
