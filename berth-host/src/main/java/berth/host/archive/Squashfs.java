package berth.host.archive;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A squashfs file: sized up before it is unpacked. The kernel never mounts one that a stranger made. */
final class Squashfs {
    private static final int SUPERBLOCK = 96;
    private static final Pattern LINE =
            Pattern.compile("([-dlcbps])[-rwxsStT]{9} \\d+/\\d+\\s+(\\d+) \\S+ \\S+ squashfs-root(?:/(.*))?");
    private static final int MOST_TEMPLATES = 1000;

    private final ArchiveLimits limits;

    Squashfs(ArchiveLimits limits) {
        this.limits = limits;
    }

    /** What is in one; of {@link Layout#UNIFIED} with its metadata. */
    ArchiveContent inspect(Path file, Layout layout) {
        ArchiveContent listed = list(file, layout);
        if (layout == Layout.ROOT) {
            return listed;
        }
        String metadata = ArchiveInspection.text(content(file, "metadata.yaml", "Metadata file not found"));
        return new ArchiveContent(
                Optional.of(metadata),
                listed.root(),
                listed.disk(),
                listed.templates(),
                listed.entries(),
                listed.bytes());
    }

    /** The content of a file in it. */
    private byte[] content(Path file, String name, String missing) {
        Process reading = Confined.start(
                List.of("unsquashfs", "-no-wildcards", "-cat", Confined.ARCHIVE, name), limits, file, null);
        Thread.ofVirtual().start(() -> drain(reading));
        try (InputStream in = reading.getInputStream()) {
            byte[] bytes = in.readNBytes(Math.toIntExact(limits.metadataBytes() + 1));
            if (bytes.length > limits.metadataBytes()) {
                throw new BadArchive(name + " is too long; at most " + limits.metadataBytes() + " bytes are accepted");
            }
            if (reading.waitFor() != 0) {
                throw new BadArchive(missing);
            }
            return bytes;
        } catch (IOException broken) {
            throw new BadArchive("cannot read the squashfs: " + broken.getMessage(), broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BadArchive("interrupted", interrupted);
        } finally {
            reading.destroyForcibly();
        }
    }

    /** What is in a backup. */
    BackupContent inspectBackup(Path file) {
        var parts = new BackupParts();
        each(file, (type, name) -> {
            List<String> path = List.of(name.split("/", 4));
            if (path.getFirst().equals("backup") && !path.equals(BackupParts.INDEX)) {
                parts.add(path);
            }
        });
        String index = String.join("/", BackupParts.INDEX);
        return parts.with(ArchiveInspection.text(content(file, index, "Backup is missing index.yaml")));
    }

    /** Refuses one that is damaged or larger than the limits. */
    void check(Path file) {
        each(file, (type, name) -> {});
    }

    private ArchiveContent list(Path file, Layout layout) {
        var top = new TreeSet<String>();
        var templates = new ArrayList<String>();
        Totals totals = each(file, (type, name) -> {
            if (name.equals("rootfs") || name.equals("rootfs.img")) {
                top.add(name);
            }
            if (type.equals("-") && name.startsWith("templates/")) {
                templates.add(name.substring("templates/".length()));
            }
            if (templates.size() > MOST_TEMPLATES) {
                throw new BadArchive("more than " + MOST_TEMPLATES + " templates");
            }
        });
        boolean whole = layout == Layout.ROOT;
        return new ArchiveContent(
                Optional.empty(),
                whole ? totals.entries() > 1 : top.contains("rootfs"),
                !whole && top.contains("rootfs.img"),
                whole ? List.of() : templates,
                totals.entries(),
                totals.bytes());
    }

    private record Totals(long entries, long bytes) {}

    /** Tells the type, as {@code ls -l} has it, and the name of each entry; refuses what is larger than the limits. */
    private Totals each(Path file, BiConsumer<String, String> told) {
        superblock(file);
        Process listing = Confined.start(
                List.of("unsquashfs", "-lln", "-no-progress", "-processors", "1", Confined.ARCHIVE),
                limits,
                file,
                null);
        Thread.ofVirtual().start(() -> drain(listing));
        long entries = 0;
        long bytes = 0;
        var lines = new InputStreamReader(listing.getInputStream(), StandardCharsets.ISO_8859_1);
        try (var reader = new BufferedReader(lines)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                // A name with a newline can only add lines, and so only bring the limit nearer.
                Matcher matcher = LINE.matcher(line);
                if (!matcher.matches()) {
                    continue;
                }
                entries++;
                bytes += size(matcher.group(2));
                told.accept(matcher.group(1), matcher.group(3) == null ? "" : matcher.group(3));
                if (entries > limits.entries() || bytes < 0 || bytes > limits.bytes()) {
                    throw new BadArchive("unpacked it is larger than the limits of " + limits.entries()
                            + " entries and " + limits.bytes() + " bytes");
                }
            }
            int exit = listing.waitFor();
            if (exit != 0) {
                throw new BadArchive("the squashfs is damaged: unsquashfs ended with " + exit);
            }
        } catch (IOException broken) {
            throw new BadArchive("cannot list the squashfs: " + broken.getMessage(), broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BadArchive("interrupted", interrupted);
        } finally {
            listing.destroyForcibly();
        }
        return new Totals(entries, bytes);
    }

    /** Format 4.0 by the kernel's documentation: magic, inode count at 4, version at 28, bytes used at 40. */
    private void superblock(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(SUPERBLOCK);
            if (head.length < SUPERBLOCK) {
                throw new BadArchive("the squashfs is truncated");
            }
            ByteBuffer block = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
            if (block.getShort(28) != 4 || block.getShort(30) != 0) {
                throw new BadArchive("the squashfs is of version " + block.getShort(28) + "." + block.getShort(30)
                        + "; only 4.0 is supported");
            }
            if (block.getLong(40) < 0 || block.getLong(40) > Files.size(file)) {
                throw new BadArchive(
                        "the squashfs is truncated: " + Files.size(file) + " bytes of " + block.getLong(40));
            }
            if (Integer.toUnsignedLong(block.getInt(4)) > limits.entries()) {
                throw new BadArchive("more than " + limits.entries() + " entries");
            }
        } catch (IOException unreadable) {
            throw new BadArchive("cannot read the squashfs: " + unreadable.getMessage(), unreadable);
        }
    }

    private static long size(String digits) {
        return digits.length() > 18 ? Long.MAX_VALUE / 2 : Long.parseLong(digits);
    }

    private static void drain(Process process) {
        try (InputStream complaints = process.getErrorStream()) {
            complaints.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException gone) {
            // It ended.
        }
    }
}
