package berth.cli;

import berth.client.Json;
import berth.client.Server;
import berth.client.ServerError;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/** {@code berth snapshot}: each takes {@code web1 before} as well as {@code web1/before}. */
final class Snapshots {
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private Snapshots() {}

    /** One snapshot, and the words behind it. */
    private record Named(String instance, String snapshot, List<String> rest) {
        static Named of(Call call) throws Usage {
            String first = call.name(0);
            int slash = first.indexOf('/');
            if (slash > 0) {
                return new Named(first.substring(0, slash), first.substring(slash + 1), call.words(1));
            }
            if (call.count() < 2) {
                throw new Usage(
                        "a snapshot is needed, as in: berth " + call.entry().path() + " " + first + " before"
                                + "\nberth snapshot list " + first + " shows what there is");
            }
            return new Named(first, call.word(1), call.words(2));
        }

        void noMore(int most) throws Usage {
            if (rest.size() > most) {
                throw new Usage("too many arguments: " + rest.get(most));
            }
        }

        String path() {
            return Server.path("instances", instance, "snapshots", snapshot);
        }

        @Override
        public String toString() {
            return instance + "/" + snapshot;
        }
    }

    /** A time from now, or a moment, as the API has it. */
    static String when(String text) throws Usage {
        if (text.equals("never")) {
            return NEVER;
        }
        try {
            return OffsetDateTime.parse(text)
                    .withOffsetSameInstant(ZoneOffset.UTC)
                    .toInstant()
                    .toString();
        } catch (DateTimeParseException _) {
            // then it is a time from now on
        }
        var end = ZonedDateTime.now(ZoneId.systemDefault());
        for (String part : text.strip().split(" +")) {
            if (!part.matches("[0-9]{1,6}[SMHdwmy]")) {
                throw new Usage("\"" + text + "\" is no time: write for instance 12H, 7d, \"1m 2d\", never or"
                        + " 2026-12-31T00:00Z");
            }
            long number = Long.parseLong(part.substring(0, part.length() - 1));
            end = switch (part.charAt(part.length() - 1)) {
                case 'S' -> end.plusSeconds(number);
                case 'M' -> end.plusMinutes(number);
                case 'H' -> end.plusHours(number);
                case 'd' -> end.plusDays(number);
                case 'w' -> end.plusWeeks(number);
                case 'm' -> end.plusMonths(number);
                default -> end.plusYears(number);
            };
        }
        return end.toInstant().toString();
    }

    /** Takes one. */
    static final class Create implements Command {
        @Override
        public int run(Call call) throws IOException {
            if (call.has("expires") && call.has("no-expiry")) {
                throw new Usage("--expires and --no-expiry exclude each other");
            }
            String first = call.name(0);
            int slash = first.indexOf('/');
            String instance = slash < 0 ? first : first.substring(0, slash);
            String name = slash >= 0 ? first.substring(slash + 1) : call.count() > 1 ? call.word(1) : "";
            String path = Server.path("instances", instance, "snapshots");
            if (call.has("reuse") && !name.isEmpty()) {
                deleteIfThere(call, Server.path("instances", instance, "snapshots", name));
            }
            Json body = Json.object().with("name", name).with("stateful", Json.of(call.has("stateful")));
            if (call.has("no-expiry")) {
                body = body.with("expires_at", NEVER);
            } else if (call.has("expires")) {
                body = body.with("expires_at", when(call.option("expires", "")));
            }
            Json ended = call.finish(call.server().post(path, body));
            String url = ended.at("resources").at("instances_snapshots").texts().stream()
                    .findFirst()
                    .orElse(name);
            call.say("Snapshot " + instance + "/" + url.substring(url.lastIndexOf('/') + 1) + " created");
            return 0;
        }

        private static void deleteIfThere(Call call, String path) throws IOException {
            try {
                call.finish(call.server().delete(path));
            } catch (ServerError missing) {
                if (missing.code() != 404) {
                    throw missing;
                }
            }
        }
    }

    /** Lists all of an instance, or shows one. */
    record Show(boolean list) implements Command {
        @Override
        public int run(Call call) throws IOException {
            if (!list) {
                var named = Named.of(call);
                named.noMore(0);
                call.terminal().out().print(Yaml.write(call.server().get(named.path())));
                return 0;
            }
            Listing.format(call);
            Json all = call.server().get(Server.path("instances", call.name(0), "snapshots") + "?recursion=1");
            var table = new Table("NAME", "TAKEN AT", "EXPIRES AT", "STATEFUL");
            for (Json snapshot : all.items()) {
                String name = snapshot.text("name");
                table.add(
                        name.substring(name.indexOf('/') + 1),
                        Units.minute(snapshot.text("created_at")),
                        Units.minute(snapshot.text("expires_at")),
                        snapshot.at("stateful").truth() ? "YES" : "NO");
            }
            Listing.show(call, table, all);
            return 0;
        }
    }

    /** Puts an instance back. */
    static final class Restore implements Command {
        @Override
        public int run(Call call) throws IOException {
            var named = Named.of(call);
            named.noMore(0);
            Json body = Json.object().with("restore", named.snapshot()).with("stateful", Json.of(false));
            call.finish(call.server().put(Kind.INSTANCE.path(named.instance()), body, ""));
            call.say("Instance " + named.instance() + " restored to " + named.snapshot());
            return 0;
        }
    }

    /** Gives one another name. */
    static final class Rename implements Command {
        @Override
        public int run(Call call) throws IOException {
            var named = Named.of(call);
            named.noMore(1);
            if (named.rest().isEmpty()) {
                throw new Usage("a new name for " + named + " is needed");
            }
            String to = named.rest().get(0).substring(named.rest().get(0).indexOf('/') + 1);
            call.finish(call.server().post(named.path(), Json.object().with("name", to)));
            call.say("Snapshot " + named + " renamed to " + to);
            return 0;
        }
    }

    /** Sets when one may go. */
    static final class Expire implements Command {
        @Override
        public int run(Call call) throws IOException {
            var named = Named.of(call);
            if (named.rest().isEmpty()) {
                throw new Usage("say when " + named + " may be deleted: 7d, never or a time");
            }
            String when = when(String.join(" ", named.rest()));
            call.finish(call.server().put(named.path(), Json.object().with("expires_at", when), ""));
            call.say("Snapshot " + named
                    + (when.equals(NEVER) ? " never expires" : " expires at " + Units.minute(when)));
            return 0;
        }
    }

    /** Deletes some. */
    static final class Delete implements Command {
        @Override
        public int run(Call call) throws IOException {
            var named = Named.of(call);
            var names = new ArrayList<String>(List.of(named.snapshot()));
            names.addAll(named.rest());
            for (String name : names) {
                String snapshot = name.substring(name.indexOf('/') + 1);
                call.finish(call.server().delete(Server.path("instances", named.instance(), "snapshots", snapshot)));
                call.say("Snapshot " + named.instance() + "/" + snapshot + " deleted");
            }
            return 0;
        }
    }
}
