package berth.cli;

import berth.client.Json;
import berth.client.Server;
import berth.client.ServerError;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;

/** A kind of object that can be shown and changed as a whole. */
enum Kind {
    SERVER("", "server", "config"),
    INSTANCE("instances", "instance", "architecture config devices ephemeral profiles stateful description"),
    METADATA("instances", "metadata", "architecture creation_date expiry_date properties templates") {
        @Override
        String path(String name) {
            return super.path(name) + "/metadata";
        }
    },
    PROFILE("profiles", "profile", "config description devices"),
    NETWORK("networks", "network", "config description"),
    POOL("storage-pools", "storage pool", "config description"),
    WARNING("warnings", "warning", "status"),
    IMAGE("images", "image", "auto_update properties public expires_at profiles");

    private final String collection;
    private final String noun;
    private final String editable;

    Kind(String collection, String noun, String editable) {
        this.collection = collection;
        this.noun = noun;
        this.editable = editable;
    }

    /** Its path segment below {@code /1.0}; empty for the server itself. */
    String collection() {
        return collection;
    }

    /** What a person calls it. */
    String noun() {
        return noun;
    }

    /** The keys that {@code PUT} takes. */
    List<String> editable() {
        return List.of(editable.split(" "));
    }

    /** Where one of them is. */
    String path(String name) {
        return collection.isEmpty() ? "/1.0" : Server.path(collection, name);
    }

    /** Those keys of an object that can be changed. */
    Json editable(Json whole) {
        Json part = Json.object();
        for (String key : editable()) {
            if (!whole.at(key).isNull()) {
                part = part.with(key, whole.at(key));
            }
        }
        return part;
    }

    /**
     * Reads an object, edits it and writes it back, all anew if somebody else changed it meanwhile.
     */
    void change(Call call, String name, Edit edit) throws IOException {
        for (int attempt = 1; ; attempt++) {
            var reply = call.server().fetch(path(name));
            try {
                call.finish(call.server().put(path(name), edit.apply(editable(reply.metadata())), reply.etag()));
                return;
            } catch (ServerError refused) {
                if (refused.code() != 412 || attempt == 5) {
                    throw refused;
                }
            }
        }
    }

    /** Sets or removes keys of a map of texts within an object, as {@code config}. */
    void changeMap(Call call, String name, String map, UnaryOperator<Json> edit) throws IOException {
        change(call, name, object -> object.with(map, edit.apply(object.at(map))));
    }

    /** What becomes of an object. */
    interface Edit {
        Json apply(Json object) throws IOException;
    }
}
