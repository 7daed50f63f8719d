package berth.rest.http;

import java.io.InputStream;
import java.util.Optional;

/** A request that waits for its {@link Reply}. What a client sent wrongly is refused when it is asked for. */
public interface Exchange {
    /** Upper case: {@code GET}. */
    String method();

    /** The path as it was sent, percent-encoded, without the query. */
    String rawPath();

    /**
     * The part of the path that the route's pattern calls so, percent-decoded.
     *
     * @throws IllegalArgumentException when the pattern has no such part: a bug
     */
    String segment(String name);

    /** The first value of a query parameter, decoded. */
    Optional<String> query(String name);

    /** A header's value; names are compared without case. */
    Optional<String> header(String name);

    /** The body as it comes, unlimited; reading blocks. */
    InputStream body();

    /** The body as JSON of that shape; refuses with 400 what is malformed, of a wrong type, too deep, and 413 too large. */
    <T> T json(Class<T> type);

    /** Whether the client asks to go on as a websocket. */
    boolean wantsWebsocket();

    /**
     * Who is at the other end, as the server that took the connection knows it; refuses with 403 when it does not.
     *
     * @param type what that server's callers are
     */
    default <T> T peer(Class<T> type) {
        throw new HttpRefused(403, "not authorized");
    }

    /** A query parameter that is a flag: {@code 1} or {@code true}. */
    default boolean flag(String name) {
        return query(name).filter(it -> it.equals("1") || it.equals("true")).isPresent();
    }

    /** The {@code recursion} parameter: 0 when absent or no number. */
    default int recursion() {
        String text = query("recursion").orElse("0");
        return text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
    }
}
