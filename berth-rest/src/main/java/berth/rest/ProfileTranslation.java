package berth.rest;

import berth.model.Instance;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Settings;
import berth.rest.http.HttpRefused;
import berth.rest.http.Percent;
import berth.wire.ProfilePut;
import berth.wire.ProfilesPost;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Profiles in LXD's words, and back. */
final class ProfileTranslation {
    private ProfileTranslation() {}

    static berth.wire.Profile toWire(Profile profile, List<Instance> users) {
        return new berth.wire.Profile(
                profile.config(),
                profile.description(),
                InstanceTranslation.devices(profile.devices()),
                profile.name().text(),
                users.stream()
                        .map(it -> "/1.0/instances/" + it.name() + Scope.query(it.project()))
                        .toList());
    }

    static Profile toProfile(ProjectName project, ProfilesPost body) {
        return new Profile(
                project,
                name(Given.text(body.name())),
                Given.text(body.description()),
                Given.keys(body.config()),
                Given.devices(body.devices()),
                null);
    }

    static ProfileName name(String text) {
        if (text.isEmpty()) {
            throw new HttpRefused(400, "No name provided");
        }
        if (text.contains("/")) {
            throw new HttpRefused(400, "Profile names may not contain slashes");
        }
        return new ProfileName(text);
    }

    static Profile put(Profile before, ProfilePut body) {
        return new Profile(
                before.project(),
                before.name(),
                Given.text(body.description()),
                Given.keys(body.config()),
                Given.devices(body.devices()),
                before.declared());
    }

    static Profile patch(Profile before, ProfilePut body) {
        SortedMap<String, SortedMap<String, String>> devices = new TreeMap<>(before.devices());
        devices.putAll(Given.devices(body.devices()));
        return new Profile(
                before.project(),
                before.name(),
                body.description() == null ? before.description() : body.description(),
                Settings.merge(before.config(), Given.keys(body.config())),
                devices,
                before.declared());
    }

    static Etag etag(Profile profile) {
        return Etag.of(profile.config(), profile.description(), profile.devices());
    }

    static String url(Profile profile) {
        return url(profile.project(), profile.name());
    }

    static String url(ProjectName project, ProfileName name) {
        return "/1.0/profiles/" + Percent.encode(name.text()) + Scope.query(project);
    }
}
