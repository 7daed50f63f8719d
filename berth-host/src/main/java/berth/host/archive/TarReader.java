package berth.host.archive;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar entry by entry: POSIX ustar and pax, GNU long names, both kinds of sparse files. Strict, because a program
 * will read the same bytes after us and must see the same: what could be read in two ways is refused.
 */
final class TarReader {
    private static final int BLOCK = 512;
    private static final int MOST_PAX = 1024 * 1024;
    private static final int MOST_NAME = 4096;

    private final InputStream in;
    private boolean first = true;
    private @Nullable TarEntry open;
    private byte[] headers = {};
    private long unread;

    TarReader(InputStream in) {
        this.in = in;
    }

    /** The next entry; empty at the end mark. Content of the one before that was not read is skipped. */
    Optional<TarEntry> next() throws IOException {
        if (open != null) {
            pass(OutputStream.nullOutputStream());
        }
        var blocks = new ByteArrayOutputStream(BLOCK);
        Map<String, String> pax = new HashMap<>();
        String longName = null;
        String longLink = null;
        while (true) {
            byte[] header = block(first ? "before its first entry" : "without an end mark");
            if (zero(header)) {
                if (blocks.size() > 0) {
                    throw new BadArchive("the archive ends in the middle of an entry's headers");
                }
                return Optional.empty();
            }
            first = false;
            checkSum(header);
            char type = (char) (header[156] & 0xff);
            long size = number(header, 124, 12, "size");
            switch (type) {
                case 'g' -> {
                    // Comments of git and the like: they change nothing, and are not handed on.
                    for (String key : pax(extension(size, OutputStream.nullOutputStream()))
                            .keySet()) {
                        if (!key.equals("comment")) {
                            throw new BadArchive("a global pax header sets " + Shown.of(key));
                        }
                    }
                }
                case 'x' -> {
                    if (!pax.isEmpty()) {
                        throw new BadArchive("two pax headers for one entry");
                    }
                    blocks.write(header);
                    pax = pax(extension(size, blocks));
                    pax.put("", "");
                }
                case 'L' -> {
                    if (longName != null) {
                        throw new BadArchive("two long names for one entry");
                    }
                    blocks.write(header);
                    longName = longText(size, blocks);
                }
                case 'K' -> {
                    if (longLink != null) {
                        throw new BadArchive("two long link targets for one entry");
                    }
                    blocks.write(header);
                    longLink = longText(size, blocks);
                }
                default -> {
                    if (!pax.isEmpty() && (longName != null || longLink != null)) {
                        throw new BadArchive("both a pax and a GNU long header for one entry");
                    }
                    blocks.write(header);
                    open = entry(header, type, size, pax, longName, longLink, blocks);
                    headers = blocks.toByteArray();
                    unread = open.padded();
                    return Optional.of(open);
                }
            }
        }
    }

    /** The header blocks of the entry, all of them, to hand on. */
    byte[] headers() {
        return headers.clone();
    }

    /** The content of the entry, whole; at most so many bytes. */
    byte[] content(long most) throws IOException {
        TarEntry entry = current();
        if (entry.stored() > most) {
            throw new BadArchive(
                    entry.shown() + " is " + entry.stored() + " bytes long; at most " + most + " are accepted");
        }
        byte[] bytes = in.readNBytes((int) entry.stored());
        if (bytes.length < entry.stored()) {
            throw new EOFException("in the middle of " + entry.shown());
        }
        unread -= bytes.length;
        pass(OutputStream.nullOutputStream());
        return bytes;
    }

