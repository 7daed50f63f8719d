package berth.rest;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A packet of SFTP, version 3 (draft-ietf-secsh-filexfer-02): length, type, and fields by type. */
final class SftpPacket {
    /** The longest that is taken: what is written at once, with its fields. */
    private static final int LONGEST = (256 << 10) + 1024;

    private final int type;
    private final ByteBuffer fields;

    private SftpPacket(int type, ByteBuffer fields) {
        this.type = type;
        this.fields = fields;
    }

    /** The next one; null at the end of the stream between two. */
    static @Nullable SftpPacket next(InputStream in) throws IOException {
        byte[] head = in.readNBytes(4);
        if (head.length == 0) {
            return null;
        }
        int length = head.length < 4 ? 0 : ByteBuffer.wrap(head).getInt();
        if (length < 1 || length > LONGEST) {
            throw new IOException("no packet of SFTP");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new IOException("a packet of SFTP was cut short");
        }
        return new SftpPacket(body[0] & 0xFF, ByteBuffer.wrap(body, 1, length - 1));
    }

    int type() {
        return type;
    }

    /** A field of four bytes. */
    int number() {
        need(4);
        return fields.getInt();
    }

    /** A field of four bytes without a sign. */
    long unsigned() {
        return number() & 0xFFFF_FFFFL;
    }

    /** A field of eight bytes; what is beyond a file's largest place is refused. */
    long large() {
        need(8);
        long value = fields.getLong();
        if (value < 0) {
            throw new Malformed();
        }
        return value;
    }

    /** A field of bytes. */
    ByteBuffer bytes() {
        int length = number();
        if (length < 0) {
            throw new Malformed();
        }
        need(length);
        var slice = fields.slice(fields.position(), length);
        fields.position(fields.position() + length);
        return slice;
    }

    /** A field of text. */
    String text() {
        return StandardCharsets.UTF_8.decode(bytes()).toString();
    }

    private void need(int length) {
        if (fields.remaining() < length) {
            throw new Malformed();
        }
    }

    /** The fields are not those of its type. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Malformed() {
            super("a field is missing", null, false, false);
        }
    }

    /** Builds one to send. */
    static final class Outgoing {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final DataOutputStream out = new DataOutputStream(bytes);

        Outgoing(int type) {
            put(it -> it.writeByte(type));
        }

        Outgoing number(long value) {
            return put(it -> it.writeInt((int) value));
        }

        Outgoing large(long value) {
            return put(it -> it.writeLong(value));
        }

        Outgoing text(String text) {
            return bytes(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }

        Outgoing bytes(ByteBuffer field) {
            return put(it -> {
                it.writeInt(field.remaining());
                it.write(field.array(), field.arrayOffset() + field.position(), field.remaining());
            });
        }

        void writeTo(DataOutputStream to) throws IOException {
            to.writeInt(bytes.size());
            bytes.writeTo(to);
        }

        private interface Writing {
            void to(DataOutputStream out) throws IOException;
        }

        private Outgoing put(Writing writing) {
            try {
                writing.to(out);
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            return this;
        }
    }
}
