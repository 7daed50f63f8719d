package berth.cli;

import berth.client.Json;
import berth.client.ServerError;
import java.io.IOException;

/** {@code berth network attach}, {@code detach} and their twins for profiles. */
final class AttachNetwork implements Command {
    private final Kind kind;
    private final boolean attach;

    AttachNetwork(Kind kind, boolean attach) {
        this.kind = kind;
        this.attach = attach;
    }

    @Override
    public int run(Call call) throws IOException {
        String network = call.name(0);
        if (attach) {
            String device = call.count() > 2 ? call.word(2) : network;
            Json nic = nic(call, network, call.count() > 3 ? call.word(3) : call.count() > 2 ? device : "");
            kind.change(call, call.name(1), object -> {
                if (!object.at("devices").at(device).isNull()) {
                    throw new ServerError(400, call.name(1) + " has a device " + device + " already");
                }
                return object.with("devices", object.at("devices").with(device, nic));
            });
        } else {
            kind.change(call, call.name(1), object -> {
                String device = call.count() > 2 ? call.word(2) : only(object.at("devices"), network, call.name(1));
                if (object.at("devices").at(device).isNull()) {
                    throw new ServerError(404, call.name(1) + " has no device " + device);
                }
                return object.with("devices", object.at("devices").without(device));
            });
        }
        return 0;
    }

    private static String only(Json devices, String network, String name) throws ServerError {
        String found = "";
        for (var device : devices.fields().entrySet()) {
            Json keys = device.getValue();
            if (keys.text("type").equals("nic")
                    && (keys.text("network").equals(network)
                            || keys.text("parent").equals(network))) {
                if (!found.isEmpty()) {
                    throw new ServerError(400, name + " has several devices on " + network + ": name one of them");
                }
                found = device.getKey();
            }
        }
        if (found.isEmpty()) {
            throw new ServerError(404, name + " has no device of its own on the network " + network);
        }
        return found;
    }

    /** A device on a network, managed or not; with its name inside the instance, unless that is empty. */
    static Json nic(Call call, String network, String inside) throws IOException {
        Json found = call.server().get(Kind.NETWORK.path(network));
        Json nic = Json.object().with("type", "nic");
        if (found.at("managed").truth()) {
            nic = nic.with("network", network);
        } else {
            nic = nic.with("nictype", found.text("type").equals("bridge") ? "bridged" : "macvlan")
                    .with("parent", network);
        }
        return inside.isEmpty() ? nic : nic.with("name", inside);
    }
}
