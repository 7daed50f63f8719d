package berth.rest;

import berth.rest.http.Exchange;
import berth.rest.http.Reply;
import java.util.List;
import java.util.function.Function;

/** A list as LXD answers it: URLs, or objects when {@code recursion} is asked for; filtered where that is allowed. */
final class Listing {
    private Listing() {}

    /** URLs or objects. */
    static <T> Reply of(Exchange exchange, List<T> things, Function<T, String> url, Function<T, ?> object) {
        return Reply.of(
                exchange.recursion() > 0
                        ? things.stream().map(object).toList()
                        : things.stream().map(url).toList());
    }

    /** URLs or objects of those that the {@code filter} lets through. */
    static <T> Reply filtered(Exchange exchange, List<T> things, Function<T, String> url, Function<T, ?> object) {
        Filter filter = Filter.of(exchange.query("filter").orElse(""));
        var passed = filter.everything()
                ? things
                : things.stream().filter(it -> filter.passes(object.apply(it))).toList();
        return of(exchange, passed, url, object);
    }
}
