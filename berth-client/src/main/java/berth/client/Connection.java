package berth.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One HTTP/1.1 connection: one exchange at a time. */
final class Connection implements AutoCloseable {
    private static final int LONGEST_LINE = 64 * 1024;

    private final SocketChannel channel;
    private final Door door;
    private final ByteBuffer in = ByteBuffer.allocate(16 * 1024).limit(0);
    private boolean used;

    Connection(SocketChannel channel, Door door) {
        this.channel = channel;
        this.door = door;
    }

    /** The server closed this connection while it idled. */
    static final class Stale extends IOException {
        private static final long serialVersionUID = 1;
    }

    Response exchange(String method, String target, Headers headers, @Nullable Body body) throws IOException {
        boolean again = used;
        used = true;
        try {
            request(method, target, headers, body);
        } catch (IOException failure) {
            if (again) {
                throw new Stale();
            }
            var early = answerTo(method); // a refusal may come before the whole body went out
            if (early == null) {
                throw failure;
            }
            return early;
        }
        var answer = answerTo(method);
        if (answer == null) {
            if (again) {
                throw new Stale();
            }
            throw new EOFException("the server closed the connection without an answer");
        }
        return answer;
    }

    private void request(String method, String target, Headers headers, @Nullable Body body) throws IOException {
        if (target.indexOf(' ') >= 0 || target.indexOf('\n') >= 0 || target.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("a path must be percent-encoded: " + target);
        }
        var head = new StringBuilder(256);
        head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nhost: unix.socket\r\n");
        for (var header : headers) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        long length = body == null ? 0 : body.length();
        if (body != null) {
            head.append(length < 0 ? "transfer-encoding: chunked\r\n" : "content-length: " + length + "\r\n");
        }
        head.append("\r\n");
        write(ByteBuffer.wrap(head.toString().getBytes(StandardCharsets.UTF_8)));
        if (body != null) {
            try (var out = new Upload(length < 0)) {
                body.writeTo(out);
                out.end();
            }
        }
    }

    private @Nullable Response answerTo(String method) throws IOException {
        while (true) {
            String line = line();
            if (line == null) {
                return null;
            }
            int status = status(line);
            var headers = headers();
            if (status >= 100 && status < 200 && status != 101) {
                continue;
            }
            return new Response(status, headers, body(method, status, headers));
        }
    }

    private static int status(String line) throws IOException {
        if (line.startsWith("HTTP/1.") && line.length() >= 12) {
            try {
                return Integer.parseInt(line.substring(9, 12));
            } catch (NumberFormatException _) {
                // told below
            }
        }
        throw new IOException("the answer is not HTTP: " + line.substring(0, Math.min(60, line.length())));
    }

    private Headers headers() throws IOException {
        var headers = new Headers();
        while (true) {
            String line = line();
            if (line == null) {
                throw new EOFException("the server closed the connection within the headers");
            }
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.set(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
    }

    private InputStream body(String method, int status, Headers headers) throws IOException {
        boolean again = !headers.text("connection").equalsIgnoreCase("close");
        if (status == 101) {
            return InputStream.nullInputStream();
        }
        if (method.equals("HEAD") || status == 204 || status == 304) {
            finished(again);
            return InputStream.nullInputStream();
        }
        if (headers.text("transfer-encoding").equalsIgnoreCase("chunked")) {
            return new Download(this, Download.CHUNKED, again);
        }
        String length = headers.find("content-length");
        if (length == null) {
            return new Download(this, Long.MAX_VALUE, false);
        }
        try {
            return new Download(this, Long.parseLong(length), again);
        } catch (NumberFormatException _) {
            throw new IOException("the server sent a wrong content-length: " + length);
        }
    }

    /** Called once a body has been read to its end. */
    void finished(boolean again) throws IOException {
        if (again) {
            door.keep(this);
        } else {
            close();
        }
    }

    /** A line without its end, or null if the server closed before it began. */
    @Nullable
    String line() throws IOException {
        var line = new StringBuilder();
        while (true) {
            int b = read();
            if (b < 0) {
                if (line.isEmpty()) {
                    return null;
                }
                throw new EOFException("the server closed the connection within a line");
            }
            if (b == '\n') {
                int end = line.length();
                return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
            }
            line.append((char) b);
            if (line.length() > LONGEST_LINE) {
                throw new IOException("the server sent a line of more than " + LONGEST_LINE + " bytes");
            }
        }
    }

    int read() throws IOException {
        return fill() ? in.get() & 0xff : -1;
    }

    int read(byte[] into, int offset, int length) throws IOException {
        if (!fill()) {
            return -1;
        }
        int n = Math.min(length, in.remaining());
        in.get(into, offset, n);
        return n;
    }

    private boolean fill() throws IOException {
        if (in.hasRemaining()) {
            return true;
        }
        in.clear();
        int n;
        try {
            n = channel.read(in);
        } catch (IOException failure) {
            in.limit(0);
            if (String.valueOf(failure.getMessage()).contains("reset")) {
                return false;
            }
            throw failure;
        }
        in.flip();
        return n > 0;
    }

    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Sends a body, in chunks where its length was not told. */
    private final class Upload extends OutputStream {
        private final boolean chunked;

        Upload(boolean chunked) {
            this.chunked = chunked;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return;
            }
            if (chunked) {
                ascii(Integer.toHexString(length) + "\r\n");
            }
            Connection.this.write(ByteBuffer.wrap(bytes, offset, length));
            if (chunked) {
                ascii("\r\n");
            }
        }

        void end() throws IOException {
            if (chunked) {
                ascii("0\r\n\r\n");
            }
        }

        private void ascii(String text) throws IOException {
            Connection.this.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        }
    }
}
