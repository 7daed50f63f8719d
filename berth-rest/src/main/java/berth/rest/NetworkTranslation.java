package berth.rest;

import berth.model.Network;
import berth.model.NetworkName;
import berth.model.Settings;
import berth.rest.http.HttpRefused;
import berth.wire.NetworkPut;
import berth.wire.NetworksPost;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Networks in LXD's words, and back. */
final class NetworkTranslation {
    private NetworkTranslation() {}

    static berth.wire.Network toWire(Network network, List<String> usedBy) {
        return new berth.wire.Network(
                network.config(),
                network.description(),
                network.name().text(),
                network.type(),
                usedBy,
                true,
                "Created",
                List.of("none"));
    }

    static berth.wire.Network unmanaged(String name, String type) {
        return new berth.wire.Network(Map.of(), "", name, type, List.of(), false, "", null);
    }

    static Network toNetwork(NetworksPost body) {
        String type = Given.text(body.type());
        return new Network(
                name(Given.text(body.name())),
                type.isEmpty() ? "bridge" : type,
                Given.text(body.description()),
                filled(Given.keys(body.config())),
                null);
    }

    static NetworkName name(String text) {
        if (text.isEmpty()) {
            throw new HttpRefused(400, "No name provided");
        }
        if (text.length() > 15) {
            throw new HttpRefused(400, "Network interface is too long (maximum 15 characters)");
        }
        if (!text.matches("[A-Za-z0-9_.-]+")) {
            throw new HttpRefused(400, "Network interface contains invalid characters");
        }
        return new NetworkName(text);
    }

    static Network put(Network before, NetworkPut body) {
        return new Network(
                before.name(),
                before.type(),
                Given.text(body.description()),
                filled(Given.keys(body.config())),
                before.declared());
    }

    static Network patch(Network before, NetworkPut body) {
        return new Network(
                before.name(),
                before.type(),
                body.description() == null ? before.description() : body.description(),
                Settings.merge(before.config(), Given.keys(body.config())),
                before.declared());
    }

    static Etag etag(Network network) {
        return Etag.of(network.name().text(), true, network.type(), network.description(), network.config());
    }

    private static SortedMap<String, String> filled(SortedMap<String, String> config) {
        return Settings.merge(Map.of(), config);
    }
}
