package berth.cli;

import berth.client.Body;
import berth.client.Headers;
import berth.client.Json;
import berth.client.JsonSyntax;
import berth.client.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** {@code berth query}: a request of your own. */
final class Query implements Command {
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD");

    @Override
    public int run(Call call) throws IOException {
        String method = call.option("request", "GET").toUpperCase(Locale.ROOT);
        if (!METHODS.contains(method)) {
            throw new Usage("unknown method " + method + "\nKnown are " + String.join(", ", METHODS));
        }
        String path = Call.local(call.word(0).startsWith("/") ? call.word(0).replace(":", "%3A") : call.word(0));
        if (!path.startsWith("/") || path.contains(" ")) {
            throw new Usage("a path begins with a slash and holds no blank, as /1.0/instances");
        }
        String data = call.option("data", "");
        data = data.equals("-") ? call.terminal().everything() : data;
        var headers = new Headers();
        if (!data.isEmpty()) {
            headers.set("content-type", "application/json");
        }
        var response = call.server()
                .raw(method, path, headers, data.isEmpty() ? null : Body.of(data.getBytes(StandardCharsets.UTF_8)));
        var out = call.terminal().out();
        if (call.has("raw")) {
            int status = response.status();
            out.write(response.bytes());
            return status < 400 ? 0 : 1;
        }
        byte[] bytes = response.bytes();
        if (response.status() >= 400) {
            throw Server.errorOf(response.status(), bytes);
        }
        try {
            Json envelope = Json.parse(bytes);
            Json metadata = envelope.at("metadata");
            String operation = envelope.text("operation");
            if (call.has("wait") && !operation.isEmpty()) {
                metadata = call.server().await(operation);
            }
            boolean empty = metadata.isNull()
                    || metadata instanceof Json.Obj && metadata.fields().isEmpty();
            if (!empty || method.equals("GET")) {
                call.print(sorted(metadata).pretty());
            }
        } catch (JsonSyntax _) {
            out.write(bytes); // a file, or metrics
        }
        return 0;
    }

    /** The same value, the keys of its objects in order, so that two answers can be compared. */
    private static Json sorted(Json value) {
        if (value instanceof Json.Obj obj) {
            var fields = new TreeMap<String, Json>();
            obj.values().forEach((key, field) -> fields.put(key, sorted(field)));
            return new Json.Obj(fields);
        }
        if (value instanceof Json.Arr arr) {
            var items = new ArrayList<Json>();
            arr.values().forEach(item -> items.add(sorted(item)));
            return new Json.Arr(items);
        }
        return value;
    }
}
