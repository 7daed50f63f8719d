package berth.rest;

import berth.engine.UseCases;
import berth.engine.instance.InstanceView;
import berth.engine.instance.KnowGuest;
import berth.model.Image;
import berth.model.Refused;
import berth.model.Settings;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Json;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a guest may ask about itself (LXD's {@code dev-lxd}): raw texts and bare JSON, no envelopes. */
final class GuestRoutes {
    private static final String JSON = "application/json";
    private static final String RAW = "application/octet-stream";

    private final UseCases engine;
    private final KnowGuest guests;

    GuestRoutes(UseCases engine) {
        this.engine = engine;
        this.guests = new KnowGuest(engine.drivers(), engine.shelves(), engine.instances());
    }

    List<Route> routes() {
        return List.of(
                Route.get("/", it -> json(it, List.of("/1.0"))),
                Route.get("/1.0", this::about),
                Route.patch("/1.0", this::about), // LXD 5.0 does not look at what is sent
                Route.get(
                        "/1.0/config",
                        it -> json(
                                it,
                                visible(caller(it)).keySet().stream()
                                        .map(key -> "/1.0/config/" + key)
                                        .toList())),
                Route.get("/1.0/config/{key}", this::value),
                Route.get("/1.0/meta-data", this::metaData),
                Route.get("/1.0/devices", it -> json(it, devices(caller(it)))),
                Route.get("/1.0/events", it -> {
                    caller(it);
                    return new GuestEvents(guests, engine.events(), it.peer(KnowGuest.Guest.class)).reply(it);
                }),
                Route.get("/1.0/images/{fingerprint}/export", this::image));
    }

    /** The guest that asks, if it may. Looked up anew for each request, so that a changed key holds at once. */
    private InstanceView caller(Exchange exchange) {
        InstanceView guest = guests.now(exchange.peer(KnowGuest.Guest.class)).orElseThrow(GuestRoutes::notAuthorized);
        if (!allowed(guest)) {
            throw notAuthorized();
        }
        return guest;
    }

    static boolean allowed(InstanceView guest) {
        return Settings.truthy(guest.effective().config().get("security.devlxd"), true);
    }

    private static HttpRefused notAuthorized() {
        return new HttpRefused(403, "not authorized");
    }

    private Reply json(Exchange exchange, Object what) {
        caller(exchange);
        return new Reply.Bare(JSON, Json.text(what) + "\n");
    }

    private Reply about(Exchange exchange) {
        var answer = new LinkedHashMap<String, String>();
        answer.put("state", "");
        answer.put("api_version", "1.0");
        answer.put("instance_type", "container");
        answer.put("location", "none");
        return json(exchange, answer);
    }

    /** The keys that a guest may read: those meant for it. */
    static SortedMap<String, String> visible(InstanceView guest) {
        var visible = new TreeMap<String, String>();
        guest.effective().config().forEach((key, value) -> {
            if (isVisible(key)) {
                visible.put(key, value);
            }
        });
        return visible;
    }

    private static boolean isVisible(String key) {
        return key.startsWith("user.") || key.startsWith("cloud-init.");
    }

    private Reply value(Exchange exchange) {
        InstanceView guest = caller(exchange);
        String key = exchange.segment("key");
        if (!isVisible(key)) {
            throw notAuthorized();
        }
        String value = visible(guest).get(key);
        if (value == null) {
            throw new HttpRefused(404, "not found");
        }
        return new Reply.Bare(RAW, value);
    }

    private Reply metaData(Exchange exchange) {
        InstanceView guest = caller(exchange);
        var config = guest.effective().config();
        return new Reply.Bare(
                RAW,
                "#cloud-config\ninstance-id: " + config.getOrDefault("volatile.cloud-init.instance-id", "")
                        + "\nlocal-hostname: " + guest.instance().name() + "\n"
                        + config.getOrDefault("user.meta-data", ""));
    }

    /** Its devices; a network card shows the address that was chosen for it. */
    static Map<String, SortedMap<String, String>> devices(InstanceView guest) {
        var devices = new TreeMap<String, SortedMap<String, String>>();
        guest.effective().devices().forEach((name, device) -> {
            var shown = new TreeMap<>(device);
            String chosen = KnowGuest.hwaddr(guest.instance(), name);
            if ("nic".equals(device.get("type")) && !chosen.isEmpty()) {
                shown.putIfAbsent("hwaddr", chosen);
            }
            devices.put(name, shown);
        });
        return devices;
    }

    private Reply image(Exchange exchange) throws IOException {
        InstanceView guest = caller(exchange);
        if (!Settings.truthy(guest.effective().config().get("security.devlxd.images"), false)) {
            throw notAuthorized();
        }
        String fingerprint = exchange.segment("fingerprint");
        var project = guest.instance().project();
        Image image;
        try {
            image = engine.images().images().require(project, fingerprint);
        } catch (Refused none) {
            throw new HttpRefused(404, "not found");
        }
        if (!image.fingerprint().text().equals(fingerprint) || !(image.isPublic() || image.cached())) {
            throw new HttpRefused(404, "not found");
        }
        return ImageRoutes.reply(engine.images().exportImage().export(project, fingerprint));
    }
}
