package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code berth list}. */
final class ListInstances implements Command {
    static final List<Flag> FLAGS = List.of(
            Listing.FORMAT,
            Flag.one("columns", 'c', "COLUMNS", "letters and keys, see below (default: ns46tS)"),
            Flag.on("fast", '\0', "only what costs the daemon nothing (the columns nsacPt)"),
            Flag.on("all-projects", '\0', "of all projects"));

    @Override
    public int run(Call call) throws IOException {
        String format = Listing.format(call);
        boolean everywhere = call.has("all-projects");
        var columns =
                Column.parse(call.option("columns", call.has("fast") ? "nsacPt" : everywhere ? "ens46tS" : "ns46tS"));
        boolean deep = format.equals("json") || format.equals("yaml") || Column.needState(columns);
        String path = "/1.0/instances?recursion=" + (deep && !call.has("fast") ? 2 : 1)
                + (everywhere ? "&all-projects=true" : "");
        var found = new ArrayList<Json>();
        var filters = Filter.all(call.words(0));
        for (Json instance : call.server().get(path).items()) {
            if (Filter.accepts(filters, instance)) {
                found.add(instance);
            }
        }
        var headers = new ArrayList<String>();
        for (Column column : columns) {
            headers.add(column.header());
        }
        var table = new Table(headers);
        for (Json instance : found) {
            var cells = new ArrayList<String>();
            for (Column column : columns) {
                cells.add(column.cell(instance));
            }
            table.add(cells);
        }
        Listing.show(call, table.sorted(), new Json.Arr(found));
        return 0;
    }
}
