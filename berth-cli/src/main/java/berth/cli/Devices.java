package berth.cli;

import berth.client.Json;
import berth.client.ServerError;
import java.io.IOException;
import java.util.Map;

/** {@code berth config device …} and {@code profile device …}: the devices of an instance or a profile. */
final class Devices implements Command {
    private final Kind kind;
    private final String verb;

    /** One of add, remove, override, set, unset, get, list, show. */
    Devices(Kind kind, String verb) {
        this.kind = kind;
        this.verb = verb;
    }

    @Override
    public int run(Call call) throws IOException {
        switch (verb) {
            case "list", "show" -> show(call);
            case "get" -> call.print(known(devices(call), call.word(1), call).text(call.word(2)));
            case "add" -> add(call);
            case "remove" -> remove(call);
            case "override" -> override(call);
            default -> set(call);
        }
        return 0;
    }

    private Json devices(Call call) throws IOException {
        return call.server().get(kind.path(call.name(0))).at("devices");
    }

    private void show(Call call) throws IOException {
        Json devices = devices(call);
        if (verb.equals("show")) {
            call.terminal().out().print(Yaml.write(devices));
        } else {
            devices.fields().keySet().stream().sorted().forEach(call::print);
        }
    }

    private void add(Call call) throws IOException {
        String device = call.word(1);
        var pairs = Pairs.of(call, call.words(3));
        kind.change(call, call.name(0), object -> {
            if (!object.at("devices").at(device).isNull()) {
                throw new ServerError(400, call.name(0) + " has a device " + device + " already");
            }
            Json added = with(Json.object().with("type", call.word(2)), pairs);
            return object.with("devices", object.at("devices").with(device, added));
        });
        call.say("Device " + device + " added to " + call.name(0));
    }

    private void remove(Call call) throws IOException {
        kind.change(call, call.name(0), object -> {
            Json devices = object.at("devices");
            for (String device : call.words(1)) {
                known(devices, device, call);
                devices = devices.without(device);
            }
            return object.with("devices", devices);
        });
        for (String device : call.words(1)) {
            call.say("Device " + device + " removed from " + call.name(0));
        }
    }

    private void override(Call call) throws IOException {
        String device = call.word(1);
        Json inherited = call.server()
                .get(kind.path(call.name(0)))
                .at("expanded_devices")
                .at(device);
        if (inherited.isNull()) {
            throw new ServerError(404, "no profile of " + call.name(0) + " has a device " + device);
        }
        var pairs = Pairs.of(call, call.words(2));
        kind.change(call, call.name(0), object -> {
            if (!object.at("devices").at(device).isNull()) {
                throw new ServerError(400, call.name(0) + " has a device " + device + " of its own already");
            }
            return object.with("devices", object.at("devices").with(device, with(inherited, pairs)));
        });
        call.say("Device " + device + " overridden for " + call.name(0));
    }

    private void set(Call call) throws IOException {
        String device = call.word(1);
        boolean unset = verb.equals("unset");
        Map<String, String> pairs = unset ? Map.of(call.word(2), "") : Pairs.of(call, call.words(2));
        kind.change(call, call.name(0), object -> {
            Json old = known(object.at("devices"), device, call);
            Json changed = unset ? old.without(call.word(2)) : with(old, pairs);
            return object.with("devices", object.at("devices").with(device, changed));
        });
    }

    private Json known(Json devices, String device, Call call) throws IOException {
        if (devices.at(device).isNull()) {
            String where = kind == Kind.INSTANCE
                            && !call.server()
                                    .get(kind.path(call.name(0)))
                                    .at("expanded_devices")
                                    .at(device)
                                    .isNull()
                    ? ": it comes from a profile. berth config device override " + call.name(0) + " " + device
                            + " makes it the instance's own"
                    : Nearest.hint(device, devices.fields().keySet().stream().toList(), "");
            throw new ServerError(404, "the " + kind.noun() + " " + call.name(0) + " has no device " + device + where);
        }
        return devices.at(device);
    }

    private static Json with(Json device, Map<String, String> pairs) {
        Json changed = device;
        for (var pair : pairs.entrySet()) {
            changed = changed.with(pair.getKey(), pair.getValue());
        }
        return changed;
    }
}
