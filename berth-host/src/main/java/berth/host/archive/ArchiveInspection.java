package berth.host.archive;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks through a whole archive, to the last byte, without writing anything; refuses it if anything in it is bad. */
public final class ArchiveInspection {
    private static final int MOST_TEMPLATES = 1000;

    private final ArchiveLimits limits;

    /** Inspections within those limits. */
    public ArchiveInspection(ArchiveLimits limits) {
        this.limits = limits;
    }

    /** What is in the file; throws {@link BadArchive}. */
    public ArchiveContent inspect(Path file, Layout layout) {
        ArchiveFormat format = ArchiveFormat.of(file);
        if (format == ArchiveFormat.SQUASHFS && layout != Layout.METADATA) {
            return new Squashfs(limits).inspect(file, layout);
        }
        return read(file, format, tar -> walk(tar, layout));
    }

    /** What is in a backup; throws {@link BadArchive}. */
    public BackupContent inspectBackup(Path file) {
        ArchiveFormat format = ArchiveFormat.of(file);
        return format == ArchiveFormat.SQUASHFS
                ? new Squashfs(limits).inspectBackup(file)
                : read(file, format, this::walkBackup);
    }

    /** A look through an archive, entry by entry. */
    private interface Walk<T> {
        T through(TarReader tar) throws IOException;
    }

    private <T> T read(Path file, ArchiveFormat format, Walk<T> walk) {
        try (var archive = Decompressed.open(file, format, limits)) {
            try {
                T content = walk.through(new TarReader(archive.content()));
                archive.finish(limits.trailingBytes());
                return content;
            } catch (EOFException early) {
                throw archive.endedEarly(String.valueOf(early.getMessage()));
            } catch (IOException broken) {
                throw new BadArchive("cannot read the archive: " + broken.getMessage(), broken);
            }
        }
    }

    private BackupContent walkBackup(TarReader tar) throws IOException {
        var rules = new EntryRules(Layout.BACKUP, limits);
        Optional<String> index = Optional.empty();
        var parts = new BackupParts();
        for (var next = tar.next(); next.isPresent(); next = tar.next()) {
            TarEntry entry = next.get();
            rules.judge(entry);
            List<String> path = EntryRules.path(entry.name(), entry);
            if (path.equals(BackupParts.INDEX)) {
                if (entry.type() != TarKind.FILE || index.isPresent()) {
                    throw new BadArchive(
                            entry.shown() + (index.isPresent() ? " comes twice" : " is not a regular file"));
                }
                if (entry.apparent() > limits.metadataBytes()) {
                    throw new BadArchive(entry.shown() + " is " + entry.apparent() + " bytes long; at most "
                            + limits.metadataBytes() + " are accepted");
                }
                index = Optional.of(text(tar.content(limits.metadataBytes())));
            } else {
                parts.add(path);
            }
        }
        return parts.with(index.orElseThrow(() -> new BadArchive("Backup is missing index.yaml")));
    }

    private ArchiveContent walk(TarReader tar, Layout layout) throws IOException {
        var rules = new EntryRules(layout, limits);
        Optional<String> metadata = Optional.empty();
        List<String> templates = new ArrayList<>();
        boolean root = false;
        boolean disk = false;
        for (var next = tar.next(); next.isPresent(); next = tar.next()) {
            TarEntry entry = next.get();
            EntryRules.Verdict verdict = rules.judge(entry);
            List<String> path = EntryRules.path(entry.name(), entry);
            if (layout == Layout.ROOT) {
                root |= !path.isEmpty();
            } else if (verdict == EntryRules.Verdict.KEEP) {
                switch (path.get(0)) {
                    case "metadata.yaml" -> metadata = Optional.of(text(tar.content(limits.metadataBytes())));
                    case "templates" -> {
                        if (entry.type() == TarKind.FILE) {
                            templates.add(String.join("/", path.subList(1, path.size())));
                        }
                    }
                    case "rootfs.img" -> disk = true;
                    default -> root = true;
                }
            }
            if (templates.size() > MOST_TEMPLATES) {
                throw new BadArchive("more than " + MOST_TEMPLATES + " templates");
            }
        }
        if (layout != Layout.ROOT && metadata.isEmpty()) {
            throw new BadArchive("Metadata file not found");
        }
        return new ArchiveContent(metadata, root, disk, templates, rules.entries(), rules.bytes());
    }

    static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notText) {
            throw new BadArchive("metadata.yaml or index.yaml is not UTF-8 text", notText);
        }
    }
}
