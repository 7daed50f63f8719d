package berth.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The body of an answer, whichever way its end is told. A body cut short is an error, not an end. */
final class Download extends InputStream {
    static final long CHUNKED = -1;

    private final Connection connection;
    private final boolean again;
    private final boolean chunked;
    private final boolean untilClosed;
    private long left;
    private boolean over;

    Download(Connection connection, long length, boolean again) throws IOException {
        this.connection = connection;
        this.again = again;
        this.chunked = length == CHUNKED;
        this.untilClosed = length == Long.MAX_VALUE;
        this.left = chunked ? 0 : length;
        if (left == 0 && !chunked) {
            end();
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (over || length == 0) {
            return over ? -1 : 0;
        }
        if (chunked && left == 0 && !nextChunk()) {
            return -1;
        }
        int n = connection.read(into, offset, (int) Math.min(length, left));
        if (n < 0) {
            if (untilClosed) {
                end();
                return -1;
            }
            throw new EOFException("the answer was cut short");
        }
        left -= n;
        if (chunked && left == 0) {
            blankLine();
        } else if (left == 0) {
            end();
        }
        return n;
    }

    private boolean nextChunk() throws IOException {
        String line = connection.line();
        if (line == null) {
            throw new EOFException("the answer was cut short");
        }
        int semicolon = line.indexOf(';');
        try {
            left = Long.parseLong((semicolon < 0 ? line : line.substring(0, semicolon)).strip(), 16);
        } catch (NumberFormatException _) {
            throw new IOException("a chunk of the answer has a wrong length: " + line);
        }
        if (left < 0) {
            throw new IOException("a chunk of the answer has a wrong length: " + line);
        }
        if (left > 0) {
            return true;
        }
        while (!blankLine()) {
            // trailers say nothing we need
        }
        end();
        return false;
    }

    private boolean blankLine() throws IOException {
        String line = connection.line();
        if (line == null) {
            throw new EOFException("the answer was cut short");
        }
        return line.isEmpty();
    }

    private void end() throws IOException {
        if (!over) {
            over = true;
            connection.finished(again);
        }
    }

    @Override
    public void close() throws IOException {
        if (!over) {
            over = true;
            connection.close(); // what is left may be long: not worth reading
        }
    }
}
