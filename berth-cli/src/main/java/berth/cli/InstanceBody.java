package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.util.List;

/** What the commands that make an instance put into its request alike. */
final class InstanceBody {
    /** The device that a key given with {@code --device} is changed in, when the request has none of that name. */
    interface Inherited {
        /** That device; an empty object when there is none. */
        Json of(String device) throws IOException;
    }

    private InstanceBody() {}

    /** With the keys of {@code --config}. */
    static Json config(Call call, Json config) throws IOException {
        return Pairs.into(config, call, call.all("config"));
    }

    /** With the keys of {@code --device}, each in the device that it names. */
    static Json devices(Call call, Json devices, Inherited inherited) throws IOException {
        Json all = devices;
        for (String word : call.all("device")) {
            int comma = word.indexOf(',');
            if (comma <= 0) {
                throw new Usage("--device wants DEVICE,KEY=VALUE, not \"" + word + "\"");
            }
            String name = word.substring(0, comma);
            Json device = all.at(name).isNull() ? inherited.of(name) : all.at(name);
            all = all.with(
                    name,
                    Pairs.into(device, call, List.of(word.substring(comma + 1).split(","))));
        }
        return all;
    }

    /** With the profiles of {@code --profile}, or none at all by {@code --no-profiles}. */
    static Json profiles(Call call, Json body) {
        if (call.has("no-profiles")) {
            return body.with("profiles", Json.of(List.<String>of()));
        }
        var profiles = call.all("profile");
        return profiles.isEmpty() ? body : body.with("profiles", Json.of(profiles));
    }

    /** The name of the instance that an operation made. */
    static String made(Json ended) {
        String url = ended.at("resources").at("instances").texts().stream()
                .findFirst()
                .orElse("");
        return url.substring(url.lastIndexOf('/') + 1);
    }
}
