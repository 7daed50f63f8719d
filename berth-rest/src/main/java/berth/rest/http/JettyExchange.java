package berth.rest.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** A request of Jetty's. */
final class JettyExchange implements Exchange {
    private final Request request;
    private final Map<String, String> names;
    private @Nullable Map<String, String> query;

    JettyExchange(Request request, Map<String, String> names) {
        this.request = request;
        this.names = names;
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String rawPath() {
        return request.getHttpURI().getPath();
    }

    @Override
    public String segment(String name) {
        String value = names.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no {" + name + "} in the route's pattern");
        }
        return value;
    }

    @Override
    public Optional<String> query(String name) {
        if (query == null) {
            String raw = request.getHttpURI().getQuery();
            query = raw == null ? Map.of() : Percent.query(raw);
        }
        return Optional.ofNullable(query.get(name));
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    @Override
    public InputStream body() {
        return Content.Source.asInputStream(request);
    }

    @Override
    public <T> T json(Class<T> type) {
        try (InputStream in = body()) {
            return Json.read(in, type);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Override
    public <T> T peer(Class<T> type) {
        Object peer = request.getAttribute(Seats.PEER);
        if (!type.isInstance(peer)) {
            throw new HttpRefused(403, "not authorized");
        }
        return type.cast(peer);
    }

    @Override
    public boolean wantsWebsocket() {
        return request.getHeaders().contains(HttpHeader.UPGRADE, "websocket");
    }
}
