package berth.rest.http;

import berth.model.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** One request on its way through: finds who answers, and writes the answer as LXD would. */
final class Answering {
    private static final System.Logger LOG = System.getLogger(Answering.class.getName());
    private static final String JSON = "application/json";

    /** How much of a body that nobody wanted is read before the answer, as LXD's library does. */
    private static final int UNWANTED = 256 << 10;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final boolean plain;

    /** {@code plain}: errors are a line of text, as guests get them, and no envelopes. */
    Answering(Request request, Response response, Callback callback, boolean plain) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.plain = plain;
    }

    void answer(Router router) {
        try {
            HttpURI uri = request.getHttpURI();
            var found = router.find(request.getMethod(), uri.getPath() == null ? "" : uri.getPath());
            Reply reply = found.handler().answer(new JettyExchange(request, found.names()));
            readRest();
            write(reply);
        } catch (Refused refused) {
            readRest();
            error(Status.of(refused.problem()), refused.problem().text());
        } catch (HttpRefused refused) {
            readRest();
            error(refused.status(), refused.text());
        } catch (IOException | UncheckedIOException broken) {
            if (badMessage(broken)) {
                return;
            }
            LOG.log(System.Logger.Level.DEBUG, "a client went away", broken);
            callback.failed(broken);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            error(503, "Berth is shutting down");
        } catch (Exception | StackOverflowError bug) {
            if (badMessage(bug)) {
                return;
            }
            LOG.log(System.Logger.Level.ERROR, request.getMethod() + " " + request.getHttpURI() + " broke", bug);
            error(500, "Internal error (" + bug.getClass().getSimpleName() + "); the daemon's log says more");
        }
    }

    /**
     * Takes in what is left of the body: a connection is only kept when nothing of the request is under way any more, and
     * clients that keep theirs may send a body with anything (Ansible's modules: {@code null} with each GET), and send it
     * after the head. Who asked first whether to send it at all (Expect) is not told to.
     */
    private void readRest() {
        if (request.getLength() > UNWANTED || request.getHeaders().contains(HttpHeader.EXPECT)) {
            return;
        }
        try {
            Content.Source.asInputStream(request).skip(UNWANTED);
        } catch (IOException | RuntimeException broken) {
            LOG.log(System.Logger.Level.DEBUG, "the rest of a request did not come", broken);
        }
    }

    /** A body that is no HTTP (chunks that are none, say) is the client's fault: answered with the parser's own status. */
    private boolean badMessage(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpException bad && bad.getCode() < 500) {
                error(bad.getCode(), "Bad message: " + bad.getReason());
                return true;
            }
        }
        return false;
    }

    private void write(Reply reply) throws IOException {
        switch (reply) {
            case Reply.Data data -> {
                if (data.etag() != null) {
                    response.getHeaders().put(HttpHeader.ETAG, data.etag());
                }
                envelope(200, Envelope.sync(data.metadata()));
            }
            case Reply.Headed headed -> {
                headers(headed.headers());
                envelope(200, Envelope.sync(headed.metadata()));
            }
            case Reply.Created created -> {
                response.getHeaders().put(HttpHeader.LOCATION, created.location());
                envelope(201, Envelope.sync(null));
            }
            case Reply.Accepted accepted -> {
                response.getHeaders().put(HttpHeader.LOCATION, accepted.location());
                envelope(202, Envelope.accepted(accepted.location(), accepted.operation()));
            }
            case Reply.Download download -> download(download);
            case Reply.Bare bare -> body(bare.contentType(), bare.text().getBytes(StandardCharsets.UTF_8));
            case Reply.Raw raw -> {
                headers(raw.headers());
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, raw.contentType());
                if (!head()) {
                    try (OutputStream out = Content.Sink.asOutputStream(response)) {
                        raw.writer().write(out);
                    }
                }
                callback.succeeded();
            }
            case Reply.Handover handover -> HandedOver.begin(request, response, callback, handover);
            case Reply.Upgrade upgrade -> JettySocket.upgrade(request, response, callback, upgrade, this);
        }
    }

    /** An error envelope, unless an answer is on its way already: then the connection is cut. */
    void error(int status, String text) {
        if (response.isCommitted()) {
            callback.failed(new IOException(text));
            return;
        }
        response.reset();
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        if (plain) {
            response.setStatus(status);
            body("text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
        } else {
            envelope(status, Envelope.error(status, text));
        }
    }

    /** The one answer that is plain text: a websocket's route asked without an upgrade. */
    void badRequest() {
        response.setStatus(400);
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        body("text/plain; charset=utf-8", "Bad Request\n".getBytes(StandardCharsets.UTF_8));
    }

    private void envelope(int status, Envelope envelope) {
        byte[] json = Json.bytes(envelope);
        byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        response.setStatus(status);
        body(JSON, line);
    }

    private void body(String type, byte[] bytes) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        response.write(true, head() ? null : ByteBuffer.wrap(bytes), callback);
    }

    private void headers(Map<String, String> headers) {
        headers.forEach((name, value) -> response.getHeaders().put(name, value));
    }

    private void download(Reply.Download download) throws IOException {
        headers(download.headers());
        var headers = response.getHeaders();
        headers.put(HttpHeader.CONTENT_TYPE, "application/octet-stream");
        headers.put(HttpHeader.ACCEPT_RANGES, "bytes");
        headers.put("Content-Disposition", "inline;filename=" + quoted(download.filename()));
        headers.put(
                HttpHeader.LAST_MODIFIED,
                DateTimeFormatter.RFC_1123_DATE_TIME.format(download.modified().atOffset(ZoneOffset.UTC)));
        Range range = Range.of(request.getHeaders().get(HttpHeader.RANGE), download.length());
        if (!range.satisfiable()) {
            headers.put(HttpHeader.CONTENT_RANGE, "bytes */" + download.length());
            response.setStatus(416);
            body("text/plain; charset=utf-8", "invalid range\n".getBytes(StandardCharsets.UTF_8));
            return;
        }
        if (range.partial()) {
            response.setStatus(206);
            headers.put(HttpHeader.CONTENT_RANGE, range.header(download.length()));
        }
        headers.put(HttpHeader.CONTENT_LENGTH, range.length());
        if (!head()) {
            try (InputStream in = download.source().open();
                    OutputStream out = Content.Sink.asOutputStream(response)) {
                in.skipNBytes(range.from());
                copy(in, out, range.length());
            }
        }
        callback.succeeded();
    }

    private static void copy(InputStream in, OutputStream out, long length) throws IOException {
        byte[] buffer = new byte[(int) Math.min(length, 64 << 10)];
        long left = length;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new IOException("the file became shorter while it was read");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    private static String quoted(String filename) {
        return filename.chars().allMatch(it -> it > 0x20 && it < 0x7f && it != '"' && it != ';' && it != '\\')
                ? filename
                : "\"" + Percent.encode(filename) + "\"";
    }

    private boolean head() {
        return request.getMethod().equals("HEAD");
    }
}
