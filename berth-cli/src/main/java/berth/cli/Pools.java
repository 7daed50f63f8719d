package berth.cli;

import berth.client.Json;
import berth.client.Server;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** {@code berth storage list}. */
final class Pools implements Command {
    @Override
    public int run(Call call) throws IOException {
        Listing.format(call);
        Json pools = call.server().get("/1.0/storage-pools?recursion=1");
        var table = new Table("NAME", "DRIVER", "SOURCE", "DESCRIPTION", "USED BY", "STATE");
        for (Json pool : pools.items()) {
            table.add(
                    pool.text("name"),
                    pool.text("driver"),
                    pool.at("config").text("source"),
                    pool.text("description"),
                    Integer.toString(pool.at("used_by").items().size()),
                    pool.text("status").toUpperCase(Locale.ROOT));
        }
        Listing.show(call, table.sorted(), pools);
        return 0;
    }

    /** {@code berth storage info}. */
    static final class Info implements Command {
        @Override
        public int run(Call call) throws IOException {
            String name = call.name(0);
            Json pool = call.server().get(Kind.POOL.path(name));
            Json space = call.server()
                    .get(Server.path("storage-pools", name, "resources"))
                    .at("space");
            boolean bytes = call.has("bytes");
            Json info = Json.object()
                    .with("description", pool.text("description"))
                    .with("driver", pool.text("driver"))
                    .with("name", pool.text("name"));
            if (!space.at("used").isNull()) {
                info = info.with("space used", size(space.number("used"), bytes));
            }
            info = info.with("total space", size(space.number("total"), bytes));
            Json users = Json.object();
            var byKind = new TreeMap<String, List<String>>();
            for (String url : pool.at("used_by").texts()) {
                String[] parts = url.split("[/?]");
                if (parts.length > 3) {
                    byKind.computeIfAbsent(parts[2], _ -> new java.util.ArrayList<>())
                            .add(
                                    parts[parts.length - 1].contains("=")
                                            ? parts[parts.length - 2]
                                            : parts[parts.length - 1]);
                }
            }
            for (var entry : byKind.entrySet()) {
                users = users.with(entry.getKey(), Json.of(entry.getValue()));
            }
            call.terminal()
                    .out()
                    .print(Yaml.write(Json.object().with("info", info).with("used by", users)));
            return 0;
        }

        private static Json size(long size, boolean bytes) {
            return bytes ? Json.of(size) : Json.of(Units.binary(size));
        }
    }

    /** {@code berth storage volume list}. */
    static final class Volumes implements Command {
        @Override
        public int run(Call call) throws IOException {
            Listing.format(call);
            Json volumes = call.server().get(Server.path("storage-pools", call.name(0), "volumes") + "?recursion=1");
            var table = new Table("TYPE", "NAME", "DESCRIPTION", "CONTENT-TYPE", "USED BY");
            for (Json volume : volumes.items()) {
                String type = volume.text("type");
                table.add(
                        volume.text("name").indexOf('/') > 0 ? type + " (snapshot)" : type,
                        volume.text("name"),
                        volume.text("description"),
                        volume.text("content_type"),
                        Integer.toString(volume.at("used_by").items().size()));
            }
            Listing.show(call, table.sorted(), volumes);
            return 0;
        }
    }
}
