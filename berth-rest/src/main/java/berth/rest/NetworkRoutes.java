package berth.rest;

import berth.engine.network.Networks;
import berth.model.Network;
import berth.model.NetworkName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.rest.http.Exchange;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.NetworkLease;
import berth.wire.NetworkPost;
import berth.wire.NetworkPut;
import berth.wire.NetworksPost;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** {@code /1.0/networks}: the managed ones, and the other interfaces of the host to look at. */
final class NetworkRoutes {
    private final Networks networks;
    private final HostInterfaces host;

    NetworkRoutes(Networks networks, HostInterfaces host) {
        this.networks = networks;
        this.host = host;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/1.0/networks", this::list),
                Route.post("/1.0/networks", this::create),
                Route.get("/1.0/networks/{name}", this::show),
                Route.put("/1.0/networks/{name}", it -> change(it, NetworkTranslation::put)),
                Route.patch("/1.0/networks/{name}", it -> change(it, NetworkTranslation::patch)),
                Route.post("/1.0/networks/{name}", this::rename),
                Route.delete("/1.0/networks/{name}", this::delete),
                Route.get("/1.0/networks/{name}/leases", this::leases),
                Route.get("/1.0/networks/{name}/state", this::state));
    }

    private Reply list(Exchange exchange) {
        var all = new TreeMap<String, berth.wire.Network>();
        if (Scope.of(exchange).equals(Scope.DEFAULT)) {
            host.names().stream()
                    .filter(name ->
                            !name.startsWith("veth")) // ends of guests' cards: thousands, and told by the guests
                    .forEach(name -> all.put(name, NetworkTranslation.unmanaged(name, host.type(name))));
            networks.list().forEach(it -> all.put(it.name().text(), wire(it)));
        }
        return Listing.of(exchange, List.copyOf(all.values()), it -> "/1.0/networks/" + it.name(), it -> it);
    }

    private Reply create(Exchange exchange) {
        Scope.existing(exchange);
        Network network = networks.create(NetworkTranslation.toNetwork(exchange.json(NetworksPost.class)));
        return new Reply.Created("/1.0/networks/" + network.name());
    }

    private Reply show(Exchange exchange) {
        String name = exchange.segment("name");
        Optional<Network> managed = find(name);
        if (managed.isPresent()) {
            return new Reply.Data(
                    wire(managed.get()), NetworkTranslation.etag(managed.get()).quoted());
        }
        if (!host.names().contains(name)) {
            throw Refused.missing("Network not found");
        }
        var unmanaged = NetworkTranslation.unmanaged(name, host.type(name));
        return new Reply.Data(
                unmanaged, Etag.of(name, false, unmanaged.type(), "", Map.of()).quoted());
    }

    private Reply change(Exchange exchange, BiFunction<Network, NetworkPut, Network> edit) {
        Network network = require(exchange);
        var body = exchange.json(NetworkPut.class);
        networks.update(network.name(), before -> {
            NetworkTranslation.etag(before).check(exchange);
            return Scope.byHand(exchange).checked(before, edit.apply(before, body));
        });
        return Reply.done();
    }

    private Reply rename(Exchange exchange) {
        Network network = require(exchange);
        NetworkName to = NetworkTranslation.name(
                Given.text(exchange.json(NetworkPost.class).name()));
        Scope.byHand(exchange).whole("network " + network.name(), network.declared());
        networks.rename(network.name(), to);
        return new Reply.Created("/1.0/networks/" + to);
    }

    private Reply delete(Exchange exchange) {
        Network network = require(exchange);
        Scope.byHand(exchange).deletion("network " + network.name(), network.declared());
        networks.delete(network.name());
        return Reply.done();
    }

    private Reply leases(Exchange exchange) {
        return Reply.of(networks.leases(require(exchange).name()).stream()
                .map(it -> new NetworkLease(it.hostname(), it.hwaddr(), it.address(), it.type(), "none"))
                .toList());
    }

    private Reply state(Exchange exchange) {
        String name = exchange.segment("name");
        if (!host.names().contains(name)) {
            throw Refused.missing("Network interface " + Quoted.of(name) + " not found");
        }
        return Reply.of(host.state(name));
    }

    private Network require(Exchange exchange) {
        return find(exchange.segment("name"))
                .orElseThrow(() -> Refused.missing("Failed loading network: Network not found"));
    }

    private Optional<Network> find(String name) {
        return networks.list().stream()
                .filter(it -> it.name().text().equals(name))
                .findFirst();
    }

    private berth.wire.Network wire(Network network) {
        return NetworkTranslation.toWire(network, networks.usedBy(network.name()));
    }
}
