package berth.model.wanted;

/**
 * Something that is wrong in a file, or that the host cannot give.
 *
 * @param error false for a warning: nothing is refused because of it
 * @param path of the key, dotted ({@code instances.web1.memory}); empty when the whole file is meant
 * @param text one line: what is wrong and what to write instead
 */
public record Finding(boolean error, Origin at, String path, String text) implements Comparable<Finding> {
    /** One line: file, line, column, path, text. */
    public String line() {
        return at + "  " + (path.isEmpty() ? "" : path + ": ") + text;
    }

    @Override
    public int compareTo(Finding other) {
        int byPlace = at.compareTo(other.at);
        int byPath = byPlace != 0 ? byPlace : path.compareTo(other.path);
        return byPath != 0 ? byPath : text.compareTo(other.text);
    }
}
