package berth.tests.differential;

import berth.tests.http.Answer;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What is compared of an answer, one fact a line: status, headers that clients read, each JSON key with its type, and the
 * values of those keys whose values are part of the contract (errors, statuses, kinds).
 */
final class Facts {
    private static final Set<String> CONTRACT = Set.of(
            "action",
            "auth",
            "api_status",
            "api_version",
            "class",
            "driver",
            "ephemeral",
            "err",
            "error",
            "error_code",
            "managed",
            "may_cancel",
            "name",
            "project",
            "public",
            "return",
            "stateful",
            "status",
            "status_code",
            "target_type",
            "type");

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+(Z|[+-]\\d\\d:\\d\\d)");
    private static final Pattern RECORDED = Pattern.compile("exec_<uuid>");

    private final Set<String> lines = new TreeSet<>();
    private final String directory;
    private boolean begun;

    /** Facts of a server whose state directory is this. */
    Facts(String directory) {
        this.directory = directory;
    }

    Set<String> lines() {
        return lines;
    }

    void say(String fact) {
        lines.add(fact);
    }

    /** All facts of an answer, each with the prefix. */
    void of(String prefix, Answer answer) {
        begun = answer.status() == 202; // how far the operation is by then is chance
        say(prefix + "status " + answer.status());
        for (String header : new String[] {"content-type", "content-disposition", "location"}) {
            if (answer.headers().containsKey(header)) {
                say(prefix + header + " " + plain(answer.headers().get(header)));
            }
        }
        for (String header :
                new String[] {"etag", "x-lxd-type", "x-lxd-uid", "x-lxd-gid", "x-lxd-mode", "x-lxd-modified"}) {
            if (answer.headers().containsKey(header)) {
                say(prefix + header + " is there");
            }
        }
        String type = answer.headers().getOrDefault("content-type", "");
        if (type.startsWith("application/json") || answer.text().startsWith("{\"type\"")) {
            try {
                shape(prefix, "", answer.json());
            } catch (JacksonException broken) {
                say(prefix + "the body is no JSON");
            }
        } else if (answer.body().length < 200 && answer.body().length > 0) {
            say(prefix + "body " + plain(answer.text()).replace("\n", "\\n"));
        } else {
            say(prefix + (answer.body().length == 0 ? "no body" : "a body"));
        }
    }

    private void shape(String prefix, String path, JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                if (node.isEmpty()) {
                    say(prefix + path + ": {}");
                }
                for (var each : node.properties()) {
                    String key = path + "." + plain(each.getKey());
                    shape(prefix, key, each.getValue());
                    boolean stillMoving = begun && (key.startsWith(".metadata.status") || key.equals(".metadata.err"));
                    if (CONTRACT.contains(each.getKey()) && each.getValue().isValueNode() && !stillMoving) {
                        say(prefix + key + " = " + plain(each.getValue().asString()));
                    }
                }
            }
            case ARRAY -> {
                say(prefix + path + ": " + (node.isEmpty() ? "[]" : "array"));
                node.forEach(it -> shape(prefix, path + "[]", it));
                boolean urls = !node.isEmpty()
                        && node.get(0).isString()
                        && node.get(0).asString().startsWith("/1.0");
                if (urls) {
                    node.forEach(it -> say(prefix + path + "[] = " + plain(it.asString())));
                }
            }
            default -> say(prefix + path + ": " + node.getNodeType().toString().toLowerCase(java.util.Locale.ROOT));
        }
    }

    /** Text without what differs by nature: ids, fingerprints, dates, the state directory. */
    String plain(String text) {
        String without = text.replace(directory, "<dir>");
        without = UUID.matcher(without).replaceAll("<uuid>");
        without = FINGERPRINT.matcher(without).replaceAll("<fingerprint>");
        without = DATE.matcher(without).replaceAll("<date>");
        return RECORDED.matcher(without).replaceAll("exec_<uuid>");
    }
}
