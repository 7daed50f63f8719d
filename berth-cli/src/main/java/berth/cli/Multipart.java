package berth.cli;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads {@code multipart/form-data} as it comes, part by part, whatever its size. */
final class Multipart {
    private final BufferedInputStream in;
    private final byte[] delimiter;
    private boolean first = true;
    private boolean over;

    Multipart(InputStream in, String boundary) {
        this.in = new BufferedInputStream(in, 128 * 1024);
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Goes to the next part; its headers in one text, or null behind the last. The part before must have been read. */
    @Nullable
    String next() throws IOException {
        if (first) {
            first = false;
            if (!line().startsWith(new String(delimiter, StandardCharsets.ISO_8859_1).substring(2))) {
                throw new IOException("the server's parts do not begin with their boundary");
            }
        } else {
            String rest = line();
            over = rest.startsWith("--");
        }
        if (over) {
            return null;
        }
        var headers = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            headers.append(line).append('\n');
        }
        return headers.toString();
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the server's parts were cut short");
            }
            line.append((char) b);
        }
        return line.toString().strip();
    }

    /** What the part holds, up to its delimiter. */
    InputStream body() {
        return new InputStream() {
            private boolean ended;

            @Override
            public int read() throws IOException {
                if (ended) {
                    return -1;
                }
                int b = in.read();
                if (b < 0) {
                    throw new EOFException("a part of the image was cut short");
                }
                if (b == '\r') {
                    in.mark(delimiter.length);
                    if (delimiterFollows()) {
                        ended = true;
                        return -1;
                    }
                    in.reset();
                }
                return b;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int n = 0;
                while (n < length) {
                    int b = read();
                    if (b < 0) {
                        return n == 0 ? -1 : n;
                    }
                    into[offset + n++] = (byte) b;
                }
                return n;
            }
        };
    }

    private boolean delimiterFollows() throws IOException {
        for (int i = 1; i < delimiter.length; i++) {
            if (in.read() != (delimiter[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }
}
