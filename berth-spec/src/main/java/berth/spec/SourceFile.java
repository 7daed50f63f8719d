package berth.spec;

import berth.spec.yaml.NixText;

/**
 * A file of a site, already read.
 *
 * @param name as findings show it
 * @param folder absolute, where relative paths in it begin; empty when relative paths are to be refused
 * @param text YAML or JSON; of a file in Nix what the command line made of it
 * @param guest the name of the one guest that the file is about, so that it holds that one's keys and nothing else; empty
 *     for a file of a whole site
 */
public record SourceFile(String name, String folder, String text, String guest) {
    /** Whether the text is what came of a file in Nix, so that nothing can be changed in it. */
    public boolean fromNix() {
        return NixText.isNix(name, text);
    }

    /** A file of a whole site. */
    public SourceFile(String name, String folder, String text) {
        this(name, folder, text, "");
    }

    /** A file whose relative paths begin where it lies, if its name is absolute. */
    public SourceFile(String name, String text) {
        this(name, name.startsWith("/") ? name.substring(0, name.lastIndexOf('/') + 1) : "", text);
    }
}
