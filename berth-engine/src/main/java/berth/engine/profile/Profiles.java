package berth.engine.profile;

import berth.engine.device.CheckDevices;
import berth.engine.event.Events;
import berth.engine.instance.UpdateInstance;
import berth.engine.record.RunKind;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.Turns;
import berth.model.Instance;
import berth.model.InstanceOptions;
import berth.model.Problem;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.steps.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Profiles: list, make, change (for all instances that use it, live where that is possible), rename, delete. */
public final class Profiles implements RunKind<Profiles.Request> {
    /**
     * Before and after.
     *
     * @param follows how each instance follows that uses it
     */
    public record Request(Profile before, Profile after, List<UpdateInstance.Follow> follows) {}

    private final Shelves shelves;
    private final UpdateInstance updateInstance;
    private final CheckDevices checkDevices;
    private final Runs runs;
    private final Turns turns;
    private final Events events;

    /** Keeps profiles in those. */
    public Profiles(
            Shelves shelves,
            UpdateInstance updateInstance,
            CheckDevices checkDevices,
            Runs runs,
            Turns turns,
            Events events) {
        this.shelves = shelves;
        this.updateInstance = updateInstance;
        this.checkDevices = checkDevices;
        this.runs = runs;
        this.turns = turns;
        this.events = events;
    }

    /** All of a project, by name. */
    public List<Profile> list(ProjectName project) {
        return shelves.profiles().under(project.text() + "/");
    }

    /** The profile of that name; refuses when there is none. */
    public Profile require(ProjectName project, ProfileName name) {
        return shelves.profiles()
                .find(Shelves.key(project, name))
                .orElseThrow(() -> Refused.missing("Profile not found"));
    }

    /** The instances that use it, by name. */
    public List<Instance> users(Profile profile) {
        return shelves.instances().under(profile.project().text() + "/").stream()
                .filter(it -> it.profiles().contains(profile.name()))
                .toList();
    }

    /** Makes a profile. */
    public void create(Profile profile) {
        InstanceOptions.checkProfile(profile.config());
        checkDevices.profile(profile.devices());
        turns.take("profile " + profile.project() + "/" + profile.name(), () -> {
            if (shelves.profiles()
                    .find(Shelves.key(profile.project(), profile.name()))
                    .isPresent()) {
                throw Refused.failed("Error inserting "
                        + Quoted.of(profile.name().text()) + " into database: The profile already exists");
            }
            shelves.profiles().put(profile);
        });
        tell(profile, "profile-created", Map.of());
    }

    /** Changes a profile; every instance that uses it is checked first, and running ones get limits and devices at once. */
    public void update(ProjectName project, ProfileName name, UnaryOperator<Profile> edit) {
        turns.take("profile " + project + "/" + name, () -> {
            Profile before = require(project, name);
            Profile after = edit.apply(before);
            InstanceOptions.checkProfile(after.config());
            checkDevices.profile(after.devices());
            var follows = updateInstance.follow(users(before), after);
            updateInstance.whileFollowing(
                    follows,
                    () -> runs.run(this, "profile " + project + "/" + name, new Request(before, after, follows)));
            tell(after, "profile-updated", Map.of());
        });
    }

    /** Gives it another name; instances that use it follow. */
    public void rename(ProjectName project, ProfileName name, ProfileName to) {
        if (name.text().equals("default")) {
            throw new Refused(new Problem.Forbidden("The \"default\" profile cannot be renamed"));
        }
        turns.take("profile " + project + "/" + name, () -> {
            Profile before = require(project, name);
            if (shelves.profiles().find(Shelves.key(project, to)).isPresent()) {
                throw new Refused(new Problem.Taken("Name \"" + to + "\" already in use"));
            }
            var after = new Profile(
                    project, to, before.description(), before.config(), before.devices(), before.declared());
            if (!users(before).isEmpty()) {
                throw new Refused(new Problem.InUse("Profile is currently in use"));
            }
            shelves.profiles().rekey(Shelves.key(project, name), after);
            tell(after, "profile-renamed", Map.of("old_name", name.text()));
        });
    }

    /** Deletes it; refuses while an instance uses it. */
    public void delete(ProjectName project, ProfileName name) {
        if (name.text().equals("default")) {
            throw new Refused(new Problem.Forbidden("The \"default\" profile cannot be deleted"));
        }
        turns.take("profile " + project + "/" + name, () -> {
            Profile profile = require(project, name);
            if (!users(profile).isEmpty()) {
                throw new Refused(new Problem.InUse("Profile is currently in use"));
            }
            shelves.profiles().remove(Shelves.key(project, name));
            tell(profile, "profile-deleted", Map.of());
        });
    }

    @Override
    public String kind() {
        return "update profile";
    }

    @Override
    public Class<Request> request() {
        return Request.class;
    }

    @Override
    public List<Step> steps(Request request) {
        var steps = new ArrayList<Step>();
        steps.add(Step.of("write the document", () -> write(request.after()), () -> write(request.before())));
        steps.add(Step.of("apply the limits", () -> apply(request.after()), () -> apply(request.before())));
        request.follows().forEach(it -> steps.addAll(updateInstance.steps(it)));
        return steps;
    }

    private void write(Profile profile) {
        shelves.profiles().put(profile);
    }

    private void apply(Profile profile) {
        users(profile).forEach(updateInstance::applyLimits);
    }

    private void tell(Profile profile, String action, Map<String, Object> context) {
        events.lifecycle(profile.project(), action, "/1.0/profiles/" + profile.name(), context);
    }
}
