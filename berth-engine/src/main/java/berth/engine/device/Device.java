package berth.engine.device;

import berth.model.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** A device of an instance or a profile: its name and its keys. */
public record Device(String name, SortedMap<String, String> keys) {
    /** A device of those keys. */
    public static Device of(String name, Map<String, String> keys) {
        return new Device(name, Settings.copyOf(keys));
    }

    /** All of them, by name. */
    public static List<Device> all(Map<String, ? extends Map<String, String>> devices) {
        var all = new ArrayList<Device>();
        devices.forEach((name, keys) -> all.add(of(name, keys)));
        return all;
    }

    /** Its type; empty when it says none. */
    public String type() {
        return value("type");
    }

    /** Whether it is of that type. */
    public boolean is(String type) {
        return type.equals(type());
    }

    /** A key's value; empty when it is not set. */
    public String value(String key) {
        return keys.getOrDefault(key, "");
    }

    /** Whether a key is set to something. */
    public boolean has(String key) {
        return !value(key).isEmpty();
    }

    /** A key that is true or false. */
    public boolean isTrue(String key, boolean otherwise) {
        return Settings.truthy(keys.get(key), otherwise);
    }

    /** Whether it is the disk that holds the guest's root. */
    public boolean holdsRoot() {
        return is("disk") && value("path").equals("/") && !has("source");
    }
}
