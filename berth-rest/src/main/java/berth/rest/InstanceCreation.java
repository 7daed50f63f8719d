package berth.rest;

import berth.engine.instance.InstanceDraft;
import berth.engine.instance.Origin;
import berth.model.Fingerprint;
import berth.model.InstanceName;
import berth.model.Kind;
import berth.model.Problem;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Settings;
import berth.rest.http.HttpRefused;
import berth.wire.InstanceSource;
import berth.wire.InstancesPost;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A new instance, from LXD's words: where it comes from, which kind it is, what its size is called. */
final class InstanceCreation {
    /** LXD's generic sizes: {@code c2-m4} is two processors and 4 GiB, either part may be left out. */
    private static final Pattern SIZE = Pattern.compile("(?:c([0-9]{1,4}))?-?(?:m([0-9]{1,6}(?:\\.[0-9]{1,3})?))?");

    private final ImageLookup images;

    InstanceCreation(ImageLookup images) {
        this.images = images;
    }

    InstanceDraft toDraft(ProjectName project, InstancePrefix prefix, InstancesPost body) {
        String name = Given.text(body.name());
        if (name.contains("/")) {
            throw new HttpRefused(400, "The character \"/\" is reserved for snapshots");
        }
        Kind kind = prefix.kind() == null ? InstanceTranslation.kind(Given.text(body.type())) : prefix.kind();
        InstanceSource source = body.source();
        if (source == null || Given.text(source.type()).isEmpty()) {
            throw new HttpRefused(400, "Unknown source type ");
        }
        return new InstanceDraft(
                project,
                name.isEmpty() ? null : new InstanceName(name),
                kind,
                Given.text(body.architecture()),
                body.ephemeral(),
                Given.text(body.description()),
                profiles(body),
                config(body),
                Given.devices(body.devices()),
                origin(project, source),
                null);
    }

    /** The image of a source. */
    Fingerprint image(ProjectName project, InstanceSource source) {
        return images.find(project, source);
    }

    private Origin origin(ProjectName project, InstanceSource source) {
        return switch (Given.text(source.type())) {
            case "image" -> {
                if (!Given.text(source.server()).isEmpty()) {
                    throw new Refused(new Problem.Unsupported(
                            "Images cannot be fetched from a server yet; import " + "the image here first"));
                }
                yield new Origin.OfImage(project, images.find(project, source));
            }
            case "none" -> new Origin.Nothing();
            case "copy" -> copy(project, source);
            case "migration" ->
                throw new HttpRefused(501, "Mode " + Quoted.of(Given.text(source.mode())) + " not implemented");
            case String unknown ->
                throw new HttpRefused(
                        400, "Unknown source type " + (unknown.length() > 64 ? Quoted.of(unknown) : unknown));
        };
    }

    private static Origin copy(ProjectName project, InstanceSource body) {
        String source = Given.text(body.source());
        if (source.isEmpty()) {
            throw new HttpRefused(400, "Must specify a source instance");
        }
        int slash = source.indexOf('/');
        String snapshot = slash < 0 ? null : source.substring(slash + 1);
        return new Origin.OfInstance(
                project,
                new InstanceName(slash < 0 ? source : source.substring(0, slash)),
                snapshot,
                !(body.instanceOnly() || body.containerOnly()));
    }

    private static @Nullable List<ProfileName> profiles(InstancesPost body) {
        return body.profiles() == null ? null : InstanceTranslation.profiles(Given.list(body.profiles()));
    }

    /** The keys of the size, and the keys that were given over them. */
    private static SortedMap<String, String> config(InstancesPost body) {
        var config = new TreeMap<String, String>();
        String size = Given.text(body.instanceType());
        var match = SIZE.matcher(size);
        if (!size.isEmpty()) {
            if (!match.matches() || (match.group(1) == null && match.group(2) == null)) {
                throw new HttpRefused(
                        400, "Unknown instance type " + Quoted.of(size) + "; write for instance c2-m4 (2 CPUs, 4 GiB)");
            }
            if (match.group(1) != null) {
                config.put("limits.cpu", match.group(1));
            }
            if (match.group(2) != null) {
                config.put("limits.memory", Math.round(Double.parseDouble(match.group(2)) * 1024) + "MB");
            }
        }
        config.putAll(Given.keys(body.config()));
        return Settings.copyOf(config);
    }
}
