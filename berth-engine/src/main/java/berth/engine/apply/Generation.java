package berth.engine.apply;

import berth.spec.SourceFile;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One apply of a site; a document of the store.
 *
 * @param number from 1
 * @param outcome {@code running} while it is carried out, then {@code ok}, {@code partial} when something failed, or {@code
 *     interrupted} when the daemon died meanwhile
 * @param files as they were applied, so that a generation can be shown, compared and gone back to
 * @param of the generation that this one went back to; null for one that was applied from files
 * @param systems paths of the Nix store that guests were given, by their names; null in a record of before there were any
 */
public record Generation(
        String site,
        long number,
        Instant at,
        String outcome,
        List<Done> done,
        List<AppliedFile> files,
        @Nullable Long of,
        @Nullable Map<String, String> systems) {
    public Generation {
        systems = systems == null ? null : new TreeMap<>(systems);
        done = List.copyOf(done);
        files = List.copyOf(files);
    }

    /** What guests were given, by their names. */
    public Map<String, String> given() {
        return systems == null ? Map.of() : systems;
    }

    /** Itself, with what was done of it so far and what guests have been given by now. */
    Generation with(String newOutcome, List<Done> newDone, @Nullable Map<String, String> newSystems) {
        return new Generation(site, number, at, newOutcome, newDone, files, of, newSystems);
    }

    /** Whether all of it was done. */
    public boolean whole() {
        return outcome.equals("ok");
    }

    /** Its files, to be read again. */
    public List<SourceFile> sources() {
        return files.stream().map(AppliedFile::source).toList();
    }

    /**
     * One change that was carried out, or not.
     *
     * @param result {@code ok}, {@code ok: } with what it is well without, or why it failed
     */
    public record Done(String object, String action, double seconds, String result) {
        /** Whether it went well. */
        public boolean went() {
            return result.equals("ok") || result.startsWith("ok: ");
        }
    }

    /**
     * A file of the site as it was applied.
     *
     * @param folder where relative paths in it begin; null where it is not known
     * @param guest the one guest that it is about; null for a file of a whole site
     */
    public record AppliedFile(
            String name,
            @Nullable String folder,
            String text,
            @Nullable String guest) {
        /** What is kept of a file. */
        static AppliedFile of(SourceFile file) {
            return new AppliedFile(
                    file.name(), file.folder(), file.text(), file.guest().isEmpty() ? null : file.guest());
        }

        private SourceFile source() {
            if (folder == null) {
                return new SourceFile(name, text);
            }
            return new SourceFile(name, folder, text, guest == null ? "" : guest);
        }
    }
}
