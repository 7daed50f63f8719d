package berth.cli;

import berth.client.Body;
import berth.client.Headers;
import berth.client.Json;
import berth.client.Server;
import java.io.IOException;
import java.util.Arrays;

/** {@code berth config template …}: the texts that become files of an instance when it starts. */
final class Templates implements Command {
    private final String verb;

    Templates(String verb) {
        this.verb = verb;
    }

    @Override
    public int run(Call call) throws IOException {
        String all = Kind.METADATA.path(call.name(0)) + "/templates";
        if (verb.equals("list")) {
            list(call, all);
            return 0;
        }
        String template = call.word(1);
        String one = all + "?path=" + Server.encoded(template);
        switch (verb) {
            case "show" -> call.terminal().out().write(get(call, one));
            case "create" -> create(call, all, one, template);
            case "edit" -> edit(call, one);
            default -> {
                call.server().delete(one);
                call.say("Template " + template + " deleted");
            }
        }
        return 0;
    }

    private static void list(Call call, String all) throws IOException {
        Listing.format(call);
        Json names = call.server().get(all);
        var table = new Table("NAME");
        names.texts().forEach(table::add);
        Listing.show(call, table, names);
    }

    private static void create(Call call, String all, String one, String template) throws IOException {
        if (call.server().get(all).texts().contains(template)) {
            throw new Usage("the template " + template + " is there already; change it by: berth config template edit");
        }
        byte[] text = call.terminal().ttyIn() ? new byte[0] : typed(call);
        put(call, one, text);
        call.say("Template " + template + " created");
    }

    private static void edit(Call call, String one) throws IOException {
        byte[] before = get(call, one); // an edit makes no new one
        byte[] after = call.terminal().ttyIn() ? Editor.edit(call, before, "") : typed(call);
        if (Arrays.equals(before, after)) {
            call.say("Nothing was changed");
        } else {
            put(call, one, after);
        }
    }

    private static byte[] typed(Call call) throws IOException {
        return call.terminal().in().readAllBytes();
    }

    private static byte[] get(Call call, String one) throws IOException {
        try (var answer = call.server().raw("GET", one, new Headers(), null)) {
            byte[] bytes = answer.bytes();
            if (answer.status() >= 400) {
                throw Server.errorOf(answer.status(), bytes);
            }
            return bytes;
        }
    }

    private static void put(Call call, String one, byte[] text) throws IOException {
        var headers = new Headers().set("content-type", "application/octet-stream");
        Server.open(call.server().raw("POST", one, headers, Body.of(text)));
    }
}
