package berth.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a request carries. */
public interface Body {
    /** Its length in bytes, or -1 if it is not known before (it then goes in chunks). */
    long length() throws IOException;

    /** Writes all of it. */
    void writeTo(OutputStream out) throws IOException;

    /** Bytes at hand. */
    static Body of(byte[] bytes) {
        return new Body() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(bytes);
            }
        };
    }

    /** A JSON value. */
    static Body of(Json json) {
        return of(json.line().getBytes(StandardCharsets.UTF_8));
    }

    /** A file, streamed. */
    static Body of(Path file) {
        return new Body() {
            @Override
            public long length() throws IOException {
                return Files.isRegularFile(file) ? Files.size(file) : -1;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                try (var in = Files.newInputStream(file)) {
                    in.transferTo(out);
                }
            }
        };
    }
}
