package berth.driver.bridge;

import berth.model.Network;
import berth.model.NetworkName;
import java.util.TreeMap;

/** Networks as tests want them. */
final class Networks {
    private Networks() {}

    static Network of(String name, String... config) {
        var map = new TreeMap<String, String>();
        for (int i = 0; i < config.length; i += 2) {
            map.put(config[i], config[i + 1]);
        }
        return new Network(new NetworkName(name), "bridge", "", map, null);
    }
}
