package berth.model.wanted;

import static java.nio.charset.StandardCharsets.UTF_8;

import berth.model.ProfileName;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A wanted object as a flat map from key to text, what {@code Declared.applied} keeps. Devices count whole, as LXD
 * merges them; lists are joined by newlines, which no name may hold. An absent value and an empty one are the same.
 */
public final class Flat {
    private Flat() {}

    /** The keys of a pool: {@code driver}, {@code description}, {@code config.*}, {@code protect}. */
    public static SortedMap<String, String> of(WantedPool pool) {
        var flat = new TreeMap<String, String>();
        flat.put("driver", pool.driver());
        put(flat, "description", pool.description());
        pool.config().forEach((key, value) -> flat.put("config." + key, value));
        put(flat, "protect", text(pool.protect()));
        pool.onDrift().into(flat);
        return Collections.unmodifiableSortedMap(flat);
    }

    /** The keys of the daemon's settings: {@code config.*}. */
    public static SortedMap<String, String> of(WantedServer server) {
        var flat = new TreeMap<String, String>();
        server.config().forEach((key, value) -> put(flat, "config." + key, value));
        server.onDrift().into(flat);
        return Collections.unmodifiableSortedMap(flat);
    }

    /** The keys of a network: {@code type}, {@code description}, {@code config.*}, {@code protect}. */
    public static SortedMap<String, String> of(WantedNetwork network) {
        var flat = new TreeMap<String, String>();
        flat.put("type", network.type());
        put(flat, "description", network.description());
        network.config().forEach((key, value) -> flat.put("config." + key, value));
        put(flat, "protect", text(network.protect()));
        network.onDrift().into(flat);
        return Collections.unmodifiableSortedMap(flat);
    }

    /** The keys of a profile: {@code description}, {@code config.*}, {@code devices.*}, {@code protect}. */
    public static SortedMap<String, String> of(WantedProfile profile) {
        var flat = new TreeMap<String, String>();
        put(flat, "description", profile.description());
        profile.config().forEach((key, value) -> flat.put("config." + key, value));
        profile.devices().forEach((name, device) -> flat.put("devices." + name, text(device)));
        put(flat, "protect", text(profile.protect()));
        profile.onDrift().into(flat);
        return Collections.unmodifiableSortedMap(flat);
    }

    /**
     * The keys of an image: {@code build} or {@code tarball} or {@code existing}, {@code packages}, {@code files.*}.
     *
     * @param hostFile what stands for the content of a file of the host, by its path; its SHA-256 where it is known
     */
    public static SortedMap<String, String> of(WantedImage image, UnaryOperator<String> hostFile) {
        var flat = new TreeMap<String, String>();
        put(flat, "description", image.description());
        switch (image.source()) {
            case WantedImage.Source.Build build -> {
                flat.put("build", build.base());
                put(flat, "packages", String.join("\n", build.packages()));
                files(flat, build.files(), hostFile);
            }
            case WantedImage.Source.Tarball(String path) -> flat.put("tarball", hostFile.apply(path));
            case WantedImage.Source.Existing(String name) -> flat.put("existing", name);
        }
        put(flat, "protect", text(image.protect()));
        return Collections.unmodifiableSortedMap(flat);
    }

    /** The keys of a guest: {@code image}, {@code kind}, {@code config.*}, {@code devices.*}, {@code files.*} and so on. */
    public static SortedMap<String, String> of(WantedInstance instance, UnaryOperator<String> hostFile) {
        var flat = new TreeMap<String, String>();
        flat.put("kind", instance.kind().text());
        flat.put("image", instance.image());
        GuestSystem system = instance.system();
        if (system != null) {
            flat.put(system.how().key(), system.place());
            put(flat, "nixpkgs", system.nixpkgs());
        }
        put(flat, "description", instance.description());
        flat.put("ephemeral", String.valueOf(instance.ephemeral()));
        put(flat, "profiles", profiles(instance.profiles()));
        instance.config().forEach((key, value) -> flat.put("config." + key, value));
        instance.devices().forEach((name, device) -> flat.put("devices." + name, text(device)));
        files(flat, instance.files(), hostFile);
        secret(flat, instance.name().text());
        put(
                flat,
                "needs",
                instance.needs().stream()
                        .map(need -> need.instance() + " " + need.state().text())
                        .collect(Collectors.joining("\n")));
        put(flat, "protect", text(instance.protect()));
        instance.onDrift().into(flat);
        instance.upkeep().into(flat);
        put(flat, "host", instance.host());
        put(flat, "reset", instance.reset() == 0 ? "" : String.valueOf(instance.reset()));
        return Collections.unmodifiableSortedMap(flat);
    }

    /** Names of profiles in their order, one a line. */
    public static String profiles(Collection<ProfileName> profiles) {
        return profiles.stream().map(ProfileName::text).collect(Collectors.joining("\n"));
    }

    /** A device on one line, keys sorted. */
    public static String text(Map<String, String> device) {
        return new TreeMap<>(device)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining("\n"));
    }

    /** The SHA-256 of the map, 64 hex digits: equal maps and only they have equal ones. */
    public static String digest(SortedMap<String, String> flat) {
        var whole = new StringBuilder();
        flat.forEach((key, value) -> whole.append(key.length())
                .append(':')
                .append(key)
                .append(value.length())
                .append(':')
                .append(value));
        return sha256(whole.toString());
    }

    /** The SHA-256 of a text's UTF-8 bytes, 64 hex digits. */
    public static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** Protections as they are kept: sorted, one a line. */
    public static String text(Collection<Protection> protect) {
        return new TreeSet<>(protect).stream().map(Protection::text).collect(Collectors.joining("\n"));
    }

    private static void files(
            SortedMap<String, String> flat, Collection<GuestFile> files, UnaryOperator<String> hostFile) {
        for (GuestFile file : files) {
            String content = switch (file.content()) {
                case GuestFile.Content.Text(String text) -> sha256(text);
                case GuestFile.Content.FromHost(String path) -> hostFile.apply(path);
                case GuestFile.Content.Gone() -> "";
            };
            flat.put("files." + file.path(), "0%o %d:%d %s".formatted(file.mode(), file.uid(), file.gid(), content));
        }
    }

    /** What is kept of a secret tells that it changed, and neither what it is nor that another guest has the same. */
    private static void secret(SortedMap<String, String> flat, String guest) {
        flat.replaceAll((key, value) -> {
            int content = value.lastIndexOf(' ') + 1;
            return key.startsWith("files./etc/credstore/")
                    ? value.substring(0, content) + sha256(guest + "\n" + key + "\n" + value.substring(content))
                    : value;
        });
    }

    private static void put(Map<String, String> flat, String key, String value) {
        if (!value.isEmpty()) {
            flat.put(key, value);
        }
    }
}
