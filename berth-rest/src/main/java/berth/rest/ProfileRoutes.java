package berth.rest;

import berth.engine.profile.Profiles;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.rest.http.Exchange;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.ProfilePost;
import berth.wire.ProfilePut;
import berth.wire.ProfilesPost;
import java.util.List;
import java.util.function.BiFunction;

/** {@code /1.0/profiles}. */
final class ProfileRoutes {
    private final Profiles profiles;

    ProfileRoutes(Profiles profiles) {
        this.profiles = profiles;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/1.0/profiles", this::list),
                Route.post("/1.0/profiles", this::create),
                Route.get("/1.0/profiles/{name}", this::show),
                Route.put("/1.0/profiles/{name}", it -> change(it, ProfileTranslation::put)),
                Route.patch("/1.0/profiles/{name}", it -> change(it, ProfileTranslation::patch)),
                Route.post("/1.0/profiles/{name}", this::rename),
                Route.delete("/1.0/profiles/{name}", this::delete));
    }

    private Reply list(Exchange exchange) {
        return Listing.of(exchange, profiles.list(Scope.of(exchange)), ProfileTranslation::url, this::wire);
    }

    private Reply create(Exchange exchange) {
        var profile = ProfileTranslation.toProfile(Scope.existing(exchange), exchange.json(ProfilesPost.class));
        profiles.create(profile);
        return new Reply.Created(ProfileTranslation.url(profile));
    }

    private Reply show(Exchange exchange) {
        Profile profile = require(exchange);
        return new Reply.Data(wire(profile), ProfileTranslation.etag(profile).quoted());
    }

    private Reply change(Exchange exchange, BiFunction<Profile, ProfilePut, Profile> edit) {
        ProjectName project = Scope.of(exchange);
        ProfileName name = name(exchange);
        try {
            profiles.require(project, name);
        } catch (Refused missing) {
            throw Refused.missing("Failed to retrieve profile " + Quoted.of(name.text()) + ": Profile not found");
        }
        var body = exchange.json(ProfilePut.class);
        profiles.update(project, name, before -> {
            ProfileTranslation.etag(before).check(exchange);
            return Scope.byHand(exchange).checked(before, edit.apply(before, body));
        });
        return Reply.done();
    }

    private Reply rename(Exchange exchange) {
        Profile profile = require(exchange);
        var to = ProfileTranslation.name(
                Given.text(exchange.json(ProfilePost.class).name()));
        Scope.byHand(exchange).whole("profile " + profile.name(), profile.declared());
        profiles.rename(profile.project(), profile.name(), to);
        return new Reply.Created(ProfileTranslation.url(profile.project(), to));
    }

    private Reply delete(Exchange exchange) {
        Profile profile = require(exchange);
        Scope.byHand(exchange).deletion("profile " + profile.name(), profile.declared());
        profiles.delete(profile.project(), profile.name());
        return Reply.done();
    }

    private Profile require(Exchange exchange) {
        return profiles.require(Scope.of(exchange), name(exchange));
    }

    private berth.wire.Profile wire(Profile profile) {
        return ProfileTranslation.toWire(profile, profiles.users(profile));
    }

    private static ProfileName name(Exchange exchange) {
        try {
            return new ProfileName(exchange.segment("name"));
        } catch (Refused notAName) {
            throw Refused.missing("Profile not found");
        }
    }
}
