package berth.cli;

import berth.client.Json;
import berth.client.ServerError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code berth profile list}. */
final class Profiles implements Command {
    @Override
    public int run(Call call) throws IOException {
        Listing.format(call);
        Json profiles = call.server().get("/1.0/profiles?recursion=1");
        var table = new Table("NAME", "DESCRIPTION", "USED BY");
        for (Json profile : profiles.items()) {
            table.add(
                    profile.text("name"),
                    profile.text("description"),
                    Integer.toString(profile.at("used_by").items().size()));
        }
        Listing.show(call, table.sorted(), profiles);
        return 0;
    }

    /** {@code berth profile create}, with YAML on the input or without. */
    static final class Create implements Command {
        @Override
        public int run(Call call) throws IOException {
            Json body = Json.object();
            if (!call.terminal().ttyIn()) {
                Json typed = YamlText.read(call.terminal().everything());
                body = typed.isNull() ? body : EditObject.checked(Kind.PROFILE, typed);
            }
            call.finish(call.server().post("/1.0/profiles", body.with("name", call.name(0))));
            call.say("Profile " + call.name(0) + " created");
            return 0;
        }
    }

    /** {@code berth profile copy}. */
    static final class Copy implements Command {
        @Override
        public int run(Call call) throws IOException {
            Json body = Kind.PROFILE.editable(call.server().get(Kind.PROFILE.path(call.name(0))));
            call.finish(call.server().post("/1.0/profiles", body.with("name", call.name(1))));
            return 0;
        }
    }

    /** {@code berth profile add}, {@code remove} and {@code assign}: which profiles an instance has. */
    static final class OfInstance implements Command {
        private final String verb;

        OfInstance(String verb) {
            this.verb = verb;
        }

        @Override
        public int run(Call call) throws IOException {
            String name = call.name(0);
            String given = call.count() > 1 ? call.name(1) : "";
            Kind.INSTANCE.change(
                    call,
                    name,
                    instance -> instance.with(
                            "profiles",
                            Json.of(changed(name, instance.at("profiles").texts(), given))));
            String what = verb.equals("assign")
                    ? "Profiles " + (given.isEmpty() ? "(none)" : given) + " applied to "
                    : "Profile " + given + (verb.equals("add") ? " added to " : " removed from ");
            call.say(what + name);
            return 0;
        }

        private List<String> changed(String name, List<String> profiles, String given) throws ServerError {
            if (verb.equals("assign")) {
                return given.isEmpty() ? List.of() : List.of(given.split(","));
            }
            var changed = new ArrayList<>(profiles);
            if (verb.equals("add") == profiles.contains(given)) {
                throw new ServerError(
                        400,
                        name
                                + (verb.equals("add")
                                        ? " has the profile " + given + " already"
                                        : " does not have the profile " + given));
            }
            if (verb.equals("add")) {
                changed.add(given);
            } else {
                changed.remove(given);
            }
            return changed;
        }
    }
}
