package berth.host.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Writes tars header by header, also such as no honest program would write. */
final class TarMaker {
    static final String METADATA = "architecture: x86_64\ncreation_date: 1767225600\n";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** The start of a unified image: metadata and an empty root. */
    static TarMaker image() {
        return new TarMaker().file("metadata.yaml", METADATA).directory("rootfs");
    }

    TarMaker file(String name, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return raw(header(name, '0', bytes.length, "")).body(bytes);
    }

    TarMaker directory(String name) {
        return raw(header(name + "/", '5', 0, ""));
    }

    TarMaker symbolicLink(String name, String to) {
        return raw(header(name, '2', 0, to));
    }

    TarMaker hardLink(String name, String to) {
        return raw(header(name, '1', 0, to));
    }

    TarMaker entry(String name, char type, long size, String link) {
        return raw(header(name, type, size, link));
    }

    TarMaker longName(String name) {
        byte[] bytes = (name + "\0").getBytes(StandardCharsets.ISO_8859_1);
        return raw(header("././@LongLink", 'L', bytes.length, "")).body(bytes);
    }

    TarMaker pax(String key, String value) {
        String record = " " + key + "=" + value + "\n";
        int length = record.length() + 1;
        while (String.valueOf(length).length() + record.length() != length) {
            length = String.valueOf(length).length() + record.length();
        }
        byte[] bytes = (length + record).getBytes(StandardCharsets.UTF_8);
        return raw(header("pax", 'x', bytes.length, "")).body(bytes);
    }

    TarMaker raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    TarMaker body(byte[] bytes) {
        out.writeBytes(bytes);
        out.writeBytes(new byte[(512 - bytes.length % 512) % 512]);
        return this;
    }

    byte[] unended() {
        return out.toByteArray();
    }

    byte[] bytes() {
        byte[] bytes = out.toByteArray();
        return Arrays.copyOf(bytes, bytes.length + 1024);
    }

    Path in(Path directory) {
        return write(directory, bytes());
    }

    static Path write(Path directory, byte[] bytes) {
        try {
            return Files.write(directory.resolve("archive"), bytes);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    static byte[] header(String name, char type, long size, String link) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000755");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        if (size < 0100000000000L) {
            put(header, 124, String.format("%011o", size));
        } else {
            for (int i = 0; i < 8; i++) {
                header[135 - i] = (byte) (size >> 8 * i);
            }
            header[124] = (byte) 0x80;
        }
        put(header, 136, "15125000000");
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, "ustar");
        put(header, 263, "00");
        return sum(header);
    }

    static byte[] sum(byte[] header) {
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