    /** Hands on the content of the entry with its padding. */
    void pass(OutputStream out) throws IOException {
        TarEntry entry = current();
        byte[] buffer = new byte[(int) Math.min(256 * 1024, Math.max(unread, 1))];
        while (unread > 0) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, unread));
            if (n < 0) {
                throw new EOFException("in the middle of " + entry.shown());
            }
            out.write(buffer, 0, n);
            unread -= n;
        }
        open = null;
    }

    private TarEntry current() {
        if (open == null) {
            throw new IllegalStateException("no entry is open");
        }
        return open;
    }

    private TarEntry entry(
            byte[] header,
            char typeflag,
            long headerSize,
            Map<String, String> pax,
            @Nullable String longName,
            @Nullable String longLink,
            ByteArrayOutputStream headers)
            throws IOException {
        String name = longName == null ? name(header) : longName;
        name = pax.getOrDefault("GNU.sparse.name", pax.getOrDefault("path", name));
        String link = longLink == null ? text(header, 157, 100) : longLink;
        link = pax.getOrDefault("linkpath", link);
        long size = pax.containsKey("size") ? decimal(pax.get("size"), "size") : headerSize;
        TarKind type = type(typeflag, name, headerSize);
        long apparent = size;
        if (typeflag == 'S') {
            apparent = number(header, 483, 12, "size");
            sparseMap(header, headers);
        } else if (pax.containsKey("GNU.sparse.realsize")) {
            apparent = decimal(pax.get("GNU.sparse.realsize"), "GNU.sparse.realsize");
        } else if (pax.containsKey("GNU.sparse.size")) {
            apparent = decimal(pax.get("GNU.sparse.size"), "GNU.sparse.size");
        }
        if (type != TarKind.FILE && size != 0) {
            // Readers disagree on whether content follows (a hard link of the pax format, for one).
            throw new BadArchive(Shown.of(name) + " is no regular file but has a size");
        }
        boolean linked = type == TarKind.HARD_LINK || type == TarKind.SYMBOLIC_LINK;
        if (name.length() > MOST_NAME || link.length() > MOST_NAME) {
            throw new BadArchive("a path of " + Math.max(name.length(), link.length()) + " bytes");
        }
        return new TarEntry(name, type, linked ? link : "", size, Math.max(apparent, 0));
    }

    private static TarKind type(char typeflag, String name, long size) {
        return switch (typeflag) {
            case '0', '\0' -> name.endsWith("/") && size == 0 ? TarKind.DIRECTORY : TarKind.FILE;
            case '7', 'S' -> TarKind.FILE;
            case '1' -> TarKind.HARD_LINK;
            case '2' -> TarKind.SYMBOLIC_LINK;
            case '3' -> TarKind.CHARACTER_DEVICE;
            case '4' -> TarKind.BLOCK_DEVICE;
            case '5' -> TarKind.DIRECTORY;
            case '6' -> TarKind.FIFO;
            default ->
                throw new BadArchive(Shown.of(name) + " is of the unknown kind " + Shown.of(String.valueOf(typeflag)));
        };
    }

    /** The old GNU sparse format: the map goes on in further blocks while a flag says so. */
    private void sparseMap(byte[] header, ByteArrayOutputStream headers) throws IOException {
        boolean more = header[482] != 0;
        while (more) {
            byte[] map = block("in a map of holes");
            headers.write(map);
            if (headers.size() > MOST_PAX) {
                throw new BadArchive("a map of holes of more than 1 MiB");
            }
            more = map[504] != 0;
        }
    }

    private byte[] extension(long size, OutputStream copy) throws IOException {
        if (size > MOST_PAX) {
            throw new BadArchive("an extended header of " + size + " bytes");
        }
        byte[] padded = in.readNBytes((int) ((size + BLOCK - 1) / BLOCK * BLOCK));
        if (padded.length < size || padded.length % BLOCK != 0) {
            throw new EOFException("in an extended header");
        }
        copy.write(padded);
        return java.util.Arrays.copyOf(padded, (int) size);
    }

    private String longText(long size, OutputStream copy) throws IOException {
        if (size > MOST_NAME + 1) {
            throw new BadArchive("a path of " + size + " bytes");
        }
        byte[] bytes = extension(size, copy);
        String text = text(bytes, 0, bytes.length);
        for (int i = text.length(); i < bytes.length; i++) {
            if (bytes[i] != 0) {
                throw new BadArchive("a long name holds a NUL");
            }
        }
        return text;
    }

    private static Map<String, String> pax(byte[] bytes) {
        var map = new HashMap<String, String>();
        int at = 0;
        while (at < bytes.length) {
            int space = at;
            int length = 0;
            while (space < bytes.length && bytes[space] >= '0' && bytes[space] <= '9' && length <= bytes.length) {
                length = length * 10 + bytes[space++] - '0';
            }
            if (space == at
                    || space >= bytes.length
                    || bytes[space] != ' '
                    || length > bytes.length - at
                    || at + length <= space + 1
                    || bytes[at + length - 1] != '\n') {
                throw new BadArchive("a malformed pax header");
            }
            String record = new String(bytes, space + 1, at + length - space - 2, StandardCharsets.ISO_8859_1);
            int equals = record.indexOf('=');
            if (equals <= 0) {
                throw new BadArchive("a pax header without a key");
            }
            String key = record.substring(0, equals);
            String value = record.substring(equals + 1);
            boolean repeats = key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes");
            if (map.put(key, value) != null && !repeats) {
                throw new BadArchive("the pax header " + Shown.of(key) + " twice for one entry");
            }
            if (key.equals("path") || key.equals("linkpath") || key.equals("GNU.sparse.name")) {
                if (value.isEmpty() || value.indexOf('\0') >= 0) {
                    throw new BadArchive("the pax header " + key + " is empty or holds a NUL");
                }
            }
            at += length;
        }
        return map;
    }

    private byte[] block(String where) throws IOException {
        byte[] bytes = in.readNBytes(BLOCK);
        if (bytes.length < BLOCK) {
            throw new EOFException(where);
        }
        return bytes;
    }

    private static boolean zero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static void checkSum(byte[] header) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        if (number(header, 148, 8, "check sum") != sum) {
            throw new BadArchive("a header's check sum is wrong: this is no tar, or it is damaged");
        }
    }

    private static String name(byte[] header) {
        String name = text(header, 0, 100);
        boolean posix = text(header, 257, 6).equals("ustar") && header[262] == 0;
        String prefix = posix ? text(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] bytes, int at, int length) {
        int end = at;
        while (end < at + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
    }

    private static long number(byte[] bytes, int at, int length, String what) {
        if ((bytes[at] & 0x80) != 0) {
            long value = bytes[at] & 0x7f;
            for (int i = at + 1; i < at + length; i++) {
                if (value >= 1L << 54) {
                    throw new BadArchive("a " + what + " that is too large");
                }
                value = value << 8 | bytes[i] & 0xff;
            }
            return value;
        }
        long value = 0;
        int i = at;
        while (i < at + length && bytes[i] == ' ') {
            i++;
        }
        for (; i < at + length && bytes[i] != 0 && bytes[i] != ' '; i++) {
            if (bytes[i] < '0' || bytes[i] > '7') {
                throw new BadArchive("a " + what + " that is no number: this is no tar, or it is damaged");
            }
            value = value << 3 | bytes[i] - '0';
        }
        return value;
    }

    private static long decimal(@Nullable String text, String what) {
        if (text == null || !text.matches("[0-9]{1,18}")) {
            throw new BadArchive("the pax header " + what + " is no number");
        }
        return Long.parseLong(text);
    }
}
