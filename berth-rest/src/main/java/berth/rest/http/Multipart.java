package berth.rest.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Reads {@code multipart/form-data} (RFC 7578) part by part as it comes in, never holding more than a buffer of it.
 * Refuses with 400 what is none.
 */
public final class Multipart {
    private static final Pattern BOUNDARY =
            Pattern.compile("(?i).*;\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70})).*");
    private static final Pattern NAME =
            Pattern.compile("(?i)content-disposition:.*[;\\s]name=(?:\"([^\"]*)\"|([^\\s;\"]+)).*");
    private static final int LONGEST_LINE = 4096;
    private static final int MOST_LINES = 50;

    private final BufferedInputStream in;
    private final byte[] delimiter;
    private boolean begun;
    private boolean ended;
    private Content current = new Content(true);

    /** Reads parts of the body of that content type. */
    public Multipart(InputStream body, String contentType) {
        var match = BOUNDARY.matcher(contentType);
        if (!match.matches()) {
            throw new HttpRefused(400, "no multipart boundary param in Content-Type");
        }
        String boundary = match.group(1) == null ? match.group(2) : match.group(1);
        delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        in = new BufferedInputStream(body, 256 << 10);
    }

    /** Goes on to the next part: its name; empty when there is none any more. */
    public String next() throws IOException {
        if (ended) {
            return "";
        }
        if (begun) {
            current.skipRest();
        } else {
            String first = line();
            if (!first.equals(new String(delimiter, 2, delimiter.length - 2, StandardCharsets.ISO_8859_1))) {
                throw new HttpRefused(400, "multipart: the body does not begin with its boundary");
            }
            begun = true;
        }
        if (ended) {
            return "";
        }
        String name = "";
        int lines = 0;
        for (String header = line(); !header.isEmpty(); header = line()) {
            var match = NAME.matcher(header);
            if (match.matches()) {
                name = match.group(1) == null ? match.group(2) : match.group(1);
            }
            if (++lines > MOST_LINES) {
                throw new HttpRefused(400, "multipart: too many headers");
            }
        }
        if (name.isEmpty()) {
            throw new HttpRefused(400, "multipart: a part has no name");
        }
        current = new Content(false);
        return name;
    }

    /** The bytes of the present part. */
    public InputStream content() {
        return current;
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new HttpRefused(400, "multipart: unexpected EOF");
            }
            if (line.size() > LONGEST_LINE) {
                throw new HttpRefused(400, "multipart: a header is too long");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    /** The bytes up to the next delimiter. */
    private final class Content extends InputStream {
        private boolean over;
        private final byte[] one = new byte[1];

        Content(boolean over) {
            this.over = over;
        }

        @Override
        public int read() throws IOException {
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        /** Runs of bytes that cannot begin the delimiter are copied; a carriage return is looked at closely. */
        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (over) {
                return -1;
            }
            if (length == 0) {
                return 0;
            }
            in.mark(length + delimiter.length);
            int read = in.read(into, offset, length);
            if (read < 0) {
                throw new HttpRefused(400, "multipart: unexpected EOF");
            }
            int plain = 0;
            while (plain < read && into[offset + plain] != '\r') {
                plain++;
            }
            if (plain == read) {
                return read;
            }
            in.reset();
            if (plain > 0) {
                in.skipNBytes(plain);
                return plain;
            }
            return delimited() ? -1 : taken(into, offset);
        }

        private int taken(byte[] into, int offset) throws IOException {
            into[offset] = (byte) in.read();
            return 1;
        }

        /** Whether the delimiter comes now; it is then passed over with the rest of its line. */
        private boolean delimited() throws IOException {
            in.mark(delimiter.length);
            for (byte expected : delimiter) {
                int b = in.read();
                if (b < 0) {
                    throw new HttpRefused(400, "multipart: unexpected EOF");
                }
                if ((byte) b != expected) {
                    in.reset();
                    return false;
                }
            }
            over = true;
            int a = in.read();
            int b = in.read();
            if (a == '-' && b == '-') {
                ended = true;
            } else if (a != '\r' || b != '\n') {
                throw new HttpRefused(400, "multipart: the boundary is not followed by a line's end");
            }
            return true;
        }

        void skipRest() throws IOException {
            byte[] buffer = new byte[8192];
            while (read(buffer, 0, buffer.length) >= 0) {
                // passed over
            }
        }
    }
}
